// Defaults that a Pod gets beyond those of its spec, and its quality-of-service class.
import { isJsonObject, objectOf, objectsOf, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { formatQuantity } from '../../expr/mod.ts';
import { textAt } from '../columns.ts';
import { fill, mapLists, mapMembers } from '../defaulting.ts';
import { amountsOf, containerAmounts, HUGE_PAGES, isOfTheWhole, type Amounts, type ResourcePart } from './pod-resources.ts';
import { defaultPodSpec } from './pod-spec-defaults.ts';

const COMPUTE_RESOURCES = ['cpu', 'memory'];

export function defaultPod(pod: KubeObject): KubeObject {
  if (!isJsonObject(pod.spec)) return pod;
  const serviceAccount = textAt(pod.spec, textAt(pod.spec, 'default', 'serviceAccount'), 'serviceAccountName');
  const filled = fill(defaultPodSpec(pod.spec), { serviceAccountName: serviceAccount, serviceAccount, enableServiceLinks: true });
  const usesHostNetwork = filled['hostNetwork'] === true;
  const change = (container: JsonObject) => defaultRequests(usesHostNetwork ? defaultHostPorts(container) : container);
  return { ...pod, spec: defaultWhole(mapLists(filled, { containers: change, initContainers: change })) };
}

/**
 * What the whole Pod asks for when it says only what it may have at most: what its containers ask for, or else the limit itself. Huge pages
 * can not be promised to more than one, so their limit follows from the containers, and their request from the limit.
 */
function defaultWhole(spec: JsonObject): JsonObject {
  if (!isJsonObject(spec['resources'])) return spec;
  const { requests, limits, ...rest } = spec['resources'];
  const hugePages = amountTexts(spec, 'limits', (name, nanos) => name.startsWith(HUGE_PAGES) && nanos > 0n);
  const atMost = { ...hugePages, ...objectOf(limits) };
  if (Object.keys(atMost).length === 0) return spec;
  const ofContainers = amountTexts(spec, 'requests', (name) => isOfTheWhole(name) && !name.startsWith(HUGE_PAGES));
  const ofLimits = Object.fromEntries(Object.entries(atMost).filter(([name]) => isOfTheWhole(name)));
  const asked = { ...ofLimits, ...ofContainers, ...objectOf(requests) };
  return { ...spec, resources: { ...rest, limits: atMost, ...(Object.keys(asked).length === 0 ? {} : { requests: asked }) } };
}

/** What the containers ask for altogether, of some resources, as texts. */
function amountTexts(spec: JsonObject, part: ResourcePart, isWanted: (name: string, nanos: bigint) => boolean): JsonObject {
  const wanted = [...containerAmounts(spec, part)].filter(([name, { nanos }]) => isWanted(name, nanos));
  return Object.fromEntries(wanted.map(([name, amount]) => [name, formatQuantity(amount)]));
}

/** A limit is also a request, unless the request is written. */
function defaultRequests(container: JsonObject): JsonObject {
  return mapMembers(container, {
    resources: (resources) => {
      if (!isJsonObject(resources['limits'])) return resources;
      const requests = isJsonObject(resources['requests']) ? resources['requests'] : {};
      return { ...resources, requests: { ...resources['limits'], ...requests } };
    },
  });
}

function defaultHostPorts(container: JsonObject): JsonObject {
  return mapLists(container, { ports: (port) => fill(port, { hostPort: port['containerPort'] }) });
}

/** Guaranteed: cpu and memory are limited to what is asked for, in every container or in the Pod as a whole. BestEffort: nobody asks for either. */
export function qualityOfService(pod: KubeObject): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const spec = objectOf(pod.spec);
  const containers = [...objectsOf(spec['containers']), ...objectsOf(spec['initContainers'])];
  const asking = asksAsAWhole(spec) ? [spec] : containers;
  const amounts = asking.map((each) => ({ requests: amountsOf(each, 'requests'), limits: amountsOf(each, 'limits') }));
  const asks = amounts.some(({ requests, limits }) => COMPUTE_RESOURCES.some((name) => nanosOf(requests, name) > 0n || nanosOf(limits, name) > 0n));
  if (!asks) return 'BestEffort';
  const isGuaranteed = amounts.every(({ requests, limits }) => COMPUTE_RESOURCES.every((name) => nanosOf(limits, name) > 0n && nanosOf(limits, name) === nanosOf(requests, name)));
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function asksAsAWhole(spec: JsonObject): boolean {
  return (['requests', 'limits'] as const).some((part) => [...amountsOf(spec, part).keys()].some(isOfTheWhole));
}

function nanosOf(amounts: Amounts, name: string): bigint {
  return amounts.get(name)?.nanos ?? 0n;
}
