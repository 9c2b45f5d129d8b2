// When two templates of Pods are the same, and a short name for one; pure.
import { isJsonObject, stableSuffix, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { fieldOf, labelsOf } from '../../api/mod.ts';

export const HASH_LABEL = 'pod-template-hash';
const HASH_LENGTH = 10;

/** Clients written in Go send back empty objects and nulls where there was nothing. */
export function plainTemplate(object: KubeObject): JsonObject {
  return plain(fieldOf(object, 'spec', 'template'));
}

/** Of a template by itself. */
export function plain(template: Json | undefined): JsonObject {
  const { [HASH_LABEL]: _hash, ...labels } = labelsOf(fieldOf(template, 'metadata', 'labels'));
  return { labels, annotations: labelsOf(fieldOf(template, 'metadata', 'annotations')), spec: withoutEmpty(fieldOf(template, 'spec')) ?? {} };
}

/** `collisions` gives another name to the same template. */
export function templateHash(object: KubeObject, collisions: number): string {
  return stableSuffix([canonicalText(plainTemplate(object)), String(collisions)], HASH_LENGTH);
}

/** Undefined for what says nothing. */
function withoutEmpty(value: Json | undefined): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item: Json) => withoutEmpty(item) ?? {});
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, withoutEmpty(member)] as const).filter(([, member]) => member !== undefined);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalText(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value as JsonObject).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member ?? null)}`).join(',')}}`;
}
