// Objects that every Kubernetes has. Made at the start when they are absent; what an administrator changed in them stays.
import { Failure, type KubeObject, type ResourceType } from '../base/mod.ts';
import { createKeyedQueue, type ReconcileResult } from '../control/mod.ts';
import type { Controller, ControllerPorts } from './controller.ts';

export interface DefaultObject {
  readonly type: ResourceType;
  readonly object: KubeObject;
}

const KEY = 'all';

/** `name` of the queue; the controller is called `NAME-controller`. */
export function createDefaultObjectsController({ api, clock, log }: ControllerPorts, name: string, objects: readonly DefaultObject[]): Controller {
  const queue = createKeyedQueue({
    name,
    clock,
    log,
    concurrency: 1,
    reconcile: async (): Promise<ReconcileResult> => {
      await Promise.all(
        objects.map(async ({ type, object }) => {
          const outcome = await api.create(type, undefined, object);
          if (!outcome.ok && outcome.status.reason !== 'AlreadyExists') throw new Failure(outcome.status.reason, outcome.status.message);
        }),
      );
      return { kind: 'done' };
    },
  });
  return {
    name: `${name}-controller`,
    start() {
      queue.start();
      queue.add(KEY);
    },
    stop: () => queue.stop(),
    status: () => queue.status(),
  };
}
