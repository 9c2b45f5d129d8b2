// What an object takes of a quota; pure. After pkg/quota/v1/evaluator of Kubernetes.
import type { KubeObject } from '../../base/mod.ts';
import { fieldOf, hasEnded, itemsAt, textAt, amountOf, podAmounts, ZERO, type KindDefinition } from '../../api/mod.ts';
import type { Quantity } from '../../expr/mod.ts';

/** By the name that a quota's `hard` has for it. */
export type Usage = ReadonlyMap<string, Quantity>;

const ONE: Quantity = { nanos: 1_000_000_000n, format: 'DecimalSI' };
const NONE: Usage = new Map();
/** Kinds of the core group that have a name of their own besides `count/…`. */
const COUNTED_BY_NAME: ReadonlySet<string> = new Set(['configmaps', 'persistentvolumeclaims', 'replicationcontrollers', 'resourcequotas', 'secrets', 'services']);
const COMPUTE_NAMES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** Nothing for no object. With a time, Pods that are stuck then are only objects, as those that have ended. */
export function usageOf(kind: KindDefinition, object: KubeObject | undefined, nowMs?: number): Usage {
  if (object === undefined) return NONE;
  const { group, resource } = kind;
  const usage = new Map([[`count/${group === '' ? resource : `${resource}.${group}`}`, ONE]]);
  if (group !== '') return usage;
  if (COUNTED_BY_NAME.has(resource)) usage.set(resource, ONE);
  if (resource === 'pods' && !hasEnded(object) && !isStuck(object, nowMs)) addPod(usage, object);
  if (resource === 'persistentvolumeclaims') addClaim(usage, object);
  if (resource === 'services') addService(usage, object);
  return usage;
}

function addPod(usage: Map<string, Quantity>, pod: KubeObject): void {
  usage.set('pods', ONE);
  for (const [name, amount] of podAmounts(pod.spec, 'requests')) {
    usage.set(`requests.${name}`, amount);
    if (COMPUTE_NAMES.has(name)) usage.set(name, amount);
  }
  for (const [name, amount] of podAmounts(pod.spec, 'limits')) usage.set(`limits.${name}`, amount);
}

/** Deleted, and still there after twice its grace: that its node does not answer is not the fault of the namespace. */
export function isStuck({ metadata: { deletionTimestamp, deletionGracePeriodSeconds } }: KubeObject, nowMs: number | undefined): boolean {
  if (nowMs === undefined || deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return nowMs > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function addClaim(usage: Map<string, Quantity>, claim: KubeObject): void {
  const storage = amountOf(claim.spec, 'requests', 'storage') ?? ZERO;
  usage.set('requests.storage', storage);
  const className = textAt(claim, '', 'spec', 'storageClassName');
  if (className === '') return;
  usage.set(`${className}.storageclass.storage.k8s.io/requests.storage`, storage);
  usage.set(`${className}.storageclass.storage.k8s.io/persistentvolumeclaims`, ONE);
}

function addService(usage: Map<string, Quantity>, service: KubeObject): void {
  const type = textAt(service, 'ClusterIP', 'spec', 'type');
  const ports = BigInt(itemsAt(service, 'spec', 'ports').length);
  const hasNodePorts = type === 'NodePort' || (type === 'LoadBalancer' && fieldOf(service.spec, 'allocateLoadBalancerNodePorts') !== false);
  if (type === 'LoadBalancer') usage.set('services.loadbalancers', ONE);
  if (hasNodePorts) usage.set('services.nodeports', { ...ONE, nanos: ports * ONE.nanos });
}
