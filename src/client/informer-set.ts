// One informer per resource, shared by everybody who watches it.
import type { Clock, Log, ObjectApi, ResourceType } from '../base/mod.ts';
import { createInformer, type Informer } from './informer.ts';

export interface InformerSet {
  /** The shared informer of all namespaces; made on first use. Start it with `start`. */
  of(type: ResourceType): Informer;
  /** Starts every informer asked for so far and resolves when all are synced. May be called again after more were made. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createInformerSet(options: { api: ObjectApi; clock: Clock; log: Log }): InformerSet {
  const informers = new Map<string, Informer>();
  return {
    of(type) {
      const key = `${type.group}/${type.version}/${type.resource}`;
      let informer = informers.get(key);
      if (informer === undefined) {
        informer = createInformer({ ...options, type });
        informers.set(key, informer);
      }
      return informer;
    },
    async start() {
      await Promise.all([...informers.values()].map((informer) => informer.start()));
    },
    async stop() {
      await Promise.all([...informers.values()].map((informer) => informer.stop()));
    },
  };
}
