// The taint of a cordoned Node, as pkg/controller/nodelifecycle of Kubernetes sets it. Pure.
import { objectsOf, toRfc3339, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf } from '../../../api/mod.ts';

const UNSCHEDULABLE_TAINT = 'node.kubernetes.io/unschedulable';

/** What the Node's taints shall be; undefined when they are right. */
export function planTaints(node: KubeObject, nowMs: number): readonly JsonObject[] | undefined {
  const taints = objectsOf(fieldOf(node, 'spec', 'taints'));
  const others = taints.filter(({ key }) => key !== UNSCHEDULABLE_TAINT);
  const isTainted = others.length < taints.length;
  const isCordoned = fieldOf(node, 'spec', 'unschedulable') === true;
  if (isCordoned === isTainted) return undefined;
  return isCordoned ? [...taints, { key: UNSCHEDULABLE_TAINT, effect: 'NoSchedule', timeAdded: toRfc3339(nowMs) }] : others;
}
