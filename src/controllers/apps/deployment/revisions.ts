// Revisions of a Deployment: which ReplicaSet holds its template, and the marks by which `kubectl rollout` finds the others. Pure.
import { isJsonObject, jsonEquals, stableSuffix, type Json, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, labelsOf, numberAt } from '../../../api/mod.ts';
import { controllerReference } from '../../pod-template.ts';

const HASH_LABEL = 'pod-template-hash';
export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MAXIMUM = 'deployment.kubernetes.io/max-replicas';
/** Annotations of a Deployment that its ReplicaSets do not get. */
const NOT_COPIED = ['kubectl.kubernetes.io/last-applied-configuration', REVISION, REVISION_HISTORY, DESIRED, MAXIMUM, 'deprecated.deployment.rollback.to'];
const HASH_LENGTH = 10;

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
  const text = ({ metadata }: KubeObject) => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
  return sets.toSorted((a, b) => (text(a) < text(b) ? -1 : 1)).find((set) => jsonEquals(plainTemplate(set), template));
}

/** Clients written in Go send back empty objects and nulls where there was nothing. */
function plainTemplate(object: KubeObject): JsonObject {
  const { [HASH_LABEL]: _hash, ...labels } = labelsOf(fieldOf(object, 'spec', 'template', 'metadata', 'labels'));
  return { labels, annotations: labelsOf(fieldOf(object, 'spec', 'template', 'metadata', 'annotations')), spec: withoutEmpty(fieldOf(object, 'spec', 'template', 'spec')) ?? {} };
}

/** Undefined for what says nothing. */
function withoutEmpty(value: Json | undefined): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item: Json) => withoutEmpty(item) ?? {});
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, withoutEmpty(member)] as const).filter(([, member]) => member !== undefined);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** Annotations of the set that is the newest revision; what it was before goes into its history. */
export function newestMarks(deployment: KubeObject, set: KubeObject | undefined, others: readonly KubeObject[]): Readonly<Record<string, string>> {
  const copied = Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.includes(key)));
  const highest = Math.max(0, ...others.map(revisionOf));
  const before = set === undefined ? 0 : revisionOf(set);
  if (before > highest) return copied;
  const history = [set?.metadata.annotations?.[REVISION_HISTORY], before === 0 ? undefined : String(before)].filter((part) => part !== undefined);
  return { ...copied, [REVISION]: String(highest + 1), ...(history.length === 0 ? {} : { [REVISION_HISTORY]: history.join(',') }) };
}

/** A name that follows from the template, so that making it twice makes one. */
export function newSetOf(deployment: KubeObject, replicas: number, annotations: Readonly<Record<string, string>>): KubeObject {
  const { name, namespace = '' } = deployment.metadata;
  const collisions = numberAt(deployment, 'status', 'collisionCount');
  const template = fieldOf(deployment, 'spec', 'template') as JsonObject;
  const hash = stableSuffix([canonicalText(plainTemplate(deployment)), String(collisions)], HASH_LENGTH);
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

function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalText(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value as JsonObject).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member ?? null)}`).join(',')}}`;
}
