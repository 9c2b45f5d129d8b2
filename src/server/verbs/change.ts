// update and patch: read, modify, write inside one commit, so that nothing can come between.
import { atOnce, inTurns, success, type KubeObject, type ObjectRef, type Outcome, type Steps, type WriteOptions } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { StoredObject, StoreWriter } from '../../store/mod.ts';
import { commit, type ServerContext } from '../context.ts';
import { keyOf } from '../keys.ts';
import { badRequest, notFound, type Refusal } from '../refusals.ts';
import type { Actor } from '../ownership/ownership.ts';
import { actorOf } from '../write/actor.ts';
import { completeChange } from '../write/complete.ts';
import { isHeld } from '../write/namespace-lifecycle.ts';
import { LARGE_CHARS } from '../write/pace.ts';
import { changeSteps, isDeletionComplete, type ChangeScope, type WantedChange } from '../write/prepare-change.ts';
import { removeObject, storeObject } from '../write/store-object.ts';
import { asVersion, asWritable } from '../write/stored-version.ts';
import { consulted, consultOnChange, type PlannedChange } from '../webhooks/consultation.ts';

export type Place = Pick<ObjectRef, 'namespace' | 'name'>;

/** What the stored object shall become. */
export type Produce = (current: KubeObject) => Steps<Outcome<WantedChange>>;

export function changeObject(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  scope: ChangeScope,
  produce: Produce,
  options: WriteOptions,
): Promise<Outcome<StoredObject>> {
  const target = { kind, place, scope, actor: actorOf(context, options, scope) };
  if (context.webhooks.concern({ kind, operation: 'UPDATE', subresource: scope }) || isLarge(context, kind, place, options)) {
    const { namespace, name } = place;
    return consulted(context, { kind, namespace, name }, options.dryRun, async (seen) => (seen === undefined ? notFound(kind, name) : consultedChange(context, target, seen, produce, options)));
  }
  return commit(context, options.dryRun, (writer) => decideChange(context, writer, target, produce) ?? notFound(kind, place.name));
}

/** Decided outside of the commit, in turns, and again when the object was changed meanwhile; as when webhooks are asked. */
export function isLarge({ store }: ServerContext, kind: KindDefinition, { namespace, name }: Place, { bodyBytes = 0 }: WriteOptions): boolean {
  return bodyBytes > LARGE_CHARS || (store.get(keyOf(kind, namespace, name))?.text.length ?? 0) > LARGE_CHARS;
}

/** What remains to be done in the commit once the webhooks have agreed. */
export async function consultedChange(
  context: ServerContext,
  target: Target,
  seen: StoredObject,
  produce: Produce,
  options: WriteOptions,
): Promise<Outcome<(writer: StoreWriter) => Outcome<StoredObject>>> {
  const planned = await inTurns(planSteps(context, target, seen, produce), context.clock);
  if (!planned.ok) return planned;
  const next = await consultOnChange(context, target, planned.value, options);
  return next.ok ? success((writer) => storeChange(context, writer, target, { current: planned.value.current, next: next.value })) : next;
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
  target: Target,
  produce: Produce,
): Outcome<StoredObject> | undefined {
  const stored = writer.get(keyOf(target.kind, target.place.namespace, target.place.name));
  if (stored === undefined) return undefined;
  const planned = atOnce(planSteps(context, target, stored, produce));
  return planned.ok ? storeChange(context, writer, target, planned.value) : planned;
}

function* planSteps(context: ServerContext, { kind, scope, actor }: Target, stored: StoredObject, produce: Produce): Steps<Outcome<PlannedChange>> {
  const current = scope === 'status' ? asVersion(kind, stored) : asWritable(kind, stored);
  yield;
  const wanted = yield* produce(current.object);
  if (!wanted.ok) return wanted;
  const object = completeChange(context, kind, scope, wanted.value.object, current.object);
  if (!object.ok) return object;
  yield;
  const next = yield* changeSteps(kind, scope, { ...wanted.value, object: object.value }, current.object, actor);
  return next.ok ? success({ current, next: next.value }) : next;
}

function storeChange(context: ServerContext, writer: StoreWriter, { kind, place, scope }: Target, { current, next }: PlannedChange): Outcome<StoredObject> {
  if (next === current.object) return success(current);
  const key = keyOf(kind, place.namespace, place.name);
  if (isDeletionComplete(next, isHeld(kind, next))) return success(removeObject(context, writer, kind, key, next));
  return storeObject(context, writer, kind, { key, object: next, old: current.object, subresource: scope });
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
