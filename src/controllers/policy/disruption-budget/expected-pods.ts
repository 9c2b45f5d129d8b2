// How many Pods the controllers of a budget's Pods want in all: the replicas of their Deployments, StatefulSets, bare ReplicaSets
// and of whatever else has a scale, each counted once.
import type { KubeObject, OwnerReference } from '../../../base/mod.ts';
import { DEPLOYMENTS, numberAt, REPLICA_SETS, STATEFUL_SETS } from '../../../api/mod.ts';
import type { Informer } from '../../../client/mod.ts';
import type { ControllerPorts } from '../../controller.ts';
import { controllerOf } from '../../owned-objects.ts';
import { groupOf, readScale, scalableType, type ScalableType } from '../../scales.ts';
import type { Expectation } from './plan.ts';

export type PodExpectations = (pods: readonly KubeObject[]) => Promise<Expectation>;

/** Who decides how many Pods there are; a sentence when nobody knows. */
type Decider = { readonly uid: string; readonly replicas: number } | string;

export function createPodExpectations({ api, informers }: ControllerPorts, types: () => readonly ScalableType[]): PodExpectations {
  const byKind: Readonly<Record<string, Informer>> = { Deployment: informers.of(DEPLOYMENTS), ReplicaSet: informers.of(REPLICA_SETS), StatefulSet: informers.of(STATEFUL_SETS) };
  const find = (owner: OwnerReference, namespace: string | undefined) => {
    const found = owner.apiVersion === 'apps/v1' ? byKind[owner.kind]?.get(namespace, owner.name) : undefined;
    return found?.metadata.uid === owner.uid ? found : undefined;
  };
  const decider = async (owner: OwnerReference, { metadata: { name, namespace } }: KubeObject): Promise<Decider> => {
    const nobody = `found no controllers for pod "${name}"`;
    if (owner.apiVersion === 'apps/v1' && byKind[owner.kind] !== undefined) {
      const set = find(owner, namespace);
      if (set === undefined) return nobody;
      // A ReplicaSet of a Deployment wants what the Deployment wants: during a rollout there are two of them.
      const above = controllerOf(set);
      const decides = (above === undefined ? undefined : find(above, namespace)) ?? set;
      return { uid: decides.metadata.uid ?? '', replicas: numberAt(decides, 'spec', 'replicas') };
    }
    const type = scalableType(types(), owner);
    if (type === undefined) return `no matches for kind "${owner.kind}" in group "${groupOf(owner.apiVersion)}"`;
    const scale = await readScale(api, type, namespace, owner.name);
    if (scale.kind === 'unscalable') return `${type.resource}.${type.group} does not implement the scale subresource`;
    return scale.kind === 'found' && scale.uid === owner.uid ? scale : nobody;
  };
  return async (pods) => {
    const wanted = new Map<string, number>();
    const unmanaged: string[] = [];
    const asked = new Set<string>();
    for (const pod of pods) {
      const owner = controllerOf(pod);
      if (owner === undefined) {
        unmanaged.push(pod.metadata.name);
        continue;
      }
      if (asked.has(owner.uid)) continue;
      asked.add(owner.uid);
      const decides = await decider(owner, pod);
      if (typeof decides === 'string') return { kind: 'unknown', reason: decides };
      wanted.set(decides.uid, decides.replicas);
    }
    return { kind: 'known', count: [...wanted.values()].reduce((sum, count) => sum + count, 0), unmanaged };
  };
}
