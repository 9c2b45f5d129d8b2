// What rules in CEL see of a schema: its types, and how large its values can get (k8s.io/apiserver pkg/cel/common/schemas.go). Pure.
import { oncePer } from '../../base/mod.ts';
import type { CelType, ObjectType, Shape } from '../../expr/mod.ts';
import { SCALAR } from '../../expr/mod.ts';
import type { KindSchema } from '../kind.ts';

/** As upstream takes it for the largest request. */
const REQUEST_BYTES_MAX = 3 * 1024 * 1024;
const BYTES_PER_CHARACTER = 4;
const RESERVED = new Set([
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package'],
  ...['namespace', 'return', 'var', 'void', 'while'],
]);
const TEXT_SIZES: Readonly<Record<string, number>> = { duration: 32, date: 10, 'date-time': 30 };
const RESOURCE_META: KindSchema = { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' } } };
const RESOURCE_MEMBERS: Readonly<Record<string, KindSchema>> = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: RESOURCE_META };

/** Undefined when rules can't see values of the schema. */
export function celTypeOf(schema: KindSchema, isResource = schema['x-kubernetes-embedded-resource'] === true): CelType | undefined {
  return isResource ? typeOfResource(schema) : typeOfNode(schema);
}

const typeOfResource = oncePer((schema: KindSchema) => readType(schema, true));
const typeOfNode = oncePer((schema: KindSchema) => readType(schema, false));

function readType(schema: KindSchema, isResource: boolean): CelType | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) return { kind: 'dyn' };
  switch (schema.type) {
    case 'array': {
      const item = schema.items === undefined ? undefined : celTypeOf(schema.items);
      return item === undefined ? undefined : { kind: 'list', item };
    }
    case 'object':
      return objectTypeOf(schema, isResource);
    case 'string':
      return textType(schema.format);
    case 'boolean':
      return { kind: 'bool' };
    case 'number':
      return { kind: 'double' };
    case 'integer':
      return { kind: 'int' };
    default:
      return schema['x-kubernetes-preserve-unknown-fields'] === true ? { kind: 'dyn' } : undefined;
  }
}

function textType(format: string | undefined): CelType {
  switch (format) {
    case 'byte':
      return { kind: 'bytes' };
    case 'duration':
      return { kind: 'duration' };
    case 'date':
    case 'date-time':
      return { kind: 'timestamp' };
    default:
      return { kind: 'string' };
  }
}

function objectTypeOf(schema: KindSchema, isResource: boolean): CelType | undefined {
  if (typeof schema.additionalProperties === 'object') {
    const value = celTypeOf(schema.additionalProperties);
    return value === undefined ? undefined : { kind: 'map', key: { kind: 'string' }, value };
  }
  const members = membersOf(schema, isResource);
  const isFree = schema['x-kubernetes-preserve-unknown-fields'] === true && schema.properties === undefined;
  if (isFree && !isResource) return { kind: 'dyn' };
  return structOf(members);
}

function membersOf(schema: KindSchema, isResource: boolean): Readonly<Record<string, KindSchema>> {
  return isResource ? { ...schema.properties, ...RESOURCE_MEMBERS } : (schema.properties ?? {});
}

function structOf(members: Readonly<Record<string, KindSchema>>): ObjectType {
  const jsonNames = new Map(Object.keys(members).flatMap((name) => (escaped(name) === undefined ? [] : [[escaped(name)!, name] as const])));
  // After a dot a reserved word is clear, so it may stand there as it is.
  for (const name of Object.keys(members)) if (RESERVED.has(name)) jsonNames.set(name, name);
  return {
    kind: 'object',
    name: 'object',
    field: (name) => {
      const jsonName = jsonNames.get(name);
      return jsonName === undefined ? undefined : celTypeOf(members[jsonName]!);
    },
    jsonName: (name) => jsonNames.get(name) ?? name,
  };
}

/** The name by which an expression can speak of a member; undefined when it has none. */
export function escaped(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`;
  if (!/^[A-Za-z_][\w./-]*$/.test(name)) return undefined;
  return name.replaceAll('__', '__underscores__').replaceAll('.', '__dot__').replaceAll('-', '__dash__').replaceAll('/', '__slash__');
}

/** How large values of the schema can get. */
export function shapeOf(schema: KindSchema, isResource = schema['x-kubernetes-embedded-resource'] === true): Shape {
  return isResource ? readShape(schema, true) : shapeOfNode(schema);
}

const shapeOfNode = oncePer((schema: KindSchema) => readShape(schema, false));

function readShape(schema: KindSchema, isResource: boolean): Shape {
  if (schema['x-kubernetes-int-or-string'] === true) return { sizeMax: schema.maxLength ?? REQUEST_BYTES_MAX - 2 };
  if (schema.type === 'string') return { sizeMax: textSizeMax(schema) };
  if (schema.type === 'array') {
    const item = schema.items ?? {};
    return { sizeMax: schema.maxItems ?? countMax(minBytesOf(item), 1), get item() { return shapeOf(item); } };
  }
  if (schema.type !== 'object') return schema.type === undefined ? { sizeMax: REQUEST_BYTES_MAX } : SCALAR;
  if (typeof schema.additionalProperties === 'object') {
    const value = schema.additionalProperties;
    return { sizeMax: schema.maxProperties ?? countMax(minBytesOf(value), 6), key: { sizeMax: REQUEST_BYTES_MAX - 4 }, get item() { return shapeOf(value); } };
  }
  const members = membersOf(schema, isResource);
  const byName = new Map(Object.keys(members).flatMap((name) => [[escaped(name) ?? name, members[name]!] as const, [name, members[name]!] as const]));
  return { sizeMax: byName.size, field: (name) => (byName.has(name) ? shapeOf(byName.get(name)!) : undefined) };
}

function textSizeMax({ maxLength, enum: allowed, format = '' }: KindSchema): number {
  if (TEXT_SIZES[format] !== undefined) return TEXT_SIZES[format];
  if (maxLength !== undefined) return format === 'byte' ? maxLength : maxLength * BYTES_PER_CHARACTER;
  if (allowed !== undefined) return Math.max(...allowed.map((one) => String(one).length));
  return REQUEST_BYTES_MAX - 2;
}

/** Entries of that size that fit into one request. */
export function countMax(minBytes: number, overheadBytes: number): number {
  return Math.floor((REQUEST_BYTES_MAX - 2) / (minBytes + overheadBytes));
}

/** The shortest JSON of a value of the schema. */
export function minBytesOf(schema: KindSchema): number {
  if (schema['x-kubernetes-int-or-string'] === true) return 1;
  switch (schema.type) {
    case 'boolean':
      return 4;
    case 'integer':
    case 'number':
      return 1;
    case 'string':
      return Math.max(2, (schema.minLength ?? 0) + 2);
    case 'array':
      return 2;
    case 'object': {
      const required = (schema.required ?? []).filter((name) => schema.properties?.[name] !== undefined && schema.properties[name].default === undefined);
      return 2 + required.reduce((sum, name) => sum + name.length + 4 + minBytesOf(schema.properties![name]!), 0);
    }
    default:
      return 1;
  }
}
