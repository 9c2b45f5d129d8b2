// The addresses behind a Service, as Endpoints and as EndpointSlices; pure.
import { stableSuffix, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, hasEnded, itemsAt, labelsOf, LOOPBACK, MACHINE_ADDRESS, numberAt, textAt } from '../../../api/mod.ts';
import { isReady } from '../../pod-state.ts';
import { controllerReference } from '../../pod-template.ts';

export interface WantedAddresses {
  readonly endpoints: KubeObject;
  readonly slices: readonly KubeObject[];
}

/** Endpoints in one slice, as upstream. */
const SLICE_ENDPOINT_COUNT_MAX = 100;
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
const MANAGED_BY = { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' };
const HEADLESS = { 'service.kubernetes.io/headless': '' };

/** Undefined: someone else says where the Service leads. */
export function selectorOf(service: KubeObject): Readonly<Record<string, string>> | undefined {
  const selector = labelsOf(fieldOf(service, 'spec', 'selector'));
  return Object.keys(selector).length === 0 || textAt(service, '', 'spec', 'type') === 'ExternalName' ? undefined : selector;
}

export function isSelected(selector: Readonly<Record<string, string>>, pod: KubeObject): boolean {
  return Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value);
}

/** `pods`: those that the Service selects. Both kinds belong to the Service and go with it. */
export function planAddresses(service: KubeObject, pods: readonly KubeObject[]): WantedAddresses {
  const isHeadless = textAt(service, '', 'spec', 'clusterIP') === 'None';
  const labels = { ...service.metadata.labels, ...(isHeadless ? HEADLESS : {}) };
  const { name, namespace = '' } = service.metadata;
  const ownerReferences = [controllerReference(service, 'v1', 'Service')];
  const addressed = pods.filter((pod) => !hasEnded(pod) && addressOf(pod) !== undefined);
  const sorted = addressed.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const groups = [...Map.groupBy(sorted, (pod) => JSON.stringify(portsOf(service, pod))).values()];
  const subsets = groups.map((group) => subsetOf(service, group)).filter((subset) => subset !== undefined);
  const chunks = groups.length === 0 ? [[]] : groups.flatMap(chunksOf);
  return {
    endpoints: { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace, labels, ownerReferences }, ...(subsets.length === 0 ? {} : { subsets }) },
    slices: chunks.map((chunk, index) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-${stableSuffix([service.metadata.uid ?? '', String(index)], 5)}`, namespace, labels: { ...labels, ...MANAGED_BY, [SERVICE_NAME_LABEL]: name }, ownerReferences },
      addressType: 'IPv4',
      endpoints: chunk.map((pod) => endpointOf(service, pod)),
      ...slicePorts(service, chunk[0]),
    })),
  };
}

/** As it may stand in Endpoints. Other addresses of the loopback interface are a makeshift that no Service can lead to. */
function addressOf(pod: KubeObject): string | undefined {
  const ip = textAt(pod, '', 'status', 'podIP');
  if (ip === LOOPBACK) return MACHINE_ADDRESS;
  return ip === '' || ip.startsWith('127.') ? undefined : ip;
}

function chunksOf(group: readonly KubeObject[]): readonly (readonly KubeObject[])[] {
  return Array.from({ length: Math.ceil(group.length / SLICE_ENDPOINT_COUNT_MAX) }, (_, index) => group.slice(index * SLICE_ENDPOINT_COUNT_MAX, (index + 1) * SLICE_ENDPOINT_COUNT_MAX));
}

/** An empty list is not kept. */
function slicePorts(service: KubeObject, pod: KubeObject | undefined): JsonObject {
  const ports = pod === undefined ? [] : portsOf(service, pod);
  return ports.length === 0 ? {} : { ports };
}

/** A port by name is looked up in the Pod, sidecars included; one that the Pod does not have is left out. */
function portsOf(service: KubeObject, pod: KubeObject): readonly JsonObject[] {
  return itemsAt(service, 'spec', 'ports').flatMap((port) => {
    const protocol = textAt(port, 'TCP', 'protocol');
    const target = fieldOf(port, 'targetPort') ?? numberAt(port, 'port');
    const number = typeof target === 'string' ? namedPort(pod, target, protocol) : target;
    const appProtocol = textAt(port, '', 'appProtocol');
    return typeof number === 'number' ? [{ name: textAt(port, '', 'name'), port: number, protocol, ...(appProtocol === '' ? {} : { appProtocol }) }] : [];
  });
}

function namedPort(pod: KubeObject, name: string, protocol: string): number | undefined {
  const sidecars = itemsAt(pod, 'spec', 'initContainers').filter((container) => fieldOf(container, 'restartPolicy') === 'Always');
  const ports = [...itemsAt(pod, 'spec', 'containers'), ...sidecars].flatMap((container) => itemsAt(container, 'ports'));
  const found = ports.find((port) => fieldOf(port, 'name') === name && textAt(port, 'TCP', 'protocol') === protocol);
  return found === undefined ? undefined : numberAt(found, 'containerPort');
}

function targetOf({ metadata: { name, namespace = '', uid = '' } }: KubeObject): JsonObject {
  return { kind: 'Pod', name, namespace, uid };
}

/** A host of its own under the name of a headless Service. */
function hostOf(service: KubeObject, pod: KubeObject): JsonObject {
  const hostname = textAt(pod, '', 'spec', 'hostname');
  return hostname !== '' && textAt(pod, '', 'spec', 'subdomain') === service.metadata.name ? { hostname } : {};
}

function endpointOf(service: KubeObject, pod: KubeObject): JsonObject {
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = isReady(pod);
  const ready = fieldOf(service, 'spec', 'publishNotReadyAddresses') === true || (serving && !terminating);
  const nodeName = textAt(pod, '', 'spec', 'nodeName');
  return {
    addresses: [addressOf(pod)!],
    conditions: { ready, serving, terminating },
    ...hostOf(service, pod),
    targetRef: targetOf(pod),
    ...(nodeName === '' ? {} : { nodeName }),
  };
}

function subsetOf(service: KubeObject, group: readonly KubeObject[]): JsonObject | undefined {
  const publishesAll = fieldOf(service, 'spec', 'publishNotReadyAddresses') === true;
  const present = group.filter((pod) => publishesAll || pod.metadata.deletionTimestamp === undefined);
  if (present[0] === undefined) return undefined;
  const isIn = (pod: KubeObject) => publishesAll || isReady(pod);
  const entryOf = (pod: KubeObject): JsonObject => ({ ip: addressOf(pod)!, ...hostOf(service, pod), nodeName: textAt(pod, '', 'spec', 'nodeName'), targetRef: targetOf(pod) });
  const [addresses, notReadyAddresses] = [present.filter(isIn).map(entryOf), present.filter((pod) => !isIn(pod)).map(entryOf)];
  const ports = portsOf(service, present[0]).map(({ name, ...port }) => ({ ...(name === '' ? {} : { name }), ...port }));
  // Nothing leads to a Pod that has none of the ports; a headless Service without ports is about addresses alone.
  if (ports.length === 0 && itemsAt(service, 'spec', 'ports').length > 0) return undefined;
  return { ...(addresses.length === 0 ? {} : { addresses }), ...(notReadyAddresses.length === 0 ? {} : { notReadyAddresses }), ...(ports.length === 0 ? {} : { ports }) };
}
