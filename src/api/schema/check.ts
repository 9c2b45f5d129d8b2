// Whether a document has the types of its schema, and, where the kind writes its own schema, keeps its constraints.
import { isJsonObject, jsonEquals, oncePer, type Json, type StatusCause } from '../../base/mod.ts';
import { compilePattern, parseQuantity } from '../../expr/mod.ts';
import { invalid, notSupported, required, typeInvalid } from '../causes.ts';
import type { KindDefinition, KindSchema } from '../kind.ts';
import { isBase64 } from './base64.ts';
import { memberSchema, OBJECT_META, objectSchema, resolveSchema } from './definitions.ts';
import { depthComplaint } from './depth.ts';
import { normaliseTime } from './time.ts';
import { zeroOf } from './zero.ts';

/** Causes beyond it are not collected. */
const CAUSE_COUNT_MAX = 50;
const INT32_MAX = 2 ** 31 - 1;

/**
 * Causes with reason FieldValueTypeInvalid for everything that could not be decoded; empty when the types are right. A document
 * that is nested too deep is refused whatever its schema says.
 */
export function checkTypes(kind: Pick<KindDefinition, 'schema' | 'custom'>, object: unknown): readonly StatusCause[] {
  const tooDeep = depthCauses(object);
  // Of a custom resource only the metadata is decoded; the rest is checked by `validateObject`.
  if (kind.custom !== undefined && tooDeep.length === 0) return check({ properties: { metadata: OBJECT_META } }, object, { withConstraints: false });
  return tooDeep.length === 0 ? check(objectSchema(kind), object, { withConstraints: false }) : tooDeep;
}

/**
 * Types and constraints (required, enum, pattern, bounds). Constraints of shared definitions (`$ref`) are not applied: those are
 * Kubernetes' own, and their rules are code (`validatePodSpec`).
 */
export function validateSchema(schema: KindSchema, document: unknown): readonly StatusCause[] {
  const tooDeep = depthCauses(document);
  return tooDeep.length === 0 ? check(schema, document, { withConstraints: true }) : tooDeep;
}

interface CheckContext {
  readonly withConstraints: boolean;
  readonly causes: StatusCause[];
}

function check(schema: KindSchema, document: unknown, options: { withConstraints: boolean }): readonly StatusCause[] {
  const context: CheckContext = { ...options, causes: [] };
  checkValue(schema, document, '', context);
  return context.causes;
}

function checkValue(schema: KindSchema, value: unknown, path: string, context: CheckContext): void {
  if (context.causes.length >= CAUSE_COUNT_MAX) return;
  if (schema.$ref !== undefined) {
    const shared = { withConstraints: false, causes: context.causes };
    return checkValue(resolveSchema(schema), value, path, shared);
  }
  const complaint = typeComplaint(schema, value);
  if (complaint !== undefined) {
    context.causes.push(typeInvalid(path, isJsonObject(value) || Array.isArray(value) ? typeOf(value) : value, complaint));
    return;
  }
  if (context.withConstraints) context.causes.push(...constraintCauses(schema, value, path));
  if (Array.isArray(value) && schema.items !== undefined) {
    const takesNull = !context.withConstraints && zeroOf(schema.items) !== undefined;
    for (const [index, item] of value.entries()) if (item !== null || !takesNull) checkValue(schema.items, item, `${path}[${index}]`, context);
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      const known = memberSchema(schema, name);
      if (known !== undefined && member !== null && member !== undefined) checkValue(known, member, path === '' ? name : `${path}.${name}`, context);
    }
  }
}

/** A sentence when the value is not of the schema's type. */
export function typeComplaint(schema: KindSchema, value: unknown): string | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) {
    return typeof value === 'string' || Number.isInteger(value) ? undefined : 'must be an integer or a string';
  }
  if (schema.format === 'quantity') return quantityComplaint(value);
  switch (schema.type) {
    case undefined:
      return undefined;
    case 'integer':
      return integerComplaint(schema, value);
    case 'number':
      return typeof value === 'number' ? undefined : wrongType('number', value);
    case 'string':
      return typeof value === 'string' ? formatComplaint(schema.format, value) : wrongType('string', value);
    default:
      return typeOf(value) === schema.type ? undefined : wrongType(schema.type, value);
  }
}

function quantityComplaint(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return wrongType('quantity', value);
  const quantity = parseQuantity(value);
  return quantity.ok ? undefined : quantity.message;
}

function integerComplaint(schema: KindSchema, value: unknown): string | undefined {
  if (!Number.isInteger(value)) return wrongType('integer', value);
  if (schema.format === 'int32' && Math.abs(value as number) > INT32_MAX) return 'must be a 32 bit integer';
  return Number.isSafeInteger(value) ? undefined : 'must be at most 2^53 in magnitude';
}

function formatComplaint(format: string | undefined, text: string): string | undefined {
  if (format === 'byte') return isBase64(text) ? undefined : 'must be base64 text';
  const isTime = format === 'date-time' || format === 'micro-time';
  return isTime && normaliseTime(text, 'seconds') === undefined ? 'must be an RFC 3339 time' : undefined;
}

function wrongType(type: string, value: unknown): string {
  return `must be of type ${type}, not ${typeOf(value)}`;
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function constraintCauses(schema: KindSchema, value: unknown, path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  if (isJsonObject(value)) {
    for (const name of schema.required ?? []) {
      if (value[name] === undefined || value[name] === null) causes.push(required(path === '' ? name : `${path}.${name}`));
    }
  }
  if (schema.enum !== undefined && !schema.enum.some((allowed) => jsonEquals(allowed, value))) causes.push(notSupported(path, value, schema.enum));
  const complaint = boundComplaint(schema, value as Json);
  if (complaint !== undefined) causes.push(invalid(path, value, complaint));
  return causes;
}

function boundComplaint(schema: KindSchema, value: Json): string | undefined {
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) return `should be greater than or equal to ${schema.minimum}`;
    if (schema.maximum !== undefined && value > schema.maximum) return `should be less than or equal to ${schema.maximum}`;
  } else if (typeof value === 'string') {
    if (schema.minLength !== undefined && value.length < schema.minLength) return `should be at least ${schema.minLength} chars long`;
    if (schema.maxLength !== undefined && value.length > schema.maxLength) return `may not be more than ${schema.maxLength} chars long`;
    if (schema.pattern !== undefined && !patternOf(schema).test(value)) return `should match '${schema.pattern}'`;
  } else if (Array.isArray(value)) {
    if (schema.minItems !== undefined && value.length < schema.minItems) return `should have at least ${schema.minItems} items`;
    if (schema.maxItems !== undefined && value.length > schema.maxItems) return `must have at most ${schema.maxItems} items`;
  }
  return undefined;
}

const patternOf = oncePer(({ pattern = '' }: KindSchema) => compilePattern(pattern));

function depthCauses(document: unknown): readonly StatusCause[] {
  const message = depthComplaint(document);
  return message === undefined ? [] : [{ reason: 'FieldValueInvalid', message }];
}
