// The special rules of namespaces: nothing is created in one that is absent or going away; its own deletion is held by
// `spec.finalizers` until its controller has emptied it.
import { isJsonObject, toRfc3339, type KubeObject } from '../../base/mod.ts';
import { isDefinitionKind, NAMESPACES, withDefinitionCondition, type KindDefinition } from '../../api/mod.ts';
import type { StoreReader } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { namespaceKey } from '../keys.ts';
import { forbidden, notFound, type Refusal } from '../refusals.ts';

export function isNamespaceKind(kind: KindDefinition): boolean {
  return kind.group === NAMESPACES.group && kind.resource === NAMESPACES.resource;
}

/** A refusal when nothing may be created there; absent namespaces are no refusal when they are made on first use. */
export function refuseNamespace(
  context: ServerContext,
  reader: StoreReader,
  kind: KindDefinition,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): Refusal | undefined {
  const found = reader.get(namespaceKey(namespace));
  if (found === undefined) return context.isAutoNamespace || !areServed(context) ? undefined : notFound(NAMESPACES, namespace);
  if (found.object.metadata.deletionTimestamp === undefined) return undefined;
  return forbidden(kind, name, `unable to create new content in namespace ${namespace} because it is being terminated`, [
    { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
  ]);
}

function areServed({ kinds }: ServerContext): boolean {
  return kinds.find(NAMESPACES) !== undefined;
}

/** Whether something besides finalizers and grace keeps a deleted object. */
export function isHeld(kind: KindDefinition, object: KubeObject): boolean {
  const finalizers = isNamespaceKind(kind) ? object.spec?.['finalizers'] : undefined;
  return Array.isArray(finalizers) && finalizers.length > 0;
}

/** What changes in the object itself when its deletion begins. */
export function markTerminating(kind: KindDefinition, object: KubeObject, nowMs: number): KubeObject {
  if (isDefinitionKind(kind)) return withDefinitionCondition(object, DEFINITION_TERMINATING, toRfc3339(nowMs));
  if (!isNamespaceKind(kind)) return object;
  return { ...object, status: { ...(isJsonObject(object.status) ? object.status : {}), phase: 'Terminating' } };
}

const DEFINITION_TERMINATING = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionPending',
  message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
};
