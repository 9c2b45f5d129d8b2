// What the Node says of itself: its conditions, and the taints that keep new Pods away while it is short of memory or disk.
import { NODES } from '../api/mod.ts';
import { Failure, objectOf, objectsOf, toRfc3339, type Clock, type JsonObject, type KubeObject, type ObjectApi } from '../base/mod.ts';
import type { ScarceResource } from './eviction-plan.ts';

interface Pressure {
  readonly condition: string;
  readonly taint: string;
  /** Reason and message while there is enough, and while there is not: the kubelet's. */
  readonly enough: readonly [string, string];
  readonly scarce: readonly [string, string];
}

const PRESSURES: Readonly<Record<ScarceResource, Pressure>> = {
  memory: {
    condition: 'MemoryPressure',
    taint: 'node.kubernetes.io/memory-pressure',
    enough: ['KubeletHasSufficientMemory', 'memory is available'],
    scarce: ['KubeletHasInsufficientMemory', 'less than 100 MiB of memory are available: Pods that use most beyond their requests are evicted'],
  },
  'ephemeral-storage': {
    condition: 'DiskPressure',
    taint: 'node.kubernetes.io/disk-pressure',
    enough: ['KubeletHasNoDiskPressure', 'disk is available'],
    scarce: ['KubeletHasDiskPressure', 'the disk is nearly full: Pods that write most beyond their requests are evicted'],
  },
};
const RESOURCES = Object.keys(PRESSURES) as readonly ScarceResource[];

/** All that this node speaks of; `before` are those of the Node as it is. The time of a change stays while nothing changes. Pure. */
export function nodeConditions(before: readonly JsonObject[], scarce: ReadonlySet<ScarceResource>, nowMs: number): readonly JsonObject[] {
  const now = toRfc3339(nowMs);
  const condition = (type: string, status: 'True' | 'False', [reason, message]: readonly [string, string]): JsonObject => {
    const known = before.find((candidate) => candidate['type'] === type);
    const since = known?.['status'] === status ? known['lastTransitionTime'] : undefined;
    return { type, status, reason, message, lastHeartbeatTime: now, lastTransitionTime: since ?? now };
  };
  return [
    ...RESOURCES.map((resource) => {
      const isScarce = scarce.has(resource);
      return condition(PRESSURES[resource].condition, isScarce ? 'True' : 'False', PRESSURES[resource][isScarce ? 'scarce' : 'enough']);
    }),
    condition('PIDPressure', 'False', ['KubeletHasSufficientPID', 'process ids are available']),
    condition('Ready', 'True', ['KubeletReady', 'the node runs Pods as processes of this machine']),
  ];
}

export function conditionsOf({ status }: KubeObject): readonly JsonObject[] {
  return objectsOf(objectOf(status)['conditions']);
}

/** What it said that it is short of. */
export function scarceBefore(before: readonly JsonObject[]): ReadonlySet<ScarceResource> {
  return new Set(RESOURCES.filter((resource) => before.some(({ type, status }) => type === PRESSURES[resource].condition && status === 'True')));
}

/** False when there is no such Node. Throws Failure when it can't be written. */
export async function publishConditions({ api, name, clock }: { readonly api: ObjectApi; readonly name: string; readonly clock: Clock }, scarce: ReadonlySet<ScarceResource>): Promise<boolean> {
  const ref = { type: NODES, name };
  const found = await api.get(ref);
  if (!found.ok && found.status.reason === 'NotFound') return false;
  if (!found.ok) throw new Failure(found.status.reason, found.status.message);
  const conditions = nodeConditions(conditionsOf(found.value), scarce, clock.now());
  const patched = await api.patch(ref, 'strategic', { status: { conditions: [...conditions] } }, { subresource: 'status' });
  if (!patched.ok) throw new Failure(patched.status.reason, patched.status.message);
  const own = new Set(Object.values(PRESSURES).map(({ taint }) => taint));
  const before = objectsOf(found.value.spec?.['taints']);
  const others = before.filter(({ key }) => !own.has(String(key)));
  const taints = [...others, ...[...scarce].map((resource) => ({ key: PRESSURES[resource].taint, effect: 'NoSchedule' }))];
  if (JSON.stringify(taints) === JSON.stringify(before)) return true;
  const tainted = await api.patch(ref, 'merge', { spec: { taints: taints.length === 0 ? null : taints } });
  if (!tainted.ok) throw new Failure(tainted.status.reason, tainted.status.message);
  return true;
}
