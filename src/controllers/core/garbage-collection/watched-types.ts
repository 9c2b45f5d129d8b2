// One informer for each type that is served, as types come and go, and who depends on whom among their objects.
import type { Clock, KubeObject, Log, ObjectApi, ResourceType } from '../../../base/mod.ts';
import { createInformer, type Informer, type InformerChange } from '../../../client/mod.ts';

export interface CollectedType extends ResourceType {
  readonly kind: string;
  readonly isNamespaced: boolean;
}

export interface Located {
  readonly type: CollectedType;
  readonly object: KubeObject;
}

export interface WatchedTypesOptions {
  readonly api: ObjectApi;
  readonly types: () => readonly CollectedType[];
  readonly onChange: (type: CollectedType, change: InformerChange) => void;
  /** The first list of a type is in. */
  readonly onSynced: () => void;
  readonly clock: Clock;
  readonly log: Log;
}


/** A type whose first list is not in after this time no longer holds back the others: its definition may be broken for good. */
const SYNC_MS_MAX = 30_000;

export class WatchedTypes {
  readonly #options: WatchedTypesOptions;
  readonly #watched = new Map<string, { readonly type: CollectedType; readonly informer: Informer }>();
  /** Since when first lists are waited for. */
  readonly #unsynced = new Map<string, number>();
  /** Uids of dependents by uid of owner. */
  readonly #dependents = new Map<string, Map<string, CollectedType>>();

  constructor(options: WatchedTypesOptions) {
    this.#options = options;
  }

  /** Whether all dependents are known, as far as they can be. */
  get isComplete(): boolean {
    const nowMs = this.#options.clock.steadyMs();
    return this.#unsynced.size === 0 || [...this.#unsynced.values()].every((sinceMs) => nowMs - sinceMs > SYNC_MS_MAX);
  }

  /** Watches what is served now and no more what is not. */
  async sync(): Promise<void> {
    const wanted = new Map(this.#options.types().map((type) => [idOf(type), type]));
    for (const [id, { informer }] of this.#watched) {
      if (wanted.has(id)) continue;
      this.#watched.delete(id);
      this.#unsynced.delete(id);
      await informer.stop();
    }
    for (const [id, type] of wanted) if (!this.#watched.has(id)) this.#watch(id, type);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#watched.values()].map(({ informer }) => informer.stop()));
    this.#watched.clear();
  }

  /** The type that an owner reference names; any version of its group will do. */
  typeOf(apiVersion: string, kind: string): CollectedType | undefined {
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    return [...this.#watched.values()].find(({ type }) => type.group === group && type.kind === kind)?.type;
  }

  byUid(type: CollectedType, uid: string): KubeObject | undefined {
    return this.#watched.get(idOf(type))?.informer.byUid(uid);
  }

  dependentsOf(ownerUid: string): readonly Located[] {
    return [...(this.#dependents.get(ownerUid) ?? [])].flatMap(([uid, type]) => {
      const object = this.byUid(type, uid);
      return object === undefined ? [] : [{ type, object }];
    });
  }

  #watch(id: string, type: CollectedType): void {
    const { api, clock, log, onSynced } = this.#options;
    const informer = createInformer({ api, type, metadataOnly: true, keep: withOwnersOnly, clock, log });
    this.#watched.set(id, { type, informer });
    this.#unsynced.set(id, clock.steadyMs());
    informer.onChange((change) => {
      this.#index(type, change);
      this.#options.onChange(type, change);
    });
    void informer.start().then(() => {
      this.#unsynced.delete(id);
      onSynced();
    });
  }

  #index(type: CollectedType, { kind, object, previous }: InformerChange): void {
    const uid = object.metadata.uid ?? '';
    for (const owner of previous?.metadata.ownerReferences ?? []) {
      const dependents = this.#dependents.get(owner.uid);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependents.delete(owner.uid);
    }
    if (kind === 'delete') return;
    for (const owner of object.metadata.ownerReferences ?? []) {
      const dependents = this.#dependents.get(owner.uid) ?? new Map<string, CollectedType>();
      this.#dependents.set(owner.uid, dependents.set(uid, type));
    }
  }
}

/** Everything that is served is watched here: what nobody needs is not kept. */
function withOwnersOnly({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, ownerReferences, finalizers, deletionTimestamp } = metadata;
  const kept = { name, namespace, uid, resourceVersion, ownerReferences, finalizers, deletionTimestamp };
  return { apiVersion, kind, metadata: kept } as KubeObject;
}

function idOf({ group, version, resource }: ResourceType): string {
  return `${group}/${version}/${resource}`;
}
