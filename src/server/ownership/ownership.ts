// Server-side apply: what becomes of an object and of the owners of its fields when somebody applies, updates or creates
// (sigs.k8s.io/structured-merge-diff merge.Updater, k8s.io/apimachinery pkg/util/managedfields). Pure.
import { isJsonObject, success, type JsonObject, type KubeObject, type Outcome, type Steps } from '../../base/mod.ts';
import { apiVersionOf, objectSchema, type KindDefinition, type KindSchema } from '../../api/mod.ts';
import { appliedFields } from './applied-fields.ts';
import { changedFields, compareFields, newFields } from './comparison.ts';
import { applyConflict, type Conflict } from './conflict.ts';
import { difference, intersection, isEmpty, union, withoutBranch, type FieldTree } from './field-tree.ts';
import { withoutLostFields } from './let-go.ts';
import { capUpdates, isSameManager, managedFieldsOf, ownedByAnybody, ownTheSame, readManagers, takeFrom, type Manager } from './managers.ts';
import { mergeApplied } from './merged-object.ts';

/** Who changes an object, and through what. */
export interface Actor {
  readonly manager: string;
  readonly subresource: string | undefined;
  readonly now: string;
}

const BEFORE_FIRST_APPLY = 'before-first-apply';
const IDENTITY: ReadonlySet<string> = new Set(
  ['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map((name) => `f:${name}`),
);

export interface Applied {
  readonly object: KubeObject;
  readonly managers: readonly Manager[];
}

/** The current object with the document merged in, and its owners. A conflict unless forced, or caused by `allowed` fields only. */
export function* applySteps(
  kind: KindDefinition,
  current: KubeObject,
  document: JsonObject,
  actor: Actor,
  { force, allowed }: { readonly force: boolean; readonly allowed?: FieldTree },
): Steps<Outcome<Applied>> {
  const schema = objectSchema(kind);
  const live = withoutOwners(current);
  const others = ownersBefore(kind, schema, current);
  const self = { name: actor.manager, operation: 'Apply' as const, apiVersion: apiVersionOf(kind), subresource: actor.subresource };
  const own = others.find((manager) => isSameManager(manager, self));
  const rest = others.filter((manager) => manager !== own);
  yield;
  const named = appliedFields(schema, document);
  yield;
  const claimed = ownable(kind, actor.subresource, named);
  const merged = mergeApplied(schema, live, document);
  yield;
  const owned = union(named, ownedByAnybody(rest));
  const next = own === undefined ? merged : withoutLostFields(schema, merged, own.fields, owned);
  yield;
  const comparison = compareFields(schema, live, next);
  yield;
  const changed = ownable(kind, actor.subresource, changedFields(comparison));
  const conflicts = conflictsWith(rest, changed);
  if (!force && conflicts.length > 0) {
    const open = allowed === undefined ? conflicts : conflictsBeyond(conflicts, allowed);
    if (open.length > 0) return applyConflict(open);
  }
  const remaining = takeFrom(rest, union(changed, ownable(kind, actor.subresource, comparison.removed)));
  // An apply that changes nothing but who owns it has no time.
  const isSame = isEmpty(changed) && isEmpty(comparison.removed);
  const entry: Manager = { ...self, fields: claimed, time: isSame ? own?.time : actor.now };
  const managers = isEmpty(claimed) ? remaining : [...remaining, entry];
  return success({ object: next as unknown as KubeObject, managers });
}

function conflictsBeyond(conflicts: readonly Conflict[], allowed: FieldTree): readonly Conflict[] {
  return conflicts.flatMap(({ manager, fields }) => {
    const open = difference(fields, allowed);
    return isEmpty(open) ? [] : [{ manager, fields: open }];
  });
}

function conflictsWith(managers: readonly Manager[], changed: FieldTree): readonly Conflict[] {
  return managers.flatMap((manager) => {
    const fields = intersection(manager.fields, changed);
    return isEmpty(fields) ? [] : [{ manager: { ...manager, time: undefined }, fields }];
  });
}

/** An object that nobody owns yet belongs to those who came before the first apply. */
function ownersBefore(kind: KindDefinition, schema: KindSchema, current: KubeObject): readonly Manager[] {
  const managers = readManagers(managedFieldsOf(current) ?? []);
  if (managers.length > 0 || current.metadata.uid === undefined) return managers;
  const fields = ownable(kind, undefined, newFields(schema, withoutOwners(current)).added);
  return isEmpty(fields) ? [] : [{ name: BEFORE_FIRST_APPLY, operation: 'Update', apiVersion: apiVersionOf(kind), subresource: undefined, time: undefined, fields }];
}

/** The owners after a write that is no apply: what it changed is the actor's, also when others owned it. */
export function ownersAfterUpdate(kind: KindDefinition, before: KubeObject | undefined, after: KubeObject, given: readonly Manager[], actor: Actor): readonly Manager[] {
  if (given.length === 0 && before !== undefined) return given;
  const schema = objectSchema(kind);
  const comparison = before === undefined ? newFields(schema, withoutOwners(after)) : compareFields(schema, withoutOwners(before), withoutOwners(after));
  const changed = ownable(kind, actor.subresource, changedFields(comparison));
  const removed = ownable(kind, actor.subresource, comparison.removed);
  if (isEmpty(changed) && isEmpty(removed)) return given;
  const self = { name: actor.manager, operation: 'Update' as const, apiVersion: apiVersionOf(kind), subresource: actor.subresource };
  const own = given.find((manager) => isSameManager(manager, self));
  const rest = takeFrom(given.filter((manager) => manager !== own), union(changed, removed));
  const fields = union(difference(own?.fields ?? {}, removed), changed);
  if (isEmpty(fields)) return rest;
  // Upstream notes no time for a change of the scale.
  const time = actor.subresource === 'scale' ? undefined : isEmpty(changed) ? own?.time : actor.now;
  return capUpdates([...rest, { ...self, fields, time }]);
}

export { ownTheSame };

/** Without what nobody owns: identity, and what this way of writing can not change. */
function ownable(kind: KindDefinition, subresource: string | undefined, fields: FieldTree): FieldTree {
  const named = withoutIdentity(fields);
  if (subresource === 'status') return withoutBranch(named, 'f:spec');
  const hasStatus = kind.subresources.some(({ name }) => name === 'status');
  return subresource === undefined && hasStatus ? withoutBranch(named, 'f:status') : named;
}

/** On the way of every write, so it copies only what it changes. */
function withoutIdentity(fields: FieldTree): FieldTree {
  const { 'f:apiVersion': _version, 'f:kind': _kind, 'f:metadata': metadata, ...rest } = fields;
  if (metadata === undefined) return rest;
  const owned = Object.entries(metadata).filter(([element]) => element !== '.' && !IDENTITY.has(element));
  return owned.length === 0 ? rest : { 'f:metadata': Object.fromEntries(owned), ...rest };
}

function withoutOwners(object: KubeObject): JsonObject {
  const json = object as unknown as JsonObject;
  const metadata = json['metadata'];
  if (!isJsonObject(metadata) || metadata['managedFields'] === undefined) return json;
  const { managedFields: _owners, ...rest } = metadata;
  return { ...json, metadata: rest };
}
