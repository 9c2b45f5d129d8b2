// Pods whose manifest names a node that is not here, as those for another cluster do: nobody else would say why they do not run, or
// remove them when they are deleted.
import { Failure, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, NODES, PODS } from '../../../api/mod.ts';
import { keyOf, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE, eachOf } from '../../create-controller.ts';
import { absenceOf, isAbandoned } from './plan.ts';

/** A node that has just come may not be seen yet. */
const DELAY_MS = 1_000;

export function createAbsentNodeController(ports: ControllerPorts): Controller {
  const [pods, nodes] = [ports.informers.of(PODS), ports.informers.of(NODES)];
  return createController(ports, {
    name: 'absent-node',
    concurrency: 1,
    reconcile: eachOf(pods, async (pod) => {
      if (isAbandoned(pod, nodes.list())) await remove(ports, pod);
      const message = absenceOf(pod, nodes.list());
      if (message !== undefined) ports.events.record(pod, { type: 'Warning', reason: 'NodeNotFound', message });
      return DONE;
    }),
    follow(queue) {
      pods.onChange(({ kind, object, previous }) => {
        const isNews = kind === 'upsert' && fieldOf(previous, 'spec', 'nodeName') !== fieldOf(object, 'spec', 'nodeName');
        if ((isNews && absenceOf(object, nodes.list()) !== undefined) || isAbandoned(object, nodes.list())) queue.addAfter(keyOf(object), DELAY_MS);
      });
    },
  });
}

async function remove({ api }: ControllerPorts, { metadata: { namespace, name, uid = '' } }: KubeObject): Promise<void> {
  const outcome = await api.delete({ type: PODS, namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
  if (!outcome.ok && !['NotFound', 'Conflict'].includes(outcome.status.reason)) throw new Failure(outcome.status.reason, outcome.status.message);
}
