// CustomResourceDefinitions at work: what they define is served from the commit on that made them, follows their changes, and is
// emptied when they are deleted. All of it follows from the store, so that a restart changes nothing.
import { describeError, toRfc3339, type KubeObject } from '../../base/mod.ts';
import { acceptNames, customKinds, customResourceDefinitionKind } from '../../api/mod.ts';
import type { StoreEvent } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { keyOf } from '../keys.ts';
import { definitionsOf, DEFINITIONS_PREFIX } from '../write/definition-names.ts';
import { emptyDefinition } from './cleanup.ts';

/** Serves what is defined now and from now on. */
export function startDefinitions(context: ServerContext): void {
  for (const { object } of context.store.list(DEFINITIONS_PREFIX)) {
    context.kinds.serve(object.metadata.name, customKinds(object));
    if (object.metadata.deletionTimestamp !== undefined) empty(context, object.metadata.name);
  }
  context.store.listen(DEFINITIONS_PREFIX, (event) => follow(context, event));
}

function follow(context: ServerContext, { change, entry, previous }: StoreEvent): void {
  const { object } = entry;
  const { name, deletionTimestamp } = object.metadata;
  context.kinds.serve(name, change === 'delete' ? [] : customKinds(object));
  const didFreeNames = change === 'delete' || (previous !== undefined && previous.object.status !== object.status);
  if (didFreeNames) inBackground(context, name, reconsiderOthers(context, object));
  if (change !== 'delete' && deletionTimestamp !== undefined && previous?.object.metadata.deletionTimestamp === undefined) empty(context, name);
}

/** Names that this definition gave up may be what another one of its group waits for. */
async function reconsiderOthers(context: ServerContext, { metadata, spec }: KubeObject): Promise<void> {
  const now = toRfc3339(context.clock.now());
  for (const other of context.store.list(DEFINITIONS_PREFIX).map((entry) => entry.object)) {
    if (other.spec?.['group'] !== spec?.['group'] || other.metadata.name === metadata.name) continue;
    if (acceptNames(other, definitionsOf(context), now) === other) continue;
    await context.store.write((writer) => {
      const key = keyOf(customResourceDefinitionKind, undefined, other.metadata.name);
      const current = writer.get(key);
      if (current === undefined) return;
      const named = acceptNames(current.object, definitionsOf(context), now);
      if (named !== current.object) writer.put(key, named);
    });
  }
}

function empty(context: ServerContext, name: string): void {
  inBackground(context, name, emptyDefinition(context, name));
}

function inBackground({ log }: ServerContext, definition: string, work: Promise<void>): void {
  work.catch((error: unknown) => log.error('a custom resource definition could not be followed', { definition, error: describeError(error) }));
}
