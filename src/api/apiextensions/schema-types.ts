// What stands below `items` and `additionalProperties` in the schema of a CustomResourceDefinition: a schema, or in the second place a truth
// value. The published definitions of Kubernetes leave them open, so decoding ends there and goes on here. Pure.
import { isJsonObject, type Json, type JsonObject, type StatusCause } from '../../base/mod.ts';
import { forbidden, typeInvalid } from '../causes.ts';
import type { KindSchema } from '../kind.ts';
import { validateSchema } from '../schema/check.ts';
import { setOwn } from '../schema/own-member.ts';

/** Causes beyond it are not collected. */
const CAUSE_COUNT_MAX = 50;
const SCHEMA: KindSchema = { $ref: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps' };
const MAPS_OF_SCHEMAS = ['properties', 'patternProperties', 'definitions'];
const LISTS_OF_SCHEMAS = ['allOf', 'anyOf', 'oneOf'];
/** What a user's value stands in; a null in it is one. */
const VALUES = ['default', 'enum', 'example'];

/** The schema as Go decodes it: null leaves a member out, and in a map of schemas it is the empty schema. */
export function withoutNulls(schema: JsonObject): JsonObject {
  return mapEntries(schema, (value, name) => (value === null ? undefined : VALUES.includes(name) ? value : cleaned(value, name)));
}

function cleaned(value: Json, name: string): Json {
  if (Array.isArray(value)) return value.map((item: Json) => (isJsonObject(item) ? withoutNulls(item) : item));
  if (!isJsonObject(value)) return value;
  return MAPS_OF_SCHEMAS.includes(name) ? mapEntries(value, (member) => (member === null ? {} : cleaned(member, ''))) : withoutNulls(value);
}

function mapEntries(object: JsonObject, change: (value: Json, name: string) => Json | undefined): JsonObject {
  const mapped: Record<string, Json> = {};
  for (const [name, value] of Object.entries(object)) {
    const next = value === undefined ? undefined : change(value, name);
    if (next !== undefined) setOwn(mapped, name, next);
  }
  return mapped;
}

/** Of a schema without nulls whose own members have their types. Empty when all below have, too, so that it can be read as a schema everywhere. */
export function nestedTypeCauses(schema: JsonObject, path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const waiting: { readonly schema: JsonObject; readonly path: string }[] = [{ schema, path }];
  for (let next = waiting.pop(); next !== undefined && causes.length < CAUSE_COUNT_MAX; next = waiting.pop()) {
    const { schema: node, path: at } = next;
    for (const [value, where] of typedSchemas(node, at)) {
      if (isJsonObject(value)) waiting.push({ schema: value, path: where });
      else if (value !== undefined) causes.push(typeInvalid(where, value, 'must be a schema'));
    }
    for (const name of ['items', 'additionalProperties']) {
      const value = node[name];
      if (value === undefined || value === null || (name === 'additionalProperties' && typeof value === 'boolean')) continue;
      const found = openCauses(name, value, `${at}.${name}`);
      causes.push(...found);
      if (found.length === 0) waiting.push({ schema: value as JsonObject, path: `${at}.${name}` });
    }
  }
  return causes;
}

function openCauses(name: string, value: Json, path: string): readonly StatusCause[] {
  if (name === 'items' && Array.isArray(value)) return [forbidden(path, 'items must be a schema object and not an array')];
  if (!isJsonObject(value)) return [typeInvalid(path, value, `must be a schema${name === 'items' ? '' : ' or a boolean'}`)];
  return validateSchema(SCHEMA, value).map((cause) => ({ ...cause, field: `${path}.${cause.field ?? ''}` }));
}

/** The schemas in places that the published definitions do type. */
function typedSchemas(node: JsonObject, path: string): readonly (readonly [value: Json | undefined, path: string])[] {
  const places: (readonly [value: Json | undefined, path: string])[] = [[node['not'], `${path}.not`]];
  for (const name of MAPS_OF_SCHEMAS) for (const [key, value] of Object.entries((node[name] ?? {}) as JsonObject)) places.push([value, `${path}.${name}[${key}]`]);
  for (const name of LISTS_OF_SCHEMAS) for (const [index, value] of ((node[name] ?? []) as readonly Json[]).entries()) places.push([value, `${path}.${name}[${index}]`]);
  return places;
}
