// What all controllers are made of: a queue of keys, what brings keys into it, and what is done for one of them.
import type { Clock, KubeObject, Log } from '../base/mod.ts';
import { createKeyedQueue, type KeyedQueue, type KeyedQueueOptions, type ReconcileResult } from '../control/mod.ts';
import { splitKey, type Controller } from './controller.ts';

export const DONE: ReconcileResult = { kind: 'done' };

export interface ControllerParts {
  /** Of the queue; the controller is called `NAME-controller`. */
  readonly name: string;
  /** Different keys at the same time; one key never runs twice at once. */
  readonly concurrency: number;
  readonly reconcile: KeyedQueueOptions['reconcile'];
  /** Once, at the start: adds the keys that are due, and from then on those of what changes. */
  readonly follow: (queue: Pick<KeyedQueue, 'add' | 'addAfter'>) => void;
}

export function createController({ clock, log }: { readonly clock: Clock; readonly log: Log }, { follow, ...options }: ControllerParts): Controller {
  const queue = createKeyedQueue({ ...options, clock, log });
  return {
    name: `${options.name}-controller`,
    start() {
      follow(queue);
      queue.start();
    },
    stop: () => queue.stop(),
    status: () => queue.status(),
  };
}

/** For keys that name objects of this view; those that are gone need nothing. */
export function eachOf(view: { get(namespace: string, name: string): KubeObject | undefined }, reconcile: (object: KubeObject) => Promise<ReconcileResult>): KeyedQueueOptions['reconcile'] {
  return async (key) => {
    const { namespace, name } = splitKey(key);
    const object = view.get(namespace, name);
    return object === undefined ? DONE : reconcile(object);
  };
}
