// What the CustomResourceDefinition of an object has to say when the object is written; and the names of a definition, which are given
// with the write itself, so that what it defines is served when the answer comes.
import { toRfc3339, type KubeObject } from '../../base/mod.ts';
import { acceptNames, customResourceDefinitionKind, isDefinitionKind, type KindDefinition } from '../../api/mod.ts';
import type { StoreReader } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { keyOf, prefixOf } from '../keys.ts';
import { methodNotSupported, noSuchResource, refuse, type Refusal } from '../refusals.ts';

export const DEFINITIONS_PREFIX = prefixOf(customResourceDefinitionKind, undefined);

/** A definition that is made or changed with the names that are free for it; other objects as they are. */
export function withAcceptedNames(context: ServerContext, kind: KindDefinition, object: KubeObject): KubeObject {
  return isDefinitionKind(kind) ? acceptNames(object, definitionsOf(context), toRfc3339(context.clock.now())) : object;
}

export function definitionsOf({ store }: ServerContext): readonly KubeObject[] {
  return store.list(DEFINITIONS_PREFIX).map((entry) => entry.object);
}

/** A refusal when the definition is on its way out: its cleanup has listed the objects that there are, a new one would keep it for ever. */
export function refuseDefinition(reader: StoreReader, kind: KindDefinition): Refusal | undefined {
  if (kind.custom === undefined) return undefined;
  const definition = reader.get(keyOf(customResourceDefinitionKind, undefined, kind.custom.definition))?.object;
  if (definition === undefined) return noSuchResource();
  if (definition.metadata.deletionTimestamp === undefined) return undefined;
  return refuse({ ...methodNotSupported(kind, 'create').status, message: 'create not allowed while custom resource definition is terminating' });
}
