// apply: the document of one manager, merged into the object; creates what is absent.
import { atOnce, inTurns, isJsonObject, success, type JsonObject, type KubeObject, type Outcome, type Steps, type WriteOptions } from '../../base/mod.ts';
import { apiVersionOf, fieldOf, objectSchema, required, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject, StoreWriter } from '../../store/mod.ts';
import { commit, type ServerContext } from '../context.ts';
import { lastAppliedFields, withLastApplied } from '../ownership/last-applied.ts';
import { applySteps, type Actor } from '../ownership/ownership.ts';
import { badRequest, conflict, invalidObject, notFound, type Refusal } from '../refusals.ts';
import { actorOf } from '../write/actor.ts';
import { decodeSteps } from '../write/decode.ts';
import { documentSteps } from '../write/apply-document.ts';
import { atItsPace } from '../write/pace.ts';
import type { ChangeScope, WantedChange } from '../write/prepare-change.ts';
import { draftSteps, finishSteps, type NewObject } from '../write/prepare-new.ts';
import { consulted, consultOnNew } from '../webhooks/consultation.ts';
import { checkPlace, consultedChange, decideChange, isLarge, type Place } from './change.ts';
import { decideCreate } from './create.ts';
import type { TextualObject } from './watch.ts';

export interface PatchedObject extends TextualObject {
  /** An apply made the object. */
  readonly isCreated: boolean;
}

/** What is applied, and whether it may make what is absent: whoever may patch need not be allowed to create. */
export interface ApplyPatch {
  readonly body: unknown;
  readonly refuseCreation?: () => Refusal | undefined;
}

export async function applyObject(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  scope: ChangeScope,
  { body, refuseCreation }: ApplyPatch,
  options: WriteOptions,
): Promise<Outcome<PatchedObject>> {
  if (!isJsonObject(body)) return badRequest('an apply patch must be an object');
  const refusal = refuseApply(body, options) ?? (await atItsPace(context, kind, options, documentSteps(kind, body, place, options)));
  if (refusal !== undefined) return refusal;
  const document = documentOf(kind, body, place);
  const actor = actorOf(context, options, scope);
  const produce = (current: KubeObject) => appliedTo(kind, current, document, actor, { place, options });
  const target = { kind, place, scope, actor };
  // Drafted once: another try must not make another object.
  let drafted: Outcome<NewObject> | undefined;
  const draft = function* (): Steps<Outcome<NewObject>> {
    return (drafted ??= refuseCreation?.() ?? (yield* draftApplied(context, kind, document, actor, { place, options })));
  };
  const create = (writer: StoreWriter, object: KubeObject) => withCreated(decideCreate(context, writer, kind, object, false), true);
  const { webhooks } = context;
  const isAsked = webhooks.concern({ kind, operation: 'UPDATE', subresource: scope }) || webhooks.concern({ kind, operation: 'CREATE', subresource: scope });
  if (isAsked || isLarge(context, kind, place, options)) {
    const { namespace, name } = place;
    return consulted(context, { kind, namespace, name }, options.dryRun, async (seen) => {
      if (seen !== undefined) {
        const change = await consultedChange(context, target, seen, produce, options);
        return change.ok ? success((writer: StoreWriter) => withCreated(change.value(writer), false)) : change;
      }
      if (scope !== undefined) return notFound(kind, name);
      const fresh = await inTurns(draft(), context.clock);
      if (!fresh.ok) return fresh;
      const made = await consultOnNew(context, kind, fresh.value, options);
      return made.ok ? success((writer: StoreWriter) => create(writer, made.value)) : made;
    });
  }
  return commit(context, options.dryRun, (writer): Outcome<PatchedObject> => {
    const changed = decideChange(context, writer, target, produce);
    if (changed !== undefined) return withCreated(changed, false);
    if (scope !== undefined) return notFound(kind, place.name);
    const fresh = atOnce(draft());
    if (!fresh.ok) return fresh;
    const prepared = atOnce(finishSteps(kind, context.clock.now(), fresh.value));
    return prepared.ok ? create(writer, prepared.value) : prepared;
  });
}

/** An object that is not there yet, all of whose fields are the applier's. */
function* draftApplied(context: ServerContext, kind: KindDefinition, document: JsonObject, actor: Actor, { place, options }: Request): Steps<Outcome<NewObject>> {
  const uid = fieldOf(document, 'metadata', 'uid');
  // Whoever names a uid means the object that he saw, which is gone.
  if (typeof uid === 'string' && uid !== '') return conflict(kind, place.name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
  const nobody = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: {} } as unknown as KubeObject;
  const claimed = yield* applySteps(kind, nobody, document, actor, { force: true });
  if (!claimed.ok) return claimed;
  const draft = yield* draftSteps(context, kind, place.namespace, document, options, claimed.value.managers);
  return draft.ok ? (checkPlace(draft.value.object, place) ?? draft) : draft;
}

interface Request {
  readonly place: Place;
  readonly options: WriteOptions;
}

function* appliedTo(kind: KindDefinition, current: KubeObject, document: JsonObject, actor: Actor, { place, options }: Request): Steps<Outcome<WantedChange>> {
  const allowed = lastAppliedFields(objectSchema(kind), current, actor.manager, apiVersionOf(kind));
  const applied = yield* applySteps(kind, current, document, actor, { force: options.force === true, ...(allowed === undefined ? {} : { allowed }) });
  if (!applied.ok) return applied;
  const { managers } = applied.value;
  yield;
  const decoded = yield* decodeSteps(kind, withLastApplied(applied.value.object, document, actor.manager), {});
  if (!decoded.ok) return decoded;
  return checkPlace(decoded.value, place) ?? success({ object: decoded.value, managers });
}

export function refuseApply(body: JsonObject, { fieldManager = '' }: WriteOptions): Refusal | undefined {
  if (fieldManager === '') {
    const causes = [required('fieldManager', 'is required for apply patch')];
    return invalidObject({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', causes);
  }
  const managed = isJsonObject(body['metadata']) ? body['metadata']['managedFields'] : undefined;
  return managed === undefined || managed === null ? undefined : badRequest('metadata.managedFields must be nil');
}

/** The document need not repeat the name that the request has. */
function documentOf(kind: KindDefinition, body: JsonObject, { name, namespace }: Place): JsonObject {
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  return { ...body, apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...metadata } };
}

export function withCreated(outcome: Outcome<StoredObject>, isCreated: boolean): Outcome<PatchedObject> {
  return outcome.ok ? success({ object: outcome.value.object, text: outcome.value.text, isCreated }) : outcome;
}
