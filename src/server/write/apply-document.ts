// Server-side apply. Each manager's last applied fields are remembered in metadata.managedFields, so that a field it applies
// no longer goes away. Always as with `force`: an applied field is taken whoever set it, there are no conflicts; writes
// other than apply are not recorded.
import { isJsonObject, jsonEquals, success, toRfc3339, type Json, type JsonObject, type KubeObject, type Outcome } from '../../base/mod.ts';
import { apiVersionOf, objectSchema, strategicMergePatch, type KindDefinition } from '../../api/mod.ts';
import { badRequest } from '../refusals.ts';
import { managedFieldsOf, withManagedFields } from './managed-fields.ts';
import type { WantedChange } from './prepare-change.ts';
import { fieldsOf, lostFields, withoutFields, type FieldSet } from './field-set.ts';

export interface Application {
  readonly manager: string;
  readonly subresource: string | undefined;
  readonly nowMs: number;
}

/** The current object with the applied document merged in, what the manager applied before and does not now taken out. */
export function applyDocument(kind: KindDefinition, current: KubeObject, document: JsonObject, application: Application): Outcome<WantedChange> {
  const schema = objectSchema(kind);
  const applied = appliedFields(kind, document);
  const entries = managedFieldsOf(current);
  const own = entries.find((entry) => isOwn(entry, application));
  const others = entries.filter((entry) => entry !== own).flatMap(fieldSetsIn);
  const lost = own === undefined ? {} : lostFields(fieldSetsIn(own)[0] ?? {}, applied);
  const remaining = withoutFields(current as unknown as Json, lost, others) as JsonObject;
  const merged = strategicMergePatch(schema, remaining, document);
  if (!merged.ok) return badRequest(merged.message);
  return success({ object: merged.value as unknown as KubeObject, managedFields: replaced(entries, own, applied, kind, application) });
}

/** A new object that an apply makes, with its first entry. */
export function withFirstApplication(kind: KindDefinition, object: KubeObject, document: JsonObject, application: Application): KubeObject {
  return withManagedFields(object, replaced([], undefined, appliedFields(kind, document), kind, application));
}

/** Identity is nobody's field. */
function appliedFields(kind: KindDefinition, document: JsonObject): FieldSet {
  const { apiVersion: _version, kind: _kind, ...rest } = document;
  const { name: _name, namespace: _namespace, ...metadata } = isJsonObject(rest['metadata']) ? rest['metadata'] : {};
  const named = { ...rest, metadata };
  if (Object.keys(metadata).length > 0) return fieldsOf(objectSchema(kind), named);
  const { metadata: _empty, ...withoutMetadata } = named;
  return fieldsOf(objectSchema(kind), withoutMetadata);
}

/** The entry of this manager brought up to date; its time changes only when its fields do. */
function replaced(
  entries: readonly JsonObject[],
  own: JsonObject | undefined,
  applied: FieldSet,
  kind: KindDefinition,
  { manager, subresource, nowMs }: Application,
): readonly JsonObject[] {
  if (own !== undefined && jsonEquals(own['fieldsV1'], applied)) return entries;
  const entry: JsonObject = {
    manager,
    operation: 'Apply',
    apiVersion: apiVersionOf(kind),
    time: toRfc3339(nowMs),
    fieldsType: 'FieldsV1',
    fieldsV1: applied,
    ...(subresource === undefined ? {} : { subresource }),
  };
  return own === undefined ? [...entries, entry] : entries.map((candidate) => (candidate === own ? entry : candidate));
}

function isOwn(entry: JsonObject, { manager, subresource }: Application): boolean {
  return entry['manager'] === manager && entry['operation'] === 'Apply' && entry['subresource'] === subresource;
}

function fieldSetsIn(entry: JsonObject): FieldSet[] {
  return isJsonObject(entry['fieldsV1']) ? [entry['fieldsV1']] : [];
}
