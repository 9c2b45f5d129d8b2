// LimitRange: what a container asks for when it says nothing, and what it, its Pod or a claim may ask for at all. After
// plugin/pkg/admission/limitranger of Kubernetes.
import { isJsonObject, objectOf, objectsOf, success, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { fieldOf, amountOf, podAmounts, quantityOf, ZERO, type Amounts } from '../../api/mod.ts';
import { compareQuantities, formatQuantity, type Quantity } from '../../expr/mod.ts';
import { forbidden, type Refusal } from '../refusals.ts';
import type { AdmissionFacts, AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { mapContainers, containersOf } from './pod-containers.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

export const podLimitsAdmission: AdmissionPlugin = {
  name: 'LimitRanger',
  resources: ['pods'],
  operations: ['CREATE'],
  complete: ({ object }, facts) => success(limitsOf(object, facts).reduce(withDefaults, object)),
  refuse: (request, facts) => refuse(request, facts, podSentences),
};

export const resizeLimitsAdmission: AdmissionPlugin = {
  name: 'LimitRanger',
  resources: ['pods/resize'],
  operations: ['UPDATE'],
  refuse: (request, facts) => refuse(request, facts, podSentences),
};

export const claimLimitsAdmission: AdmissionPlugin = {
  name: 'LimitRanger',
  resources: ['persistentvolumeclaims'],
  operations: ['CREATE', 'UPDATE'],
  // What a claim was granted it keeps, also when the limits are newer.
  refuse: (request, facts) => (request.old !== undefined && compareQuantities(storageOf(request.object), storageOf(request.old)) === 0 ? undefined : refuse(request, facts, claimSentences)),
};

/** Items of every LimitRange of the namespace, one list for each. */
function limitsOf({ metadata: { namespace = '' } }: KubeObject, facts: AdmissionFacts): readonly (readonly JsonObject[])[] {
  return facts.list(`limitranges/${namespace}/`).map((range) => objectsOf(fieldOf(range, 'spec', 'limits')));
}

function withDefaults(pod: KubeObject, items: readonly JsonObject[]): KubeObject {
  const own = items.filter((item) => item['type'] === 'Container');
  const [limits, requests] = [Object.assign({}, ...own.map((item) => item['default'])), Object.assign({}, ...own.map((item) => item['defaultRequest']))] as [JsonObject, JsonObject];
  const sentences = { containers: [] as string[], initContainers: [] as string[] };
  const spec = mapContainers(pod.spec ?? {}, (container, list) => {
    const missing = { requests: missingIn(container, 'requests', requests), limits: missingIn(container, 'limits', limits) };
    const title = `${list === 'containers' ? 'container' : 'init container'} ${String(container['name'])}`;
    for (const [part, word] of [['requests', 'request'], ['limits', 'limit']] as const) {
      if (missing[part].length > 0) sentences[list].push(`${missing[part].map(([name]) => name).join(', ')} ${word} for ${title}`);
    }
    if (missing.requests.length + missing.limits.length === 0) return container;
    return { ...container, resources: merged(container['resources'], missing) };
  });
  const texts = [...sentences.containers, ...sentences.initContainers];
  if (texts.length === 0) return pod;
  const annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${texts.join('; ')}` };
  return { ...pod, metadata: { ...pod.metadata, annotations }, spec };
}

type Entries = readonly (readonly [string, Json | undefined])[];

function missingIn(container: JsonObject, part: 'requests' | 'limits', defaults: JsonObject): Entries {
  return Object.entries(defaults)
    .filter(([name]) => fieldOf(container, 'resources', part, name) === undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function merged(resources: Json | undefined, missing: { readonly requests: Entries; readonly limits: Entries }): JsonObject {
  const given = isJsonObject(resources) ? resources : {};
  const part = (name: 'requests' | 'limits') => {
    const own = isJsonObject(given[name]) ? given[name] : {};
    return missing[name].length === 0 ? {} : { [name]: { ...own, ...Object.fromEntries(missing[name]) } };
  };
  return { ...given, ...part('limits'), ...part('requests') };
}

type SentencesOf = (object: KubeObject, item: JsonObject, old: KubeObject | undefined) => readonly string[];

function refuse({ kind, object, old }: AdmissionRequest, facts: AdmissionFacts, sentencesOfItem: SentencesOf): Refusal | undefined {
  const sentences = limitsOf(object, facts).flatMap((items) => items.flatMap((item) => sentencesOfItem(object, item, old)));
  if (sentences.length === 0) return undefined;
  return forbidden(kind, object.metadata.name, sentences.length === 1 ? sentences[0]! : `[${sentences.join(', ')}]`);
}

interface Asked {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

function podSentences(pod: KubeObject, item: JsonObject, old: KubeObject | undefined): readonly string[] {
  switch (item['type']) {
    case 'Container': {
      const before = new Map(lastingContainers(old).map((container) => [container['name'], askedByContainer(container)]));
      return lastingContainers(pod).flatMap((container) => sentencesOf(item, askedByContainer(container), before.get(container['name'])));
    }
    case 'Pod':
      return sentencesOf(item, askedByPod(pod), old && askedByPod(old));
    default:
      return [];
  }
}

function lastingContainers(pod: KubeObject | undefined): readonly JsonObject[] {
  return [...containersOf(pod?.spec, 'containers'), ...containersOf(pod?.spec, 'initContainers')];
}

function askedByContainer(container: JsonObject): Asked {
  const amounts = (part: 'requests' | 'limits'): Amounts => new Map(Object.keys(objectOf(fieldOf(container, 'resources', part))).map((name) => [name, amountOf(container, part, name)!]));
  return { requests: amounts('requests'), limits: amounts('limits') };
}

/** What it asks for beyond its containers is not held against it. */
function askedByPod(pod: KubeObject): Asked {
  const { overhead: _overhead, ...spec } = pod.spec ?? {};
  return { requests: podAmounts(spec, 'requests'), limits: podAmounts(spec, 'limits') };
}

/** What is as it was before keeps, also when the limits are newer. */
function sentencesOf(item: JsonObject, asked: Asked, before: Asked | undefined): readonly string[] {
  const type = String(item['type']);
  const { requests, limits } = asked;
  const isKept = (name: string) => before !== undefined && (['requests', 'limits'] as const).every((part) => asked[part].get(name)?.nanos === before[part].get(name)?.nanos);
  const changedBounds = (member: BoundMember) => boundsOf(item, member).filter(([name]) => !isKept(name));
  const minima = changedBounds('min').flatMap(([name, min]) => {
    const [rule, request, limit] = [`minimum ${name} usage per ${type} is ${formatQuantity(min)}`, requests.get(name), limits.get(name)];
    if (request === undefined) return [`${rule}.  No request is specified`];
    if (request.nanos < min.nanos) return [`${rule}, but request is ${formatQuantity(request)}`];
    return limit !== undefined && limit.nanos < min.nanos ? [`${rule}, but limit is ${formatQuantity(limit)}`] : [];
  });
  const maxima = changedBounds('max').flatMap(([name, max]) => {
    const [rule, request, limit] = [`maximum ${name} usage per ${type} is ${formatQuantity(max)}`, requests.get(name), limits.get(name)];
    if (limit === undefined) return [`${rule}.  No limit is specified`];
    if (limit.nanos > max.nanos) return [`${rule}, but limit is ${formatQuantity(limit)}`];
    return request !== undefined && request.nanos > max.nanos ? [`${rule}, but request is ${formatQuantity(request)}`] : [];
  });
  return [...minima, ...maxima, ...ratioSentences(changedBounds('maxLimitRequestRatio'), type, asked)];
}

function ratioSentences(bounds: readonly Bound[], type: string, { requests, limits }: Asked): readonly string[] {
  return bounds.flatMap(([name, max]) => {
    const rule = `${name} max limit to request ratio per ${type} is ${formatQuantity(max)}`;
    const [request, limit] = [requests.get(name)?.nanos ?? 0n, limits.get(name)?.nanos ?? 0n];
    if (request === 0n) return [`${rule}, but no request is specified or request is 0`];
    if (limit === 0n) return [`${rule}, but no limit is specified or limit is 0`];
    return limit * NANOS > max.nanos * request ? [`${rule}, but provided ratio is ${(Number(limit) / Number(request)).toFixed(6)}`] : [];
  });
}

const NANOS = 1_000_000_000n;

function claimSentences(claim: KubeObject, item: JsonObject): readonly string[] {
  if (item['type'] !== 'PersistentVolumeClaim') return [];
  const request = storageOf(claim);
  const ofStorage = (member: 'min' | 'max') => boundsOf(item, member).filter(([name]) => name === 'storage');
  const sentence = (word: string, bound: Quantity) => `${word} storage usage per PersistentVolumeClaim is ${formatQuantity(bound)}, but request is ${formatQuantity(request)}`;
  return [
    ...ofStorage('min').flatMap(([, min]) => (request.nanos < min.nanos ? [sentence('minimum', min)] : [])),
    ...ofStorage('max').flatMap(([, max]) => (request.nanos > max.nanos ? [sentence('maximum', max)] : [])),
  ];
}

function storageOf(claim: KubeObject): Quantity {
  return amountOf(claim.spec, 'requests', 'storage') ?? ZERO;
}

type BoundMember = 'min' | 'max' | 'maxLimitRequestRatio';
type Bound = readonly [string, Quantity];

function boundsOf(item: JsonObject, member: BoundMember): readonly Bound[] {
  return Object.entries(objectOf(item[member])).flatMap(([name, value]) => {
    const quantity = quantityOf(value);
    return quantity === undefined ? [] : [[name, quantity] as const];
  });
}
