// A definition that is deleted takes its objects with it: they are deleted, and when the last one is gone, so is the definition.
import { toRfc3339, type KubeObject } from '../../base/mod.ts';
import { customResourceDefinitionKind, DEFINITION_FINALIZER, storedKind, withDefinitionCondition, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { keyOf, prefixOf } from '../keys.ts';
import { decideDelete } from '../verbs/delete.ts';

/** Objects deleted in one commit. */
const CHUNK_OBJECT_COUNT = 100;

/** Deletes all objects, then, at once or when finalizers let the last one go, lets the definition itself go. */
export async function emptyDefinition(context: ServerContext, name: string): Promise<void> {
  const kind = kindOf(context, name);
  if (kind === undefined) return release(context, name);
  const prefix = prefixOf(kind, undefined);
  const entries = context.store.list(prefix);
  for (let start = 0; start < entries.length; start += CHUNK_OBJECT_COUNT) {
    await deleteChunk(context, kind, entries.slice(start, start + CHUNK_OBJECT_COUNT));
  }
  if (context.store.list(prefix).length === 0) return release(context, name);
  // Finalizers hold some of them. The last one to go takes the definition with it.
  context.store.listen(prefix, ({ change }) => {
    if (change !== 'delete' || context.store.list(prefix).length > 0) return;
    void release(context, name);
  });
}

async function deleteChunk(context: ServerContext, kind: KindDefinition, chunk: readonly StoredObject[]): Promise<void> {
  await context.store.write((writer) => {
    for (const { object } of chunk) decideDelete(context, writer, kind, object.metadata, {});
  });
}

/** A definition that never got its names has none, and no objects; where the server itself knows the resource, the objects are not the definition's. */
function kindOf({ kinds, store }: ServerContext, name: string): KindDefinition | undefined {
  const definition = store.get(keyOf(customResourceDefinitionKind, undefined, name))?.object;
  const kind = definition === undefined ? undefined : storedKind(definition);
  const isBuiltin = kinds.all().some(({ custom, group, resource }) => custom === undefined && group === kind?.group && resource === kind.resource);
  return isBuiltin ? undefined : kind;
}

async function release(context: ServerContext, name: string): Promise<void> {
  const key = keyOf(customResourceDefinitionKind, undefined, name);
  await context.store.write((writer) => {
    const current = writer.get(key);
    if (current === undefined || current.object.metadata.deletionTimestamp === undefined) return;
    const released = withoutFinalizer(current.object, toRfc3339(context.clock.now()));
    if ((released.metadata.finalizers ?? []).length === 0) writer.remove(key, released);
    else writer.put(key, released);
  });
}

function withoutFinalizer(definition: KubeObject, now: string): KubeObject {
  const { finalizers = [], ...metadata } = definition.metadata;
  const remaining = finalizers.filter((finalizer) => finalizer !== DEFINITION_FINALIZER);
  const terminated = { type: 'Terminating', status: 'False', reason: 'InstanceDeletionCompleted', message: 'removed all instances' };
  return {
    ...withDefinitionCondition(definition, terminated, now),
    metadata: { ...metadata, ...(remaining.length === 0 ? {} : { finalizers: remaining }) },
  };
}
