// The names of a CustomResourceDefinition are given with the write itself, so that what it defines is served when the answer comes.
import { toRfc3339, type KubeObject } from '../../base/mod.ts';
import { acceptNames, customResourceDefinitionKind, isDefinitionKind, type KindDefinition } from '../../api/mod.ts';
import type { ServerContext } from '../context.ts';
import { prefixOf } from '../keys.ts';

export const DEFINITIONS_PREFIX = prefixOf(customResourceDefinitionKind, undefined);

/** A definition that is made or changed with the names that are free for it; other objects as they are. */
export function withAcceptedNames(context: ServerContext, kind: KindDefinition, object: KubeObject): KubeObject {
  return isDefinitionKind(kind) ? acceptNames(object, definitionsOf(context), toRfc3339(context.clock.now())) : object;
}

export function definitionsOf({ store }: ServerContext): readonly KubeObject[] {
  return store.list(DEFINITIONS_PREFIX).map((entry) => entry.object);
}
