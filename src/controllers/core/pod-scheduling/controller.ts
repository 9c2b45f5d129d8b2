// The scheduler: binds Pods that have no node yet, or says in a condition and an event why it can't.
import { Failure, isJsonObject, toRfc3339, type KubeObject } from '../../../base/mod.ts';
import { createKeyedQueue, type ReconcileResult } from '../../../control/mod.ts';
import { keyOf, NODES, PODS, splitKey, type Controller, type ControllerPorts } from '../../controller.ts';
import { planScheduling } from './plan.ts';

/** An unschedulable Pod is looked at again in this time, besides when a node changes. */
const UNSCHEDULABLE_RETRY_MS = 30_000;

export function createPodSchedulingController(ports: ControllerPorts): Controller {
  const pods = ports.informers.of(PODS);
  const nodes = ports.informers.of(NODES);
  const queue = createKeyedQueue({
    name: 'pod-scheduling',
    clock: ports.clock,
    log: ports.log,
    concurrency: 4,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      return reconcile(ports, pods.get(namespace, name), nodes.list());
    },
  });
  return {
    name: 'pod-scheduling-controller',
    start() {
      pods.onChange(({ kind, object }) => {
        if (kind === 'upsert' && !isBound(object)) queue.add(keyOf(object));
      });
      nodes.onChange(() => {
        for (const pod of pods.list()) if (!isBound(pod)) queue.add(keyOf(pod));
      });
      queue.start();
    },
    stop: () => queue.stop(),
    status: () => queue.status(),
  };
}

function isBound(pod: KubeObject): boolean {
  return typeof pod.spec?.['nodeName'] === 'string' && pod.spec['nodeName'] !== '';
}

async function reconcile(ports: ControllerPorts, pod: KubeObject | undefined, nodes: readonly KubeObject[]): Promise<ReconcileResult> {
  if (pod === undefined) return { kind: 'done' };
  const decision = planScheduling(pod, nodes);
  if (decision.kind === 'nothing-to-do') return { kind: 'done' };
  if (decision.kind === 'unschedulable') {
    await reportUnschedulable(ports, pod, decision.message);
    return { kind: 'after', delayMs: UNSCHEDULABLE_RETRY_MS };
  }
  await bind(ports, pod, decision.nodeName);
  return { kind: 'done' };
}

async function bind(ports: ControllerPorts, pod: KubeObject, nodeName: string): Promise<void> {
  const { name, namespace } = pod.metadata;
  const binding: KubeObject = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
  };
  const outcome = await ports.api.create(PODS, namespace, binding, { subresource: 'binding' });
  if (!outcome.ok && !['NotFound', 'Conflict'].includes(outcome.status.reason)) {
    throw new Failure(outcome.status.reason, outcome.status.message);
  }
}

async function reportUnschedulable(ports: ControllerPorts, pod: KubeObject, message: string): Promise<void> {
  const conditions = Array.isArray(pod.status?.['conditions']) ? pod.status['conditions'] : [];
  if (conditions.some((item) => isJsonObject(item) && item['type'] === 'PodScheduled' && item['message'] === message)) return;
  ports.events.record(pod, { type: 'Warning', reason: 'FailedScheduling', message });
  const others = conditions.filter((item) => !isJsonObject(item) || item['type'] !== 'PodScheduled');
  const scheduled = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastProbeTime: null,
    lastTransitionTime: toRfc3339(ports.clock.now()),
  };
  const ref = { type: PODS, namespace: pod.metadata.namespace, name: pod.metadata.name };
  await ports.api.patch(ref, 'merge', { status: { conditions: [...others, scheduled] } }, { subresource: 'status' });
}
