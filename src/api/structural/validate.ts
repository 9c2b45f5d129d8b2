// Validation of a value by an OpenAPI v3 schema as a kube-apiserver does it (k8s.io/kube-openapi pkg/validation/validate), with
// its sentences. What an update did not touch is not looked at again. Pure.
import { isJsonObject, jsonEquals, type Json, type JsonObject, type StatusCause } from '../../base/mod.ts';
import { invalid, notSupported, required, tooMany, typeInvalid } from '../causes.ts';
import type { KindSchema } from '../kind.ts';
import { anyOfCauses, notCauses, oneOfCauses, allOfCauses } from './combinations.ts';
import { hasFormat, isKnownFormat } from './formats.ts';
import { listKeyOf } from './list-items.ts';
import { numberCauses } from './numbers.ts';
import { stringCauses } from './strings.ts';
import type { Verdict } from './verdict.ts';

/** Causes beyond it are not collected. */
const CAUSE_COUNT_MAX = 200;

/** `old` is the value before an update; undefined for new ones. */
export function validateStructural(schema: KindSchema, value: Json, path: string, old?: Json): readonly StatusCause[] {
  return withoutRepetitions(judge(schema, value, path, old).causes).slice(0, CAUSE_COUNT_MAX);
}

/** Several schemas may say the same of a value. */
function withoutRepetitions(causes: readonly StatusCause[]): readonly StatusCause[] {
  if (causes.length < 2) return causes;
  return [...new Map(causes.map((cause) => [`${cause.field} ${cause.message}`, cause])).values()];
}

export function judge(schema: KindSchema, value: Json, path: string, old: Json | undefined): Verdict {
  const verdict: Verdict = { causes: [], matchCount: 0 };
  // Ratcheting: a value that stays as it was may go on breaking a rule that came later.
  if (old !== undefined && jsonEquals(old, value)) return { ...verdict, matchCount: 1 };
  addType(verdict, schema, value, path);
  if (value === null) {
    addEnum(verdict, schema, value, path);
    return verdict;
  }
  addCombinations(verdict, schema, value, path, old);
  if (typeof value === 'string') verdict.causes.push(...stringCauses(schema, value, path));
  else if (typeof value === 'number') verdict.causes.push(...numberCauses(schema, value, path));
  else if (Array.isArray(value)) addItems(verdict, schema, value, path, old);
  addEnum(verdict, schema, value, path);
  if (isJsonObject(value)) addMembers(verdict, schema, value, path, isJsonObject(old) ? old : undefined);
  verdict.matchCount += checksOf(schema, value);
  return verdict;
}

/** How many of upstream's validators look at such a value, besides that of the type; those of numbers and lists count twice. */
function checksOf(schema: KindSchema, value: Json): number {
  const always = 4;
  if (typeof value === 'string') return always + (knownFormatOf(schema) === undefined ? 1 : 2);
  if (typeof value === 'number' || Array.isArray(value)) return always + 2;
  return typeof value === 'boolean' ? always : always + 1;
}

function knownFormatOf({ type, format }: KindSchema): string | undefined {
  return format !== undefined && isKnownFormat(type, format) ? format : undefined;
}

function merge(verdict: Verdict, other: Verdict): void {
  verdict.causes.push(...other.causes);
  verdict.matchCount += other.matchCount;
}

/** JSON's types as upstream tells them apart; whole numbers are integers. */
export function jsonTypeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function addType(verdict: Verdict, schema: KindSchema, value: Json, path: string): void {
  const types = typesOf(schema);
  const format = knownFormatOf(schema);
  // Upstream counts a null that may be as a match, whether the schema names a type or not.
  if (types.length === 0 && format === undefined && value !== null) return;
  verdict.matchCount += value === null ? 1 : 2;
  const given = jsonTypeOf(value);
  if (value === null) {
    if (types.length > 0 && schema.nullable !== true) fail(verdict, path, types.join(','), given);
    return;
  }
  const isNumeric = types.includes('number') || types.includes('integer');
  if (typeof value === 'string' && format !== undefined && !isNumeric) {
    if (hasFormat(format, value) === false) fail(verdict, path, format, value);
    return;
  }
  if (types.length > 0 && !types.includes(given) && !(given === 'integer' && types.includes('number'))) fail(verdict, path, types.join(','), given);
}

