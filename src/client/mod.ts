// client: how controllers, engine and node reach objects. Helpers over the verb interface, the informer (a synced cache of
// one resource with change notifications), and the HTTPS transport of the verb interface. Cache objects are frozen.
import type { KubeObject, ObjectApi, ResourceType, Clock, Log } from '../base/mod.ts';

export interface InformerChange {
  readonly kind: 'upsert' | 'delete';
  readonly object: KubeObject;
  /** The cached object before this change. */
  readonly previous?: KubeObject;
}

export interface InformerOptions {
  readonly api: ObjectApi;
  readonly type: ResourceType;
  /** Undefined: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Informer {
  readonly type: ResourceType;
  /** Starts listing and watching; resolves when the first list is in the cache. Relists on 410 and on lost connections. */
  start(): Promise<void>;
  stop(): Promise<void>;
  get(namespace: string | undefined, name: string): KubeObject | undefined;
  byUid(uid: string): KubeObject | undefined;
  list(namespace?: string): readonly KubeObject[];
  /** Called after the cache changed, synchronously, in order. Must not throw. Existing objects are replayed at once. */
  onChange(handler: (change: InformerChange) => void): () => void;
}
