// The cordon controller: a Node that takes no new Pods (`kubectl cordon`) has a taint that says so, as in a cluster, where
// autoscalers and dashboards look at taints alone.
import { NODES } from '../../../api/mod.ts';
import { Failure, type KubeObject } from '../../../base/mod.ts';
import { keyOf, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE, eachOf } from '../../create-controller.ts';
import { planTaints } from './plan.ts';

export function createNodeCordonController(ports: ControllerPorts): Controller {
  const nodes = ports.informers.of(NODES);
  return createController(ports, {
    name: 'node-cordon',
    concurrency: 4,
    reconcile: eachOf(nodes, async (node) => {
      const taints = planTaints(node, ports.clock.now());
      if (taints !== undefined) await setTaints(ports, node, taints);
      return DONE;
    }),
    follow(queue) {
      nodes.onChange(({ kind, object }) => {
        if (kind === 'upsert') queue.add(keyOf(object));
      });
    },
  });
}

/** A Node that changed meanwhile comes again. */
async function setTaints({ api }: ControllerPorts, { metadata }: KubeObject, taints: readonly object[]): Promise<void> {
  const { name, uid = '', resourceVersion = '' } = metadata;
  const change = { metadata: { uid, resourceVersion }, spec: { taints: taints.length === 0 ? null : taints } };
  const outcome = await api.patch({ type: NODES, name }, 'merge', change as never);
  if (outcome.ok || ['NotFound', 'Conflict'].includes(outcome.status.reason)) return;
  throw new Failure(outcome.status.reason, outcome.status.message);
}
