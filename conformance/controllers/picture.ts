// What a namespace looks like, comparable between servers and runs: generated names become those of their owners, hashes the number of
// their revision, times and uids go, messages become the start of their hash (they are upstream's texts). Pods that look alike are counted.
import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject, type KubeObject } from '../../src/base/mod.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const HASH_LABELS = ['pod-template-hash', 'controller-revision-hash', 'controller.kubernetes.io/hash'];
const UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid'];
const HASH_CHARS = 12;

export function pictureOf(lists: ReadonlyMap<string, readonly KubeObject[]>): JsonObject {
  const rename = renamer(lists);
  const picture: Record<string, Json> = {};
  for (const [kind, objects] of lists) {
    if (kind === 'Pod' || kind === 'Event') continue;
    for (const object of objects) picture[`${kind} ${rename(object.metadata.name)}`] = plainObject(kind, object, rename);
  }
  const counted = new Map<string, number>();
  for (const pod of lists.get('Pod') ?? []) {
    const text = JSON.stringify(plainPod(pod, rename));
    counted.set(text, (counted.get(text) ?? 0) + 1);
  }
  const pods = [...counted].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([text, count]) => ({ count, ...(JSON.parse(text) as JsonObject) }));
  return { ...Object.fromEntries(Object.entries(picture).toSorted(([a], [b]) => (a < b ? -1 : 1))), pods, events: eventsOf(lists.get('Event') ?? [], rename) };
}

/** What was said, of what, each once: how often depends on how busy the machine is. Of claims the binder speaks. */
function eventsOf(events: readonly KubeObject[], rename: (text: string) => string): readonly string[] {
  const told = events.map((event) => {
    const { kind = '', name = '' } = event['involvedObject'] as { readonly kind?: string; readonly name?: string };
    return { kind, text: `${kind} ${rename(name)}: ${String(event['type'])} ${String(event['reason'])}: ${hashed(rename(String(event['message'])))}` };
  });
  return [...new Set(told.filter(({ kind }) => kind !== 'PersistentVolumeClaim').map(({ text }) => steadyName(text)))].toSorted();
}

/** Replaces names of ReplicaSets and revisions by those of their owners with a number; revisions have their number, sets their mark. */
function renamer(lists: ReadonlyMap<string, readonly KubeObject[]>): (text: string) => string {
  const names = new Map<string, string>();
  for (const set of lists.get('ReplicaSet') ?? []) {
    const owner = ownerOf(set);
    if (owner !== undefined) names.set(set.metadata.name, `${owner}#${set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '?'}`);
  }
  for (const revision of lists.get('ControllerRevision') ?? []) names.set(revision.metadata.name, `${ownerOf(revision) ?? ''}#${String(revision['revision'])}`);
  // Of owners that are gone the number is not known any more.
  for (const { metadata } of lists.get('Pod') ?? []) {
    const owner = ownerOf({ metadata } as KubeObject) ?? '';
    const hash = HASH_LABELS.map((label) => metadata.labels?.[label]).find((value) => value !== undefined);
    const name = hash === undefined || owner === '' ? '' : owner.endsWith(hash) ? owner : `${owner}-${hash.slice(hash.lastIndexOf('-') + 1)}`;
    if (name !== '' && !names.has(name)) names.set(name, `${name.slice(0, name.lastIndexOf('-'))}#gone`);
  }
  const hashes = new Map([...names].map(([name, short]) => [name.slice(name.lastIndexOf('-') + 1), short.slice(short.indexOf('#'))]));
  return (text) => {
    for (const [name, short] of names) text = text.replaceAll(name, short);
    return hashes.get(text) ?? text;
  };
}

function ownerOf({ metadata }: KubeObject): string | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true)?.name;
}

function plainObject(kind: string, object: KubeObject, rename: (text: string) => string): Json {
  const { annotations, ownerReferences, deletionTimestamp, finalizers } = object.metadata;
  const kept = {
    ...(annotations === undefined ? {} : { annotations }),
    ...(ownerReferences === undefined ? {} : { owners: ownerReferences.map((owner) => `${owner.kind} ${owner.name}`).toSorted() }),
    ...(deletionTimestamp === undefined ? {} : { isLeaving: true }),
    ...(finalizers === undefined ? {} : { finalizers }),
    ...(kind === 'ReplicaSet' ? { replicas: object.spec?.['replicas'] ?? null } : {}),
    ...(hasStatus(object) && kind !== 'PersistentVolumeClaim' ? { status: statusOf(kind, object) } : {}),
  };
  return plain(kind === 'PersistentVolumeClaim' ? withoutVolume(kept) : kept, rename);
}

