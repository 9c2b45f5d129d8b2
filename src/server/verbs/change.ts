// update and patch: read, modify, write inside one commit, so that nothing can come between.
import { success, type KubeObject, type ObjectRef, type Outcome, type WriteOptions } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { StoredObject, StoreWriter } from '../../store/mod.ts';
import { commit, type ServerContext } from '../context.ts';
import { keyOf } from '../keys.ts';
import { badRequest, notFound, type Refusal } from '../refusals.ts';
import type { Actor } from '../ownership/ownership.ts';
import { actorOf } from '../write/actor.ts';
import { isHeld } from '../write/namespace-lifecycle.ts';
import { isDeletionComplete, prepareChange, type ChangeScope, type WantedChange } from '../write/prepare-change.ts';
import { removeObject, storeObject } from '../write/store-object.ts';
import { asVersion } from '../write/stored-version.ts';

export type Place = Pick<ObjectRef, 'namespace' | 'name'>;

/** What the stored object shall become; decided synchronously, inside the commit. */
export type Produce = (current: KubeObject) => Outcome<WantedChange>;

export function changeObject(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  scope: ChangeScope,
  produce: Produce,
  options: WriteOptions,
): Promise<Outcome<StoredObject>> {
  return commit(context, options.dryRun, (writer) => decideChange(context, writer, { kind, place, scope, actor: actorOf(context, options, scope) }, produce) ?? notFound(kind, place.name));
}

/** What is changed, through what, by whom. */
export interface Target {
  readonly kind: KindDefinition;
  readonly place: Place;
  readonly scope: ChangeScope;
  readonly actor: Actor;
}

/** Undefined when there is no such object. A change that changes nothing writes nothing. */
export function decideChange(
  context: ServerContext,
  writer: StoreWriter,
  { kind, place, scope, actor }: Target,
  produce: Produce,
): Outcome<StoredObject> | undefined {
  const key = keyOf(kind, place.namespace, place.name);
  const stored = writer.get(key);
  if (stored === undefined) return undefined;
  const current = asVersion(kind, stored);
  const wanted = produce(current.object);
  if (!wanted.ok) return wanted;
  const next = prepareChange(kind, scope, wanted.value, current.object, actor);
  if (!next.ok) return next;
  if (next.value === current.object) return success(current);
  if (isDeletionComplete(next.value, isHeld(kind, next.value))) return success(removeObject(context, writer, kind, key, next.value));
  return storeObject(context, writer, kind, { key, object: next.value, old: current.object, subresource: scope });
}

/** The body must not name another object than the request does. */
export function checkPlace({ metadata }: KubeObject, place: Place): Refusal | undefined {
  const { name, namespace = '' } = metadata;
  if (name !== '' && name !== place.name) {
    return badRequest(`the name of the object (${name}) does not match the name on the URL (${place.name})`);
  }
  if (namespace !== '' && namespace !== place.namespace) {
    return badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return undefined;
}
