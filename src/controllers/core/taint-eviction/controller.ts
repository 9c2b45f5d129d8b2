// The taint eviction controller: Pods leave a node with a NoExecute taint that they do not tolerate, or no longer.
import { Failure, toRfc3339, type Json, type KubeObject } from '../../../base/mod.ts';
import { itemsAt, NODES, PODS, textAt } from '../../../api/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';
import { isActive } from '../../pod-state.ts';
import { evictionAtMs } from './plan.ts';

/** One key for each node. */
export function createTaintEvictionController(ports: ControllerPorts): Controller {
  const { clock, informers } = ports;
  const nodes = informers.of(NODES);
  const pods = informers.of(PODS);
  /** Since when a node has a taint of this key, by `node key`; of the steady clock. */
  const seen = new Map<string, number>();
  /** Since when a Pod is known on a node with such a taint, by the name of the node; of the steady clock. */
  const comings = new Map<string, ReadonlyMap<string, number>>();
  return createController(ports, {
    name: 'taint-eviction',
    concurrency: 1,
    async reconcile(name) {
      const taints = repellingTaints(nodes.get(undefined, name));
      const sinceMs = noteTaints(seen, name, taints, clock.steadyMs());
      const there = taints.length === 0 ? [] : pods.list().filter((one) => textAt(one.spec, '', 'nodeName') === name && isActive(one));
      const known = comings.get(name);
      const came = new Map(there.map(({ metadata: { uid = '' } }) => [uid, known?.get(uid) ?? clock.steadyMs()]));
      comings.set(name, came);
      let nextMs = Number.POSITIVE_INFINITY;
      for (const pod of there) {
        // One that comes later has its time from then on.
        const atMs = evictionAtMs(pod, taints, Math.max(sinceMs, came.get(pod.metadata.uid ?? '') ?? 0));
        if (atMs === undefined) continue;
        if (atMs <= clock.steadyMs()) await evict(ports, pod);
        else nextMs = Math.min(nextMs, atMs);
      }
      return nextMs === Number.POSITIVE_INFINITY ? DONE : { kind: 'after', delayMs: nextMs - clock.steadyMs() };
    },
    follow(queue) {
      nodes.onChange(({ object }) => queue.add(object.metadata.name));
      pods.onChange(({ kind, object }) => {
        const name = textAt(object.spec, '', 'nodeName');
        if (kind === 'upsert' && name !== '' && repellingTaints(nodes.get(undefined, name)).length > 0) queue.add(name);
      });
    },
  });
}

function repellingTaints(node: KubeObject | undefined): readonly Json[] {
  return itemsAt(node, 'spec', 'taints').filter((taint) => textAt(taint, '', 'effect') === 'NoExecute');
}

/** When the latest of the node's taints was first seen. */
function noteTaints(seen: Map<string, number>, name: string, taints: readonly Json[], nowMs: number): number {
  const keys = new Set(taints.map((taint) => `${name} ${textAt(taint, '', 'key')}`));
  for (const key of seen.keys()) if (key.startsWith(`${name} `) && !keys.has(key)) seen.delete(key);
  for (const key of keys) if (!seen.has(key)) seen.set(key, nowMs);
  return Math.max(0, ...[...keys].map((key) => seen.get(key) ?? nowMs));
}

async function evict({ api, events, clock }: ControllerPorts, pod: KubeObject): Promise<void> {
  const { namespace, name, uid = '' } = pod.metadata;
  const condition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint', lastTransitionTime: toRfc3339(clock.now()) };
  const told = await api.patch({ type: PODS, namespace, name }, 'strategic', { metadata: { uid }, status: { conditions: [condition] } }, { subresource: 'status' });
  if (!told.ok && ['NotFound', 'Conflict'].includes(told.status.reason)) return;
  events.record(pod, { type: 'Normal', reason: 'TaintManagerEviction', message: `Marking for deletion Pod ${namespace ?? ''}/${name}` });
  const deleted = await api.delete({ type: PODS, namespace, name }, { preconditions: { uid } });
  if (!deleted.ok && !['NotFound', 'Conflict'].includes(deleted.status.reason)) throw new Failure(deleted.status.reason, deleted.status.message);
}
