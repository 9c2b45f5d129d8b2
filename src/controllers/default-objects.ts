// Objects that every Kubernetes has. Made at the start when they are absent; what an administrator changed in them stays.
import { Failure, type KubeObject, type ResourceType } from '../base/mod.ts';
import type { Controller, ControllerPorts } from './controller.ts';
import { createController, DONE } from './create-controller.ts';

export interface DefaultObject {
  readonly type: ResourceType;
  readonly object: KubeObject;
}

const KEY = 'all';

/** `name` of the queue; the controller is called `NAME-controller`. */
export function createDefaultObjectsController(ports: ControllerPorts, name: string, objects: readonly DefaultObject[]): Controller {
  return createController(ports, {
    name,
    concurrency: 1,
    reconcile: async () => {
      await Promise.all(
        objects.map(async ({ type, object }) => {
          const outcome = await ports.api.create(type, undefined, object);
          if (!outcome.ok && outcome.status.reason !== 'AlreadyExists') throw new Failure(outcome.status.reason, outcome.status.message);
        }),
      );
      return DONE;
    },
    follow(queue) {
      queue.add(KEY);
    },
  });
}
