// delete: at once when nothing holds the object; otherwise it is marked, and goes when grace and finalizers are over.
import { success, toRfc3339, type DeleteOptions, type ObjectMeta, type Outcome } from '../../base/mod.ts';
import { DEFINITION_FINALIZER, isDefinitionKind, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject, StoreWriter } from '../../store/mod.ts';
import { commit, type ServerContext } from '../context.ts';
import { keyOf } from '../keys.ts';
import { conflict, notFound } from '../refusals.ts';
import { admissionFacts } from '../admission/admission-facts.ts';
import { consulted, consultOnDelete } from '../webhooks/consultation.ts';
import { isHeld, isNamespaceKind, markTerminating } from '../write/namespace-lifecycle.ts';
import { converting } from '../write/converting.ts';
import { removeObject } from '../write/store-object.ts';
import { asVersion } from '../write/stored-version.ts';
import type { Place } from './change.ts';
import { shownAs } from './stored-form.ts';

export interface Deletion {
  readonly entry: StoredObject;
  /** False while finalizers or grace hold it. */
  readonly isGone: boolean;
}

const FOREGROUND_FINALIZER = 'foregroundDeletion';
const ORPHAN_FINALIZER = 'orphan';

export async function deleteObject(context: ServerContext, kind: KindDefinition, place: Place, options: DeleteOptions): Promise<Outcome<Deletion>> {
  const decide = (writer: StoreWriter) => decideDelete(context, writer, kind, place, options);
  const isAsked = context.webhooks.concern({ kind: kind.storedAs?.kind ?? kind, operation: 'DELETE' });
  const deletion = isAsked ? await consultedDelete(context, kind.storedAs?.kind ?? kind, place, options, decide) : await commit(context, options.dryRun, decide);
  if (!deletion.ok) return deletion;
  const { entry, isGone } = deletion.value;
  return success({ isGone, entry: await converting(context, () => shownAs(kind, entry)) });
}

function consultedDelete(
  context: ServerContext,
  kind: KindDefinition,
  { namespace, name }: Place,
  options: DeleteOptions,
  decide: (writer: StoreWriter) => Outcome<Deletion>,
): Promise<Outcome<Deletion>> {
  return consulted(context, { kind, namespace, name }, options.dryRun, async (seen) => {
    if (seen === undefined) return notFound(kind, name);
    return (await consultOnDelete(context, kind, asVersion(kind, seen).object, options)) ?? success(decide);
  });
}

export function decideDelete(
  context: ServerContext,
  writer: StoreWriter,
  kind: KindDefinition,
  place: Place,
  options: DeleteOptions,
): Outcome<Deletion> {
  const key = keyOf(kind, place.namespace, place.name);
  const current = writer.get(key);
  if (current === undefined) return notFound(kind, place.name);
  const { object } = current;
  const refusal =
    context.admission.refuse({ operation: 'DELETE', kind, object, old: object, identity: context.identity }, admissionFacts(context, writer)) ??
    checkPreconditions(kind, object.metadata, options);
  if (refusal !== undefined) return refusal;

  const finalizers = finalizersAfter(kind, object.metadata, options);
  const isMarked = object.metadata.deletionTimestamp !== undefined;
  const graceSeconds = isMarked ? shortenedGrace(object.metadata, options) : (kind.deletionGraceSeconds?.(object, options.gracePeriodSeconds) ?? 0);
  if (graceSeconds === 0 && finalizers.length === 0 && !isHeld(kind, object)) {
    // Kinds with a grace show that it was cut short.
    const last = kind.deletionGraceSeconds === undefined ? object : { ...object, metadata: markedMetadata(kind, object.metadata, finalizers, { graceSeconds: 0, nowMs: context.clock.now() }) };
    return success({ entry: removeObject(context, writer, kind, key, last), isGone: true });
  }
  const hasSameGrace = graceSeconds === (object.metadata.deletionGracePeriodSeconds ?? 0);
  if (isMarked && hasSameGrace && sameList(finalizers, object.metadata.finalizers ?? [])) {
    return success({ entry: current, isGone: false });
  }
  const marked = { ...object, metadata: markedMetadata(kind, object.metadata, finalizers, { graceSeconds, nowMs: context.clock.now() }) };
  return success({ entry: writer.put(key, markTerminating(kind, marked, context.clock.now())), isGone: false });
}

/** A refusal when the object is not the one, or not in the state, that the caller saw. */
export function checkPreconditions(kind: KindDefinition, metadata: ObjectMeta, { preconditions = {} }: DeleteOptions) {
  const { uid, resourceVersion } = preconditions;
  if (uid !== undefined && uid !== metadata.uid) {
    return conflict(kind, metadata.name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const found = `ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
    return conflict(kind, metadata.name, `Precondition failed: ${found}`);
  }
  return undefined;
}

/** The policy becomes a finalizer, which the garbage collector takes away when the dependents are gone or orphaned. */
function finalizersAfter(kind: KindDefinition, { finalizers: given = [], deletionTimestamp }: ObjectMeta, { propagationPolicy: asked }: DeleteOptions): readonly string[] {
  const propagationPolicy = asked ?? (kind.orphansByDefault !== undefined && deletionTimestamp === undefined ? 'Orphan' : undefined);
  // A definition waits for the end of its objects.
  const needsCleanup = isDefinitionKind(kind) && deletionTimestamp === undefined && !given.includes(DEFINITION_FINALIZER);
  const finalizers = needsCleanup ? [...given, DEFINITION_FINALIZER] : given;
  if (propagationPolicy === undefined) return finalizers;
  const others = finalizers.filter((finalizer) => finalizer !== FOREGROUND_FINALIZER && finalizer !== ORPHAN_FINALIZER);
  if (propagationPolicy === 'Background') return others;
  return [...others, propagationPolicy === 'Foreground' ? FOREGROUND_FINALIZER : ORPHAN_FINALIZER];
}

/** A deletion under way can only be hastened; a negative period means one second. */
function shortenedGrace({ deletionGracePeriodSeconds = 0 }: ObjectMeta, { gracePeriodSeconds }: DeleteOptions): number {
  const asked = gracePeriodSeconds ?? deletionGracePeriodSeconds;
  return Math.min(deletionGracePeriodSeconds, asked < 0 ? 1 : asked);
}

function markedMetadata(kind: KindDefinition, metadata: ObjectMeta, finalizers: readonly string[], { graceSeconds, nowMs }: { graceSeconds: number; nowMs: number }): ObjectMeta {
  const { finalizers: _finalizers, ...rest } = metadata;
  const isFirst = metadata.deletionTimestamp === undefined;
  const startMs = isFirst ? nowMs : Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  // Namespaces and definitions, whose contents go first, are marked in a way of their own upstream: with the time alone.
  const isContainer = isNamespaceKind(kind) || isDefinitionKind(kind);
  return {
    ...rest,
    // What controllers should do with the object changes, so its generation does, too.
    ...(isFirst && !isContainer && metadata.generation !== undefined ? { generation: metadata.generation + 1 } : {}),
    deletionTimestamp: toRfc3339(startMs + graceSeconds * 1000),
    ...(isContainer ? {} : { deletionGracePeriodSeconds: graceSeconds }),
    ...(finalizers.length > 0 ? { finalizers } : {}),
  };
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
