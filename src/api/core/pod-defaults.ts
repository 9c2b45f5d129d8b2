// Defaults that a Pod gets beyond those of its spec, and its quality-of-service class.
import { isJsonObject, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { parseQuantity } from '../../expr/mod.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fill, mapLists, mapMembers } from '../defaulting.ts';
import { fieldOf } from '../kind.ts';
import { defaultPodSpec } from './pod-spec-defaults.ts';

const COMPUTE_RESOURCES = ['cpu', 'memory'];

export function defaultPod(pod: KubeObject): KubeObject {
  if (!isJsonObject(pod.spec)) return pod;
  const serviceAccount = textAt(pod.spec, textAt(pod.spec, 'default', 'serviceAccount'), 'serviceAccountName');
  const filled = fill(defaultPodSpec(pod.spec), { serviceAccountName: serviceAccount, serviceAccount, enableServiceLinks: true });
  const usesHostNetwork = filled['hostNetwork'] === true;
  const change = (container: JsonObject) => defaultRequests(usesHostNetwork ? defaultHostPorts(container) : container);
  return { ...pod, spec: mapLists(filled, { containers: change, initContainers: change }) };
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

/** Guaranteed: every container limits cpu and memory to what it requests. BestEffort: none asks for either. */
export function qualityOfService(pod: KubeObject): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...itemsAt(pod, 'spec', 'containers'), ...itemsAt(pod, 'spec', 'initContainers')];
  const asks = containers.some((container) => COMPUTE_RESOURCES.some((name) => amount(container, 'requests', name) > 0n || amount(container, 'limits', name) > 0n));
  if (!asks) return 'BestEffort';
  const isGuaranteed = containers.every((container) =>
    COMPUTE_RESOURCES.every((name) => amount(container, 'limits', name) > 0n && amount(container, 'limits', name) === amount(container, 'requests', name)),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function amount(container: Json, list: 'limits' | 'requests', name: string): bigint {
  const text = fieldOf(container, 'resources', list, name);
  const quantity = typeof text === 'string' || typeof text === 'number' ? parseQuantity(text) : undefined;
  return quantity?.ok === true ? quantity.value.nanos : 0n;
}
