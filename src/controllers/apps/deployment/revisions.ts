// Revisions of a Deployment: which ReplicaSet holds its template, and the marks by which `kubectl rollout` finds the others. Pure.
import { jsonEquals, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, labelsOf, numberAt } from '../../../api/mod.ts';
import { controllerReference } from '../../pod-template.ts';
import { HASH_LABEL, plainTemplate, templateHash } from '../template-identity.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
/** As upstream. */
const HISTORY_CHARS_MAX = 2000;
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAXIMUM = 'deployment.kubernetes.io/max-replicas';
/** Annotations of a Deployment that its ReplicaSets do not get. */
const NOT_COPIED = ['kubectl.kubernetes.io/last-applied-configuration', REVISION, REVISION_HISTORY, DESIRED, MAXIMUM, 'deprecated.deployment.rollback.to'];

export function revisionOf(object: KubeObject): number {
  return Number(object.metadata.annotations?.[REVISION] ?? 0) || 0;
}

export function desiredOf(set: KubeObject): number {
  return Number(set.metadata.annotations?.[DESIRED] ?? Number.NaN);
}

export function maximumOf(set: KubeObject): number {
  return Number(set.metadata.annotations?.[MAXIMUM] ?? 0) || 0;
}

export function sizeMarks(replicas: number, surgeMax: number): Readonly<Record<string, string>> {
  return { [DESIRED]: String(replicas), [MAXIMUM]: String(replicas + surgeMax) };
}

/** The oldest set with the template of the Deployment. */
export function findNewSet(deployment: KubeObject, sets: readonly KubeObject[]): KubeObject | undefined {
  const template = plainTemplate(deployment);
  return oldestFirst(sets).find((set) => jsonEquals(plainTemplate(set), template));
}

export function oldestFirst(sets: readonly KubeObject[]): readonly KubeObject[] {
  const text = ({ metadata }: KubeObject) => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
  return sets.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** Annotations of the set that is the newest revision; what it was before goes into its history. */
export function newestMarks(deployment: KubeObject, set: KubeObject | undefined, others: readonly KubeObject[]): Readonly<Record<string, string>> {
  const copied = Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.includes(key)));
  const highest = Math.max(0, ...others.map(revisionOf));
  const before = set === undefined ? 0 : revisionOf(set);
  if (before > highest) return copied;
  const history = before === 0 ? {} : { [REVISION_HISTORY]: historyOf(set?.metadata.annotations?.[REVISION_HISTORY], String(before)) };
  return { ...copied, [REVISION]: String(highest + 1), ...history };
}

/** Its latest revisions, as many as there is room for. */
function historyOf(known: string | undefined, before: string): string {
  const parts = [...(known === undefined ? [] : known.split(',')), before];
  while (parts.join(',').length > HISTORY_CHARS_MAX) parts.shift();
  return parts.join(',');
}

/** A name that follows from the template, so that making it twice makes one. */
export function newSetOf(deployment: KubeObject, replicas: number, annotations: Readonly<Record<string, string>>): KubeObject {
  const { name, namespace = '' } = deployment.metadata;
  const collisions = numberAt(deployment, 'status', 'collisionCount');
  const template = fieldOf(deployment, 'spec', 'template') as JsonObject;
  const hash = templateHash(deployment, collisions);
  const labels = { ...labelsOf(fieldOf(template, 'metadata', 'labels')), [HASH_LABEL]: hash };
  const selector = fieldOf(deployment, 'spec', 'selector') as JsonObject;
  const matchLabels = { ...labelsOf(selector['matchLabels']), [HASH_LABEL]: hash };
  const metadata = { ...(fieldOf(template, 'metadata') as JsonObject | undefined), labels };
  const minReadySeconds = numberAt(deployment, 'spec', 'minReadySeconds');
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `${name}-${hash}`, namespace, labels, annotations, ownerReferences: [controllerReference(deployment, 'apps/v1', 'Deployment')] },
    spec: { replicas, ...(minReadySeconds === 0 ? {} : { minReadySeconds }), selector: { ...selector, matchLabels }, template: { ...template, metadata } },
  };
}
