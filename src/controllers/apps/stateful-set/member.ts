// The members of a StatefulSet: their ordinals, names, claims, and what one is made of; pure.
import { objectsOf, type Json, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, labelsOf, numberAt, textAt } from '../../../api/mod.ts';
import { podFromTemplate } from '../../pod-template.ts';
import { REVISION_LABEL } from '../controller-revisions/plan.ts';

const NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const INDEX_LABEL = 'apps.kubernetes.io/pod-index';

/** First ordinal and how many follow. */
export function ordinalsOf(set: KubeObject): { readonly start: number; readonly count: number } {
  return { start: numberAt(set, 'spec', 'ordinals', 'start'), count: numberAt(set, 'spec', 'replicas') };
}

/** Undefined for a Pod whose name is not one of this set's. */
export function ordinalOf(set: KubeObject, pod: KubeObject): number | undefined {
  const [, parent, ordinal] = /^(.*)-(\d+)$/.exec(pod.metadata.name) ?? [];
  return parent === set.metadata.name ? Number(ordinal) : undefined;
}

export function isInRange(set: KubeObject, ordinal: number): boolean {
  const { start, count } = ordinalsOf(set);
  return ordinal >= start && ordinal < start + count;
}

export function memberName(set: KubeObject, ordinal: number): string {
  return `${set.metadata.name}-${ordinal}`;
}

export function identityLabels(set: KubeObject, ordinal: number): Readonly<Record<string, string>> {
  return { [NAME_LABEL]: memberName(set, ordinal), [INDEX_LABEL]: String(ordinal) };
}

/** A Pod of the set as it was at a revision. */
export function memberOf(set: KubeObject, ordinal: number, revisionName: string): KubeObject {
  const pod = podFromTemplate(set, 'apps/v1', 'StatefulSet');
  const name = memberName(set, ordinal);
  const subdomain = textAt(set, '', 'spec', 'serviceName');
  const claims = claimTemplatesOf(set).map((template) => ({ name: nameOf(template), persistentVolumeClaim: { claimName: claimName(set, template, ordinal) } }));
  const others = itemsAt(pod.spec, 'volumes').filter((volume) => !claims.some((claim) => claim.name === textAt(volume, '', 'name')));
  const volumes: readonly Json[] = [...claims, ...others];
  return {
    ...pod,
    metadata: { ...pod.metadata, name, generateName: `${set.metadata.name}-`, labels: { ...pod.metadata.labels, ...identityLabels(set, ordinal), [REVISION_LABEL]: revisionName } },
    spec: { ...pod.spec, hostname: name, ...(subdomain === '' ? {} : { subdomain }), ...(volumes.length === 0 ? {} : { volumes }) },
  };
}

/** The claims of one member, as they are made. */
export function claimsOf(set: KubeObject, ordinal: number): readonly KubeObject[] {
  const { namespace = '' } = set.metadata;
  const selected = labelsOf(fieldOf(set, 'spec', 'selector', 'matchLabels'));
  return claimTemplatesOf(set).map((template) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(set, template, ordinal),
      namespace,
      labels: { ...labelsOf(fieldOf(template, 'metadata', 'labels')), ...selected },
      annotations: labelsOf(fieldOf(template, 'metadata', 'annotations')),
    },
    spec: (fieldOf(template, 'spec') ?? {}) as JsonObject,
  }));
}

/** Whether the claim could be one of this set's, by its name. */
export function isClaimName(set: KubeObject, name: string): boolean {
  return claimTemplatesOf(set).some((template) => {
    const prefix = `${nameOf(template)}-${set.metadata.name}-`;
    return name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length));
  });
}

/** Name of the Pod whose claim has this name. */
export function memberOfClaim(set: KubeObject, name: string): string {
  return memberName(set, Number(name.slice(name.lastIndexOf('-') + 1)));
}

function claimTemplatesOf(set: KubeObject): readonly JsonObject[] {
  return objectsOf(fieldOf(set, 'spec', 'volumeClaimTemplates'));
}

function nameOf(template: JsonObject): string {
  return textAt(template, '', 'metadata', 'name');
}

function claimName(set: KubeObject, template: JsonObject, ordinal: number): string {
  return `${nameOf(template)}-${memberName(set, ordinal)}`;
}
