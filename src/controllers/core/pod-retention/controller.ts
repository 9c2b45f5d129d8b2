// Removes finished Pods by the retention rule. Their logs and the records of their runs have rules of their own.
import { PODS } from '../../../api/mod.ts';
import { Failure, type KubeObject } from '../../../base/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { createController } from '../../create-controller.ts';
import { planRetention, type RetentionLimits } from './plan.ts';

/** The rule is about minutes and hundreds: looking this often is enough. */
const PERIOD_MS = 10_000;
/** Pods deleted in one reconcile; when there are more, the next one comes soon: a wide loop ends a hundred a second. */
const DELETE_COUNT_MAX = 100;
const NEXT_MS = 250;
/** Deleted at the same time, so that they share a commit. */
const AT_ONCE_MAX = 10;
const KEY = 'all';

export function createPodRetentionController(ports: ControllerPorts, limits: RetentionLimits): Controller {
  const pods = ports.informers.of(PODS);
  return createController(ports, {
    name: 'pod-retention',
    concurrency: 1,
    reconcile: async () => {
      const due = planRetention(pods.list(), limits, ports.clock.now());
      for (let start = 0; start < Math.min(due.length, DELETE_COUNT_MAX); start += AT_ONCE_MAX) {
        await Promise.all(due.slice(start, start + AT_ONCE_MAX).map((pod) => deletePod(ports, pod)));
      }
      return { kind: 'after', delayMs: due.length > DELETE_COUNT_MAX ? NEXT_MS : PERIOD_MS };
    },
    follow(queue) {
      queue.addAfter(KEY, PERIOD_MS);
    },
  });
}

async function deletePod({ api }: ControllerPorts, { metadata: { namespace, name, uid } }: KubeObject): Promise<void> {
  const precondition = uid === undefined ? {} : { preconditions: { uid } };
  const outcome = await api.delete({ type: PODS, namespace, name }, { gracePeriodSeconds: 0, ...precondition });
  if (outcome.ok || outcome.status.reason === 'NotFound' || outcome.status.reason === 'Conflict') return;
  throw new Failure(outcome.status.reason, outcome.status.message);
}