/** Upstream begins with an empty one, which says nothing. */
function hasStatus({ status = {} }: KubeObject): boolean {
  return Object.keys(status).length > 0;
}

/** How often a Deployment has changed its set depends on the machine. */
function statusOf(kind: string, object: KubeObject): JsonObject {
  const { observedGeneration: _generation, ...rest } = object.status ?? {};
  return kind === 'ReplicaSet' && ownerOf(object) !== undefined ? rest : { ...object.status };
}

/** Whether claims are bound is not what is compared here. */
function withoutVolume({ annotations: _annotations, finalizers: _finalizers, ...rest }: JsonObject): JsonObject {
  return rest;
}

function plainPod(pod: KubeObject, rename: (text: string) => string): Json {
  const { labels = {}, annotations, ownerReferences = [], deletionTimestamp, finalizers, generateName, name } = pod.metadata;
  const variables = (pod.spec?.['containers'] as readonly JsonObject[] | undefined)?.flatMap((container) => (container['env'] as readonly Json[] | undefined) ?? []) ?? [];
  const conditions = (pod.status?.['conditions'] as readonly JsonObject[] | undefined) ?? [];
  const disruption = conditions.filter(({ type }) => type === 'DisruptionTarget').map(({ reason }) => reason ?? '');
  return plain(
    {
      name: generateName === undefined || ownerReferences.some((owner) => owner.kind === 'StatefulSet') ? name : `${generateName}*`,
      generateName: generateName ?? null,
      labels: Object.fromEntries(Object.entries(labels).filter(([key]) => !UID_LABELS.includes(key))),
      ...(annotations === undefined ? {} : { annotations }),
      owners: ownerReferences.map((owner) => `${owner.kind} ${owner.name}`),
      ...(finalizers === undefined ? {} : { finalizers }),
      ...(deletionTimestamp === undefined ? {} : { isLeaving: true }),
      ...(variables.length === 0 ? {} : { env: variables }),
      hostname: pod.spec?.['hostname'] ?? null,
      subdomain: pod.spec?.['subdomain'] ?? null,
      phase: pod.status?.['phase'] ?? null,
      ...(disruption.length === 0 ? {} : { disruption }),
    },
    rename,
  );
}

function plain(value: Json, rename: (text: string) => string): Json {
  if (Array.isArray(value)) return value.map((item: Json) => plain(item, rename));
  if (typeof value === 'string') return TIME.test(value) ? '<time>' : rename(value);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => {
    if (key === 'message' && typeof member === 'string') return ['message', hashed(rename(member))] as const;
    if (HASH_LABELS.includes(key) && typeof member === 'string') return [key, rename(member)] as const;
    if (key === 'resourceVersion') return [key, '<revision>'] as const;
    if (key === 'uid') return [key, '<uid>'] as const;
    return [key, plain(member!, rename)] as const;
  });
  return Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Generated names of Pods lose what was generated, those of sets that are gone their hash. How many steps a rollout takes depends on the machine. */
function steadyName(text: string): string {
  return text
    .replaceAll(/-[bcdfghjklmnpqrstvwxz2456789]{8,10}(?=[\s"',.:-]|$)/g, '#gone')
    .replaceAll(/(-[bcdfghjklmnpqrstvwxz2456789]{5})(?=[\s"',.:]|$)/g, '-*')
    .replace(/^\(combined from similar events\): /, '')
    .replace(/^(Scaled (?:up|down) replica set \S+) from \d+ to \d+$/, '$1');
}

function hashed(message: string): string {
  const steady = steadyName(message);
  return process.env['SLIPWAY_SHOW_MESSAGES'] === '1' ? steady : createHash('sha256').update(steady).digest('hex').slice(0, HASH_CHARS);
}
