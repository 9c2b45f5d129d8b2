// A synced cache of one resource: list, then watch from the list's revision, again after 410 or a lost connection.
import {
  describeError,
  Failure,
  type Clock,
  type KubeObject,
  type Log,
  type ObjectApi,
  type ResourceType,
  type WatchEvent,
} from '../base/mod.ts';

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
  /** Only the metadata of the objects is fetched and kept. */
  readonly metadataOnly?: boolean;
  /** What is kept of each object; default all of it. Name, namespace, uid and resourceVersion must stay. */
  readonly keep?: (object: KubeObject) => KubeObject;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Informer {
  readonly type: ResourceType;
  /** Starts listing and watching; resolves when the first list is in the cache. Idempotent. */
  start(): Promise<void>;
  stop(): Promise<void>;
  get(namespace: string | undefined, name: string): KubeObject | undefined;
  byUid(uid: string): KubeObject | undefined;
  list(namespace?: string): readonly KubeObject[];
  /** Called after the cache changed, synchronously, in order. Must not throw. Existing objects are replayed at once. */
  onChange(handler: (change: InformerChange) => void): () => void;
}

/** Wait before listing again after a failure: doubles from the first to the second. */
const RELIST_DELAY_MS_MIN = 50;
const RELIST_DELAY_MS_MAX = 5_000;

export function createInformer(options: InformerOptions): Informer {
  return new ListWatchInformer(options);
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

class ListWatchInformer implements Informer {
  readonly type: ResourceType;
  readonly #options: InformerOptions;
  readonly #objects = new Map<string, KubeObject>();
  readonly #keysByUid = new Map<string, string>();
  readonly #handlers = new Set<(change: InformerChange) => void>();
  readonly #abort = new AbortController();
  #synced: Promise<void> | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: InformerOptions) {
    this.type = options.type;
    this.#options = options;
  }

  start(): Promise<void> {
    if (this.#synced !== undefined) return this.#synced;
    this.#synced = new Promise((resolve) => {
      this.#loop = this.#run(resolve);
    });
    return this.#synced;
  }

  async stop(): Promise<void> {
    this.#abort.abort(new Failure('Stopped', 'the informer was stopped'));
    await this.#loop;
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.get(keyOf(namespace, name));
  }

  byUid(uid: string): KubeObject | undefined {
    const key = this.#keysByUid.get(uid);
    return key === undefined ? undefined : this.#objects.get(key);
  }

  list(namespace?: string): readonly KubeObject[] {
    const all = [...this.#objects.values()];
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace);
  }

  onChange(handler: (change: InformerChange) => void): () => void {
    this.#handlers.add(handler);
    for (const object of this.#objects.values()) handler({ kind: 'upsert', object });
    return () => this.#handlers.delete(handler);
  }

  async #run(onSynced: () => void): Promise<void> {
    const { clock, log, type } = this.#options;
    const signal = this.#abort.signal;
    let delayMs = RELIST_DELAY_MS_MIN;
    while (!signal.aborted) {
      try {
        const revision = await this.#list();
        onSynced();
        delayMs = RELIST_DELAY_MS_MIN;
        await this.#watch(revision);
      } catch (error) {
        if (signal.aborted) return;
        log.warn('list and watch failed, trying again', { resource: type.resource, delayMs, error: describeError(error) });
        await clock.sleep(delayMs, { signal }).catch(() => undefined);
        delayMs = Math.min(delayMs * 2, RELIST_DELAY_MS_MAX);
      }
    }
    onSynced();
  }

  async #list(): Promise<string> {
    const { api, type, namespace, labelSelector, fieldSelector, metadataOnly } = this.#options;
    const outcome = await api.list(type, namespace, {
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
      ...(metadataOnly === undefined ? {} : { metadataOnly }),
      signal: this.#abort.signal,
    });
    if (!outcome.ok) throw new Failure(outcome.status.reason, outcome.status.message);
    const present = new Set<string>();
    for (const item of outcome.value.items) {
      present.add(keyOf(item.metadata.namespace, item.metadata.name));
      this.#upsert(item);
    }
    for (const [key, object] of this.#objects) if (!present.has(key)) this.#remove(object);
    return outcome.value.resourceVersion;
  }

  /** Watches until the server ends the stream; continues from the last seen revision; returns when a relist is needed. */
  async #watch(fromRevision: string): Promise<void> {
    const { api, type, namespace, labelSelector, fieldSelector, metadataOnly } = this.#options;
    const signal = this.#abort.signal;
    let revision = fromRevision;
    while (!signal.aborted) {
      const outcome = await api.watch(type, namespace, {
        ...(labelSelector === undefined ? {} : { labelSelector }),
        ...(fieldSelector === undefined ? {} : { fieldSelector }),
        ...(metadataOnly === undefined ? {} : { metadataOnly }),
        resourceVersion: revision,
        allowBookmarks: true,
        signal,
      });
      if (!outcome.ok) {
        if (outcome.status.code === 410) return;
        throw new Failure(outcome.status.reason, outcome.status.message);
      }
      for await (const event of outcome.value) {
        if (event.type === 'ERROR') {
          if (event.status.code === 410) return;
          throw new Failure(event.status.reason, event.status.message);
        }
        revision = this.#apply(event) ?? revision;
      }
    }
  }

  #apply(event: Exclude<WatchEvent, { type: 'ERROR' }>): string | undefined {
    if (event.type === 'BOOKMARK') return event.resourceVersion;
    if (event.type === 'DELETED') this.#remove(event.object);
    else this.#upsert(event.object);
    return event.object.metadata.resourceVersion;
  }

  #upsert(given: KubeObject): void {
    const object = this.#options.keep?.(given) ?? given;
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const previous = this.#objects.get(key);
    if (previous !== undefined && previous.metadata.resourceVersion === object.metadata.resourceVersion) return;
    if (previous?.metadata.uid !== undefined && previous.metadata.uid !== object.metadata.uid) this.#remove(previous);
    this.#objects.set(key, object);
    if (object.metadata.uid !== undefined) this.#keysByUid.set(object.metadata.uid, key);
    this.#publish({ kind: 'upsert', object, ...(previous === undefined ? {} : { previous }) });
  }

  #remove(object: KubeObject): void {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const previous = this.#objects.get(key);
    if (previous === undefined) return;
    this.#objects.delete(key);
    if (previous.metadata.uid !== undefined) this.#keysByUid.delete(previous.metadata.uid);
    this.#publish({ kind: 'delete', object, previous });
  }

  #publish(change: InformerChange): void {
    for (const handler of this.#handlers) handler(change);
  }
}
