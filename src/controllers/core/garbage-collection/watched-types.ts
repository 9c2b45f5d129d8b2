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
  readonly clock: Clock;
  readonly log: Log;
}

export class WatchedTypes {
  readonly #options: WatchedTypesOptions;
  readonly #watched = new Map<string, { readonly type: CollectedType; readonly informer: Informer }>();
  /** Uids of dependents by uid of owner. */
  readonly #dependents = new Map<string, Map<string, CollectedType>>();

  constructor(options: WatchedTypesOptions) {
    this.#options = options;
  }

  /** Watches what is served now and no more what is not. Resolves when all are synced. */
  async sync(): Promise<void> {
    const wanted = new Map(this.#options.types().map((type) => [idOf(type), type]));
    for (const [id, { informer }] of this.#watched) {
      if (wanted.has(id)) continue;
      this.#watched.delete(id);
      await informer.stop();
    }
    const added = [...wanted].filter(([id]) => !this.#watched.has(id));
    await Promise.all(added.map(([id, type]) => this.#watch(id, type)));
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

  async #watch(id: string, type: CollectedType): Promise<void> {
    const { api, clock, log } = this.#options;
    const informer = createInformer({ api, type, metadataOnly: true, keep: withOwnersOnly, clock, log });
    this.#watched.set(id, { type, informer });
    informer.onChange((change) => {
      this.#index(type, change);
      this.#options.onChange(type, change);
    });
    await informer.start();
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
