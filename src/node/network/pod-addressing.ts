// Whose address a Pod has: one of its own, or the machine's. Pure.
import { isJsonObject, type Json, type KubeObject } from '../../base/mod.ts';
import { itemsAt, labelsOf, matchesLabels, fieldOf, textAt } from '../../api/mod.ts';

/** `own`: a network namespace with an address. `machine`: the Pod shares the network of the machine, which costs nothing. */
export type Addressing = 'own' | 'machine';

/** Says it where the rules below would say something else. */
export const NETWORK_ANNOTATION = 'slipway.dev/network';
/** Owners whose Pods are several of a kind, or are found by their names. */
const REPLICATED_BY: readonly unknown[] = ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController'];
const NAME_FIELDS = ['hostname', 'subdomain', 'hostAliases', 'dnsConfig', 'setHostnameAsFQDN'] as const;
const NETWORK_PROBES = ['httpGet', 'tcpSocket', 'grpc'] as const;

/** `services`: those of the Pod's namespace. */
export function addressingOf(pod: KubeObject, services: readonly KubeObject[]): Addressing {
  if (fieldOf(pod, 'spec', 'hostNetwork') === true) return 'machine';
  const wanted = pod.metadata.annotations?.[NETWORK_ANNOTATION];
  if (wanted === 'machine') return 'machine';
  const isOwn = wanted === 'own' || asksForNames(pod) || listens(pod) || isReplica(pod) || services.some((service) => selects(service, pod));
  return isOwn ? 'own' : 'machine';
}

function asksForNames(pod: KubeObject): boolean {
  const hasPolicy = textAt(pod, '', 'spec', 'dnsPolicy') === 'None';
  return hasPolicy || NAME_FIELDS.some((field) => !isEmpty(fieldOf(pod, 'spec', field)));
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0);
}

function listens(pod: KubeObject): boolean {
  const containers = [...itemsAt(pod, 'spec', 'containers'), ...itemsAt(pod, 'spec', 'initContainers')];
  return containers.some((container) => {
    const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'].map((name) => fieldOf(container, name));
    return itemsAt(container, 'ports').length > 0 || probes.some((probe) => NETWORK_PROBES.some((kind) => isJsonObject(fieldOf(probe, kind))));
  });
}

function isReplica(pod: KubeObject): boolean {
  return (pod.metadata.ownerReferences ?? []).some(({ controller, kind }) => controller === true && REPLICATED_BY.includes(kind));
}

function selects(service: KubeObject, pod: KubeObject): boolean {
  const selector = fieldOf(service, 'spec', 'selector');
  const isAny = isJsonObject(selector) && Object.keys(selector).length > 0;
  return isAny && matchesLabels({ matchLabels: selector }, labelsOf(pod.metadata.labels));
}
