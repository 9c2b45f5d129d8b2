// What the verbs ask webhooks, and when: the object is decided on as far as it can be, the webhooks are asked, and the commit looks
// whether the stored object is still the one they saw. If not, everything is decided and asked again, as upstream retries a conflict.
import { inTurns, jsonEquals, success, type DeleteOptions, type JsonObject, type KubeObject, type Outcome, type WriteOptions } from '../../base/mod.ts';
import { applyDefaults, scaleOf, withScale, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject, StoreWriter } from '../../store/mod.ts';
import { commit, type ServerContext } from '../context.ts';
import { keyOf } from '../keys.ts';
import type { Actor } from '../ownership/ownership.ts';
import { managedFieldsOf, readManagers } from '../ownership/managers.ts';
import { conflict, forbidden, MODIFIED, noSuchResource, type Refusal } from '../refusals.ts';
import { completeChange, completeNew } from '../write/complete.ts';
import { converting } from '../write/converting.ts';
import { refuseNamespace } from '../write/namespace-lifecycle.ts';
import { changeSteps, type ChangeScope } from '../write/prepare-change.ts';
import { finishSteps, type NewObject } from '../write/prepare-new.ts';

export interface ConsultedPlace {
  readonly kind: KindDefinition;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** As upstream tries a patch again. */
const TRY_COUNT_MAX = 5;

/** `decide` asks about the stored object that it is given; what it returns runs in the commit, on that same object. */
export async function consulted<T>(
  context: ServerContext,
  { kind, namespace, name }: ConsultedPlace,
  isDryRun: boolean | undefined,
  decide: (seen: StoredObject | undefined) => Promise<Outcome<(writer: StoreWriter) => Outcome<T>>>,
): Promise<Outcome<T>> {
  const key = keyOf(kind, namespace, name);
  for (let tries = 0; tries < TRY_COUNT_MAX; tries++) {
    const seen = context.store.get(key);
    const decided = await converting(context, () => decide(seen));
    if (!decided.ok) return decided;
    // Webhooks take seconds; meanwhile the definition of the kind may be gone.
    if (context.kinds.find(kind) === undefined) return noSuchResource();
    const outcome = await commit(context, isDryRun, (writer) => (writer.get(key)?.revision === seen?.revision ? decided.value(writer) : undefined));
    if (outcome !== undefined) return outcome;
  }
  return conflict(kind, name, MODIFIED);
}

export async function consultOnNew(context: ServerContext, kind: KindDefinition, draft: NewObject, options: WriteOptions): Promise<Outcome<KubeObject>> {
  const { namespace, name } = draft.object.metadata;
  const { webhooks, store, identity } = context;
  const absent = namespace === undefined ? undefined : refuseNamespace(context, store, kind, { name, namespace });
  if (absent !== undefined) return absent;
  // The name of the request: one that is generated is not in it.
  const request = { operation: 'CREATE', kind, name: draft.name, namespace, old: undefined, identity, isDryRun: options.dryRun === true, options: optionsOf('CreateOptions', options) } as const;
  const mutated = await webhooks.mutate({ ...request, object: draft.object }, (object) => completeNew(context, kind, object), options);
  if (!mutated.ok) return mutated;
  const finished = await inTurns(finishSteps(kind, context.clock.now(), { ...draft, object: mutated.value! }), context.clock);
  if (!finished.ok) return finished;
  const refusal = await webhooks.validate({ ...request, object: finished.value }, options);
  if (refusal !== undefined) return refusal;
  return context.kinds.find(kind) === undefined ? noSuchResource() : finished;
}

export interface PlannedChange {
  readonly current: StoredObject;
  /** The current object itself when nothing changes. */
  readonly next: KubeObject;
}

export async function consultOnChange(
  context: ServerContext,
  { kind, scope, actor }: { readonly kind: KindDefinition; readonly scope: ChangeScope; readonly actor: Actor },
  { current, next }: PlannedChange,
  options: WriteOptions,
): Promise<Outcome<KubeObject>> {
  const shown = (object: KubeObject) => (scope === 'scale' ? scaleOf(kind, object) : object);
  const { name, namespace } = next.metadata;
  const old = shown(current.object);
  const request = { operation: 'UPDATE', kind, subresource: scope, name, namespace, old, identity: context.identity, isDryRun: options.dryRun === true, options: optionsOf('UpdateOptions', options) } as const;
  const proposed = shown(next);
  const mutated = await context.webhooks.mutate({ ...request, object: proposed }, (object) => (scope === 'scale' ? success(object) : completeChange(context, kind, scope, applyDefaults(kind, object), old)), options);
  if (!mutated.ok) return mutated;
  let final = next;
  if (mutated.value !== proposed) {
    const object = scope === 'scale' ? withScale(kind, next, mutated.value!) : mutated.value!;
    // What webhooks add has no owner.
    const prepared = await inTurns(changeSteps(kind, scope, { object, managers: readManagers(managedFieldsOf(next) ?? []) }, current.object, actor), context.clock);
    if (!prepared.ok) return prepared;
    final = prepared.value;
  }
  return (await context.webhooks.validate({ ...request, object: shown(final) }, options)) ?? success(final);
}

export async function consultOnDelete(context: ServerContext, kind: KindDefinition, object: KubeObject, options: DeleteOptions): Promise<Refusal | undefined> {
  const { name, namespace } = object.metadata;
  const { dryRun, gracePeriodSeconds, propagationPolicy, preconditions } = options;
  const given = { dryRun: dryRun === true ? ['All'] : undefined, gracePeriodSeconds, propagationPolicy, preconditions };
  const request = {
    operation: 'DELETE',
    kind,
    name,
    namespace,
    object: undefined,
    old: object,
    identity: context.identity,
    isDryRun: dryRun === true,
    options: { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', ...(JSON.parse(JSON.stringify(given)) as JsonObject) },
  } as const;
  const mutated = await context.webhooks.mutate(request, success, options);
  return mutated.ok ? context.webhooks.validate(request, options) : mutated;
}

/** What a subresource is sent (a Binding, an Eviction), as the webhooks leave it; the body itself when nobody wants to be asked. */
export async function consultOnAction(context: ServerContext, { kind, namespace, name }: ConsultedPlace, subresource: string, body: KubeObject, options: WriteOptions): Promise<Outcome<KubeObject>> {
  const { webhooks, identity } = context;
  if (!webhooks.concern({ kind, operation: 'CREATE', subresource })) return success(body);
  const request = { operation: 'CREATE', kind, subresource, namespace, name, old: undefined, identity, isDryRun: options.dryRun === true, options: optionsOf('CreateOptions', options) } as const;
  const named = { ...body, metadata: { ...body.metadata, name } };
  const mutated = await webhooks.mutate({ ...request, object: named }, success, options);
  if (!mutated.ok) return mutated;
  const object = mutated.value!;
  return (await webhooks.validate({ ...request, object }, options)) ?? success(object);
}

/** A refusal when a connection to an object may not be opened; `opening` says what for (PodExecOptions and the like). */
export async function consultOnConnect(context: ServerContext, { kind, namespace, name }: ConsultedPlace, subresource: string, opening: JsonObject, { signal }: { readonly signal: AbortSignal }): Promise<Refusal | undefined> {
  const { webhooks, identity } = context;
  if (!webhooks.concern({ kind, operation: 'CONNECT', subresource })) return undefined;
  const object = opening as unknown as KubeObject;
  const request = { operation: 'CONNECT', kind, subresource, namespace, name, object, old: undefined, identity, isDryRun: false, options: undefined } as const;
  const mutated = await webhooks.mutate(request, success, { signal });
  if (!mutated.ok) return mutated;
  if (!jsonEquals(mutated.value, object)) return forbidden(kind, name, 'a webhook wants to change what the connection is opened with, which is not possible here');
  return webhooks.validate(request, { signal });
}

function optionsOf(kind: string, { dryRun, fieldManager, fieldValidation, force }: WriteOptions): JsonObject {
  return {
    kind,
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun === true ? { dryRun: ['All'] } : {}),
    ...(fieldManager === undefined ? {} : { fieldManager }),
    ...(fieldValidation === undefined ? {} : { fieldValidation }),
    ...(force === undefined ? {} : { force }),
  };
}
