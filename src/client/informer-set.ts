// One informer per resource, shared by everybody who watches it.
import type { Clock, KubeObject, Log, ObjectApi, ResourceType } from '../base/mod.ts';
import { createInformer, type Informer } from './informer.ts';

export interface InformerSet {
  /** The shared informer of all namespaces; made on first use. Start it with `start`. */
  of(type: ResourceType): Informer;
  /** One of its own that keeps names, uids and versions only: for those who want to hear of changes. */
  identitiesOf(type: ResourceType): Informer;
  /** Starts every informer asked for so far and resolves when all are synced. May be called again after more were made. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createInformerSet(options: { api: ObjectApi; clock: Clock; log: Log }): InformerSet {
  const informers = new Map<string, Informer>();
  return {
    identitiesOf(type) {
      const key = `${type.group}/${type.version}/${type.resource} identities`;
      const informer = informers.get(key) ?? createInformer({ ...options, type, metadataOnly: true, keep: withIdentityOnly });
      informers.set(key, informer);
      return informer;
    },
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

function withIdentityOnly({ apiVersion, kind, metadata: { name, namespace, uid, resourceVersion } }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace, uid, resourceVersion } } as KubeObject;
}
