// Removes finished Pods by the retention rule. Their logs and the records of their runs have rules of their own.
import { Failure } from '../../../base/mod.ts';
import { createKeyedQueue, type ReconcileResult } from '../../../control/mod.ts';
import { PODS, type Controller, type ControllerPorts } from '../../controller.ts';
import { planRetention, type RetentionLimits } from './plan.ts';

/** The rule is about minutes and hundreds: looking this often is enough. */
const PERIOD_MS = 10_000;
/** Pods deleted in one reconcile; the rest waits for the next one. */
const DELETE_COUNT_MAX = 100;
const KEY = 'all';

export function createPodRetentionController(ports: ControllerPorts, limits: RetentionLimits): Controller {
  const pods = ports.informers.of(PODS);
  const queue = createKeyedQueue({
    name: 'pod-retention',
    clock: ports.clock,
    log: ports.log,
    concurrency: 1,
    reconcile: async (): Promise<ReconcileResult> => {
      for (const pod of planRetention(pods.list(), limits, ports.clock.now()).slice(0, DELETE_COUNT_MAX)) {
        const ref = { type: PODS, namespace: pod.metadata.namespace, name: pod.metadata.name };
        const uid = pod.metadata.uid;
        const outcome = await ports.api.delete(ref, {
          gracePeriodSeconds: 0,
          ...(uid === undefined ? {} : { preconditions: { uid } }),
        });
        if (!outcome.ok && !['NotFound', 'Conflict'].includes(outcome.status.reason)) {
          throw new Failure(outcome.status.reason, outcome.status.message);
        }
      }
      return { kind: 'after', delayMs: PERIOD_MS };
    },
  });
  return {
    name: 'pod-retention-controller',
    start() {
      queue.start();
      queue.addAfter(KEY, PERIOD_MS);
    },
    stop: () => queue.stop(),
    status: () => queue.status(),
  };
}