function fail(verdict: Verdict, path: string, type: string, given: string): void {
  verdict.matchCount--;
  const subject = path === '' ? ' in body' : `${path} in body`;
  verdict.causes.push(typeInvalid(fieldOf(path), given, `${subject} must be of type ${type}: ${JSON.stringify(given)}`));
}

/** The name of the root in a cause. */
export function fieldOf(path: string): string {
  const field = path.startsWith('.') ? path.slice(1) : path;
  return field === '' ? '<nil>' : field;
}

function typesOf(schema: KindSchema): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  return schema.type === undefined ? [] : [schema.type];
}

function addCombinations(verdict: Verdict, schema: KindSchema, value: Json, path: string, old: Json | undefined): void {
  const look = (alternative: KindSchema) => judge(alternative, value, path, old);
  if (schema.anyOf !== undefined) merge(verdict, anyOfCauses(schema.anyOf.map(look), path));
  if (schema.oneOf !== undefined) merge(verdict, oneOfCauses(schema.oneOf.map(look), path));
  if (schema.allOf !== undefined) merge(verdict, allOfCauses(schema.allOf.map(look), path));
  if (schema.not !== undefined) verdict.causes.push(...notCauses(judge(schema.not, value, path, undefined), path));
}

/** Null is none of the values, also where the list has it and the type allows it: upstream's validator passes nulls over. */
function addEnum(verdict: Verdict, { enum: allowed }: KindSchema, value: Json, path: string): void {
  if (allowed === undefined || (value !== null && allowed.some((one) => jsonEquals(one, value)))) return;
  const supported = allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  verdict.causes.push(notSupported(fieldOf(path), value, supported));
}

function addItems(verdict: Verdict, schema: KindSchema, items: readonly Json[], path: string, old: Json | undefined): void {
  const before = Array.isArray(old) ? (old as readonly Json[]) : undefined;
  if (schema.items !== undefined) {
    const oldItemOf = correlation(schema, before);
    for (const [index, item] of items.entries()) {
      if (verdict.causes.length > CAUSE_COUNT_MAX) return;
      merge(verdict, judge(schema.items, item, `${path}[${index}]`, oldItemOf(item)));
    }
  }
  const { minItems, maxItems, uniqueItems } = schema;
  if (minItems !== undefined && items.length < minItems) {
    verdict.causes.push(invalid(fieldOf(path), items.length, `${path} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && items.length > maxItems) verdict.causes.push(tooMany(fieldOf(path), items.length, maxItems));
  if (uniqueItems === true && new Set(items.map((item) => JSON.stringify(item))).size < items.length) {
    verdict.causes.push(invalid(fieldOf(path), '', `${path} in body shouldn't contain duplicates`));
  }
}

/** The old item that an item is the new state of; only keyed lists know. */
function correlation(schema: KindSchema, old: readonly Json[] | undefined): (item: Json) => Json | undefined {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (old === undefined || schema['x-kubernetes-list-type'] !== 'map' || keys.length === 0) return () => undefined;
  const byKey = new Map(old.map((item) => [listKeyOf(item, keys), item]));
  return (item) => byKey.get(listKeyOf(item, keys));
}

function addMembers(verdict: Verdict, schema: KindSchema, object: JsonObject, path: string, old: JsonObject | undefined): void {
  const names = Object.keys(object).filter((name) => object[name] !== undefined);
  const { minProperties, maxProperties, properties = {}, additionalProperties } = schema;
  if (minProperties !== undefined && names.length < minProperties) {
    verdict.causes.push(invalid(fieldOf(path), names.length, `${path} in body should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && names.length > maxProperties) verdict.causes.push(tooMany(fieldOf(path), names.length, maxProperties));
  for (const name of names) {
    if (verdict.causes.length > CAUSE_COUNT_MAX) return;
    const isDeclared = Object.hasOwn(properties, name);
    const member = object[name]!;
    const before = old !== undefined && Object.hasOwn(old, name) ? old[name] : undefined;
    if (isDeclared) merge(verdict, judge(properties[name]!, member, path === '' ? name : `${path}.${name}`, before));
    else if (additionalProperties === false) verdict.causes.push(invalid(fieldOf(path), '', `${path}.${name} in body is a forbidden property`));
    else if (typeof additionalProperties === 'object') merge(verdict, judge(additionalProperties, member, `${path}.${name}`, before));
  }
  for (const name of schema.required ?? []) {
    if (object[name] === undefined) verdict.causes.push(required(fieldOf(`${path}.${name}`), ''));
  }
}
