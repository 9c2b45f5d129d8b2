// What the Node says of memory and disk: its conditions, and the taints that keep new Pods away meanwhile.
import { Failure, isJsonObject, toRfc3339, type Clock, type JsonObject, type ObjectApi } from '../base/mod.ts';
import type { ScarceResource } from './eviction-plan.ts';
import { objectsOf } from './pods/pod-spec.ts';

const NODES = { group: '', version: 'v1', resource: 'nodes' } as const;

interface Pressure {
  readonly condition: string;
  readonly taint: string;
  /** Reason and message while there is enough, and while there is not: the kubelet's. */
  readonly enough: readonly [string, string];
  readonly scarce: readonly [string, string];
}

export const PRESSURES: Readonly<Record<ScarceResource, Pressure>> = {
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

/** Throws Failure when the Node can't be written. */
export async function publishPressure({ api, name, clock }: { readonly api: ObjectApi; readonly name: string; readonly clock: Clock }, scarce: ReadonlySet<ScarceResource>): Promise<void> {
  const ref = { type: NODES, name };
  const found = await api.get(ref);
  if (!found.ok) throw new Failure(found.status.reason, found.status.message);
  const { spec, status } = found.value;
  const now = toRfc3339(clock.now());
  const before = objectsOf(isJsonObject(status) ? status['conditions'] : undefined);
  const conditions = (Object.keys(PRESSURES) as ScarceResource[]).map((resource): JsonObject => {
    const [reason, message] = PRESSURES[resource][scarce.has(resource) ? 'scarce' : 'enough'];
    const known = before.find(({ type }) => type === PRESSURES[resource].condition);
    const value = scarce.has(resource) ? 'True' : 'False';
    const since = known?.['status'] === value ? known['lastTransitionTime']! : now;
    return { type: PRESSURES[resource].condition, status: value, reason, message, lastHeartbeatTime: now, lastTransitionTime: since };
  });
  const patched = await api.patch(ref, 'strategic', { status: { conditions } }, { subresource: 'status' });
  if (!patched.ok) throw new Failure(patched.status.reason, patched.status.message);
  const own = new Set(Object.values(PRESSURES).map(({ taint }) => taint));
  const others = objectsOf(spec?.['taints']).filter(({ key }) => !own.has(String(key)));
  const taints = [...others, ...[...scarce].map((resource) => ({ key: PRESSURES[resource].taint, effect: 'NoSchedule' }))];
  if (JSON.stringify(taints) === JSON.stringify(objectsOf(spec?.['taints']))) return;
  const tainted = await api.patch(ref, 'merge', { spec: { taints: taints.length === 0 ? null : taints } });
  if (!tainted.ok) throw new Failure(tainted.status.reason, tainted.status.message);
}
