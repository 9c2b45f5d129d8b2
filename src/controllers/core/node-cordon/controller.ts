// The cordon controller: a Node that takes no new Pods (`kubectl cordon`) has a taint that says so, as in a cluster, where
// autoscalers and dashboards look at taints alone.
import { Failure, type KubeObject } from '../../../base/mod.ts';
import { createKeyedQueue, type ReconcileResult } from '../../../control/mod.ts';
import { keyOf, NODES, splitKey, type Controller, type ControllerPorts } from '../../controller.ts';
import { planTaints } from './plan.ts';

const DONE: ReconcileResult = { kind: 'done' };

export function createNodeCordonController(ports: ControllerPorts): Controller {
  const nodes = ports.informers.of(NODES);
  const queue = createKeyedQueue({
    name: 'node-cordon',
    clock: ports.clock,
    log: ports.log,
    concurrency: 4,
    reconcile: async (key) => {
      const { name } = splitKey(key);
      const node = nodes.get(undefined, name);
      const taints = node === undefined ? undefined : planTaints(node, ports.clock.now());
      if (node !== undefined && taints !== undefined) await setTaints(ports, node, taints);
      return DONE;
    },
  });
  return {
    name: 'node-cordon-controller',
    start() {
      nodes.onChange(({ kind, object }) => {
        if (kind === 'upsert') queue.add(keyOf(object));
      });
      queue.start();
    },
    stop: () => queue.stop(),
    status: () => queue.status(),
  };
}

/** A Node that changed meanwhile comes again. */
async function setTaints({ api }: ControllerPorts, { metadata }: KubeObject, taints: readonly object[]): Promise<void> {
  const { name, uid = '', resourceVersion = '' } = metadata;
  const change = { metadata: { uid, resourceVersion }, spec: { taints: taints.length === 0 ? null : taints } };
  const outcome = await api.patch({ type: NODES, name }, 'merge', change as never);
  if (outcome.ok || ['NotFound', 'Conflict'].includes(outcome.status.reason)) return;
  throw new Failure(outcome.status.reason, outcome.status.message);
}
