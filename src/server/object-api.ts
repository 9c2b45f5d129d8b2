// The verb interface in process: no HTTP; callers get the objects that the store holds, and what they give is copied.
import {
  freezeInTests,
  isJsonObject,
  plainCopy,
  plainJson,
  success,
  type KubeObject,
  type ObjectApi,
  type ObjectList,
  type Outcome,
  type ResourceType,
  type WatchEvent,
  type WriteOptions,
} from '../base/mod.ts';
import type { KindDefinition } from '../api/mod.ts';
import type { ServerContext } from './context.ts';
import { methodNotSupported, noSuchResource } from './refusals.ts';
import { findUsage, readUsage, type UsageContext } from './usage/read-usage.ts';
import { bindPod } from './verbs/bind.ts';
import { createObject } from './verbs/create.ts';
import { deleteCollection } from './verbs/delete-collection.ts';
import { deleteObject } from './verbs/delete.ts';
import { getObject } from './verbs/get.ts';
import { listObjects, type ListPage } from './verbs/list.ts';
import { hasSubresource, inScope } from './verbs/scope.ts';
import { patchObject } from './verbs/patch.ts';
import { requestToken } from './verbs/request-token.ts';
import { getScale, patchScale, updateScale } from './verbs/scale.ts';
import { converting } from './write/converting.ts';
import { updateObject } from './verbs/update.ts';
import { watchObjects, type ServerWatchEvent, type WatchBatches } from './verbs/watch.ts';

export function createObjectApi(context: UsageContext): ObjectApi {
  /** Finds the kind and runs the verb on it. A signal that is aborted before the start rejects; later ones are not waited for. */
  async function on<T>(
    type: ResourceType,
    signal: AbortSignal | undefined,
    verb: (kind: KindDefinition) => Outcome<T> | Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    signal?.throwIfAborted();
    const kind = context.kinds.find(type);
    return kind === undefined ? noSuchResource() : verb(kind);
  }
  return {
    get: async (ref, options = {}) =>
      objectOf(
        await on<ObjectAnswer>(ref.type, options.signal, (kind) =>
          converting(context, () => (isScaled(kind, options) ? getScale(context, kind, ref) : getObject(context, kind, ref.namespace, ref.name))),
        ),
      ),
    list: async (type, namespace, options = {}) => {
      const usage = findUsage(context, type);
      if (usage !== undefined) return measuredList(context, await readUsage(context, usage, { namespace }, options));
      return listOf(await on(type, options.signal, (kind) => listObjects(context, kind, namespace, options)), options.metadataOnly);
    },
    create: async (type, namespace, object, options = {}) =>
      objectOf(
        await on(type, options.signal, (kind) => {
          const { copy, chars } = plainCopy(object);
          return createOrBind(context, kind, namespace, copy, { ...options, bodyBytes: chars });
        }),
      ),
    update: async (ref, object, options = {}) =>
      objectOf(
        await on<ObjectAnswer>(ref.type, options.signal, (kind) =>
          isScaled(kind, options) ? updateScale(context, kind, ref, plainJson(object), options) : inScope(kind, options, (scope) => updateObject(context, kind, ref, scope, plainJson(scope === 'status' ? withoutSpec(object) : object), options)),
        ),
      ),
    patch: async (ref, patchKind, body, options = {}) =>
      objectOf(
        await on<ObjectAnswer>(ref.type, options.signal, (kind) => {
          const patch = { kind: patchKind, body: plainJson(body) };
          return isScaled(kind, options) ? patchScale(context, kind, ref, patch, options) : inScope(kind, options, (scope) => patchObject(context, kind, ref, scope, patch, options));
        }),
      ),
    delete: async (ref, options = {}) => {
      const outcome = await on(ref.type, options.signal, (kind) => deleteObject(context, kind, ref, options));
      return outcome.ok ? success(outcome.value.entry.object) : outcome;
    },
    deleteCollection: async (type, namespace, options = {}) =>
      listOf(await on(type, options.signal, (kind) => deleteCollection(context, kind, namespace, options, options))),
    watch: async (type, namespace, options = {}) => {
      const outcome = await on(type, undefined, (kind) =>
        watchObjects(context, kind, namespace, {
          ...options,
          resourceVersionMatch: options.sendInitialEvents === undefined ? undefined : 'NotOlderThan',
        }),
      );
      return outcome.ok ? success(toWatchEvents(outcome.value, options.metadataOnly)) : outcome;
    },
  };
}

/** Controllers send the whole object with its new status, of which nothing else is taken. */
function withoutSpec({ spec: _spec, ...rest }: KubeObject): KubeObject {
  return rest as KubeObject;
}

function createOrBind(
  context: ServerContext,
  kind: KindDefinition,
  namespace: string | undefined,
  object: KubeObject,
  options: WriteOptions,
): Promise<Outcome<ObjectAnswer>> | Outcome<ObjectAnswer> {
  const { subresource } = options;
  if (subresource === undefined) return createObject(context, kind, namespace, object, options);
  if (!hasSubresource(kind, subresource)) return noSuchResource();
  const name = isJsonObject(object.metadata) ? object.metadata.name : '';
  if (subresource === 'token') return answered(requestToken(context, kind, { namespace, name }, object, options));
  if (subresource !== 'binding') return methodNotSupported({ ...kind, resource: `${kind.resource}/${subresource}` }, 'create');
  return bindPod(context, kind, { namespace, name }, object, options);
}

interface ObjectAnswer {
  readonly object: KubeObject;
}

function isScaled(kind: KindDefinition, { subresource }: { readonly subresource?: string | undefined }): boolean {
  return subresource === 'scale' && hasSubresource(kind, subresource);
}

/** An answer that is not stored. */
async function answered(answer: Promise<Outcome<KubeObject>>): Promise<Outcome<ObjectAnswer>> {
  const outcome = await answer;
  return outcome.ok ? success({ object: outcome.value }) : outcome;
}

function objectOf(outcome: Outcome<ObjectAnswer>): Outcome<KubeObject> {
  return outcome.ok ? success(outcome.value.object) : outcome;
}

function listOf(outcome: Outcome<ListPage>, metadataOnly = false): Outcome<ObjectList> {
  if (!outcome.ok) return outcome;
  const { revision, entries, ...paging } = outcome.value;
  return success({ ...paging, resourceVersion: String(revision), items: entries.map(({ object }) => (metadataOnly ? partial(object) : object)) });
}

/** Measured, not stored. */
function measuredList({ store }: ServerContext, outcome: Outcome<readonly KubeObject[]>): Outcome<ObjectList> {
  return outcome.ok ? success({ resourceVersion: String(store.revision), items: outcome.value }) : outcome;
}

async function* toWatchEvents(batches: WatchBatches, metadataOnly = false): AsyncGenerator<WatchEvent, void> {
  for await (const batch of batches) for (const event of batch) yield toWatchEvent(event, metadataOnly);
}

function toWatchEvent(event: ServerWatchEvent, metadataOnly: boolean): WatchEvent {
  if (event.type === 'ERROR') return event;
  if (event.type === 'BOOKMARK') return { type: 'BOOKMARK', resourceVersion: String(event.revision), isInitialEventsEnd: event.isInitialEventsEnd };
  return { type: event.type, object: metadataOnly ? partial(event.entry.object) : event.entry.object };
}

function partial({ metadata }: KubeObject): KubeObject {
  return freezeInTests({ apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata });
}
