// How many Pods the controllers of a budget's Pods want in all: the replicas of their Deployments, StatefulSets and bare
// ReplicaSets, each counted once.
import type { KubeObject, OwnerReference } from '../../../base/mod.ts';
import { numberAt } from '../../../api/mod.ts';
import type { Informer, InformerSet } from '../../../client/mod.ts';
import { DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS } from '../../controller.ts';
import { controllerOf } from '../../owned-objects.ts';
import type { Expectation } from './plan.ts';

export type PodExpectations = (pods: readonly KubeObject[]) => Expectation;

export function createPodExpectations(informers: InformerSet): PodExpectations {
  const byKind: Readonly<Record<string, Informer>> = { Deployment: informers.of(DEPLOYMENTS), ReplicaSet: informers.of(REPLICA_SETS), StatefulSet: informers.of(STATEFUL_SETS) };
  const find = (owner: OwnerReference, namespace: string | undefined) => {
    const found = owner.apiVersion === 'apps/v1' ? byKind[owner.kind]?.get(namespace, owner.name) : undefined;
    return found?.metadata.uid === owner.uid ? found : undefined;
  };
  return (pods) => {
    const wanted = new Map<string, number>();
    const unmanaged: string[] = [];
    for (const pod of pods) {
      const { name, namespace } = pod.metadata;
      const owner = controllerOf(pod);
      if (owner === undefined) {
        unmanaged.push(name);
        continue;
      }
      if (wanted.has(owner.uid)) continue;
      const set = find(owner, namespace);
      if (set === undefined) return { kind: 'unknown', reason: `found no controllers for pod "${name}"` };
      // A ReplicaSet of a Deployment wants what the Deployment wants: during a rollout there are two of them.
      const above = controllerOf(set);
      const decides = (above === undefined ? undefined : find(above, namespace)) ?? set;
      wanted.set(decides.metadata.uid ?? '', numberAt(decides, 'spec', 'replicas'));
    }
    return { kind: 'known', count: [...wanted.values()].reduce((sum, count) => sum + count, 0), unmanaged };
  };
}
