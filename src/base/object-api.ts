// The verb interface. Controllers, engine and node see only this: our own API server in process, the same over HTTPS, or
// a real kube-apiserver. Objects that come out are shared JSON that nobody may change; objects
// that go in are never changed.
import type { KubeObject, Status } from './kube.ts';
import type { Outcome } from './outcome.ts';
import type { JsonObject } from './json.ts';

/** `group` is '' for the core group; `resource` is the lower-case plural, for example `pods`. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

export interface ObjectRef {
  readonly type: ResourceType;
  /** Undefined for cluster-scoped objects. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface WriteOptions {
  /** Full admission, defaulting and validation, nothing is written. */
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  readonly force?: boolean;
  /** `status`, `scale`, `binding`, `finalize`, …; undefined for the object itself. */
  readonly subresource?: string;
  /** Receives the texts of `Warning: 299` headers. */
  readonly onWarning?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** Of the body that the request came with: large ones are worked on in turns. */
  readonly bodyBytes?: number;
}

export type PatchKind = 'merge' | 'json' | 'strategic' | 'apply';

export interface DeleteOptions {
  /** 0 deletes at once; undefined takes the kind's default (Pods: terminationGracePeriodSeconds). */
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

export interface ListOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Page size; 0 or undefined means everything. */
  readonly limit?: number;
  readonly continueToken?: string;
  /** Only the metadata of each object, as a PartialObjectMetadata. */
  readonly metadataOnly?: boolean;
  readonly signal?: AbortSignal;
}

export interface ObjectList {
  readonly resourceVersion: string;
  readonly continueToken?: string;
  readonly remainingItemCount?: number;
  readonly items: readonly KubeObject[];
}

export interface WatchOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Events after this revision; undefined or '0' first yields an ADDED event for each existing object. */
  readonly resourceVersion?: string;
  /** WatchList: existing objects as ADDED, then a bookmark annotated `k8s.io/initial-events-end`. */
  readonly sendInitialEvents?: boolean;
  readonly allowBookmarks?: boolean;
  readonly timeoutSeconds?: number;
  /** Only the metadata of each object, as a PartialObjectMetadata. */
  readonly metadataOnly?: boolean;
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal;
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly isInitialEventsEnd: boolean }
  /** For example 410 Expired: list again, then watch from the list's revision. The iteration ends after it. */
  | { readonly type: 'ERROR'; readonly status: Status };

/**
 * The verbs. Every answer that says a write happened is given only when it is durable. Aborting a signal never undoes a
 * write; it only stops waiting for the answer.
 */
export interface ObjectApi {
  get(ref: ObjectRef, options?: { subresource?: string; signal?: AbortSignal }): Promise<Outcome<KubeObject>>;
  list(type: ResourceType, namespace: string | undefined, options?: ListOptions): Promise<Outcome<ObjectList>>;
  /** `object.metadata.name`, or `generateName`, names it. AlreadyExists when the name is taken. */
  create(type: ResourceType, namespace: string | undefined, object: KubeObject, options?: WriteOptions): Promise<Outcome<KubeObject>>;
  /** Conflict when `metadata.resourceVersion` is given and stale. */
  update(ref: ObjectRef, object: KubeObject, options?: WriteOptions): Promise<Outcome<KubeObject>>;
  patch(ref: ObjectRef, kind: PatchKind, patch: JsonObject | readonly JsonObject[], options?: WriteOptions): Promise<Outcome<KubeObject>>;
  /** The object as it stands after the request: gone, or with a deletionTimestamp while finalizers or grace hold it. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<Outcome<KubeObject>>;
  deleteCollection(type: ResourceType, namespace: string | undefined, options?: DeleteOptions & ListOptions): Promise<Outcome<ObjectList>>;
  watch(type: ResourceType, namespace: string | undefined, options?: WatchOptions): Promise<Outcome<AsyncIterable<WatchEvent>>>;
}
