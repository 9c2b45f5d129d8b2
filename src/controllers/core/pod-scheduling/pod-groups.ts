// How many Pods of a group start together: `spec.minMember` of a PodGroup of the coscheduling plug-in or of Volcano, whichever exists.
// The kinds come with whoever uses them, so they are asked for when a Pod names a group, not watched.
import type { ObjectApi } from '../../../base/mod.ts';
import { numberAt } from '../../../api/mod.ts';

const POD_GROUPS = [
  { group: 'scheduling.x-k8s.io', version: 'v1alpha1', resource: 'podgroups' },
  { group: 'scheduling.volcano.sh', version: 'v1beta1', resource: 'podgroups' },
] as const;

/** By `namespace/name`. A group that does not exist is missing: its Pods are like all others, as upstream has it. */
export async function readPodGroups(api: ObjectApi, keys: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const key of keys) {
    const countMin = await readCountMin(api, key);
    if (countMin !== undefined) found.set(key, countMin);
  }
  return found;
}

async function readCountMin(api: ObjectApi, key: string): Promise<number | undefined> {
  const [namespace = '', name = ''] = key.split('/');
  for (const type of POD_GROUPS) {
    const outcome = await api.get({ type, namespace, name });
    if (outcome.ok) return Math.max(1, numberAt(outcome.value, 'spec', 'minMember'));
  }
  return undefined;
}
