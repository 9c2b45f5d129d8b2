// What the schema of a CustomResourceDefinition may be: structural, with sound lists, defaults that fit, and rules that compile
// (k8s.io/apiextensions-apiserver pkg/apiserver/schema, pkg/apis/apiextensions/validation). Pure.
import { Failure, jsonEquals, type Json, type StatusCause } from '../../base/mod.ts';
import { compilePattern } from '../../expr/mod.ts';
import { forbidden, invalid, notSupported, required } from '../causes.ts';
import type { KindSchema } from '../kind.ts';
import { fillStructural } from '../structural/fill.ts';
import { childSchema, pruneStructural } from '../structural/prune.ts';
import { validateStructural } from '../structural/validate.ts';
import { listSchemaCauses } from './list-schema-validation.ts';
import { ruleTextCauses, rulesOfSchema } from './rule-validation.ts';

type Level = 'root' | 'item' | 'field';

/** Causes beyond it are not collected. */
const CAUSE_COUNT_MAX = 50;
const META_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);
const EMPTY_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};
const INT_OR_STRING: readonly KindSchema[] = [{ type: 'integer' }, { type: 'string' }];

export function schemaCauses(schema: KindSchema, path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  if (schema.nullable === true) causes.push(forbidden(`${path}.nullable`, 'nullable cannot be true at the root'));
  visit(schema, 'root', path, (node, level, at) => {
    if (causes.length < CAUSE_COUNT_MAX) causes.push(...structureCauses(node, level, at), ...nodeCauses(node, at));
  });
  if (causes.length > 0) return causes;
  visit(schema, 'root', path, (node, level, at) => {
    if (causes.length < CAUSE_COUNT_MAX && level !== 'root') causes.push(...defaultCauses(node, at));
  });
  causes.push(...rootDefaultCauses(schema, path));
  return causes.length > 0 ? causes : rulesOfSchema(schema, path);
}

/** Every node that gives the schema its structure. */
function visit(schema: KindSchema, level: Level, path: string, look: (node: KindSchema, level: Level, path: string) => void): void {
  look(schema, level, path);
  for (const [name, property] of Object.entries(schema.properties ?? {})) visit(property, 'field', `${path}.properties[${name}]`, look);
  if (schema.items !== undefined) visit(schema.items, 'item', `${path}.items`, look);
  if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, 'field', `${path}.additionalProperties`, look);
}

function structureCauses(schema: KindSchema, level: Level, path: string): readonly StatusCause[] {
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const isFree = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const isIntOrString = schema['x-kubernetes-int-or-string'] === true;
  const causes: StatusCause[] = [];
  if (schema.type === 'array' && schema.items === undefined) causes.push(required(`${path}.items`, 'must be specified'));
  if (schema.additionalProperties !== undefined && level === 'root') causes.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
  if (schema.type === undefined) {
    if (isEmbedded) causes.push(required(`${path}.type`, 'must be object if x-kubernetes-embedded-resource is true'));
    else if (!isIntOrString && !isFree) causes.push(required(`${path}.type`, EMPTY_TYPE[level]));
  } else if (isEmbedded && schema.type !== 'object') causes.push(invalid(`${path}.type`, schema.type, 'must be object if x-kubernetes-embedded-resource is true'));
  if (level === 'root' && schema.type !== undefined && schema.type !== 'object') causes.push(invalid(`${path}.type`, schema.type, 'must be object at the root'));
  if (isIntOrString && isFree) causes.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, true, 'must be false if x-kubernetes-int-or-string is true'));
  if (isIntOrString && isEmbedded) causes.push(invalid(`${path}.x-kubernetes-embedded-resource`, true, 'must be false if x-kubernetes-int-or-string is true'));
  if (isEmbedded && schema.additionalProperties !== undefined) causes.push(forbidden(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'));
  if (isEmbedded && !isFree && Object.keys(schema.properties ?? {}).length === 0) {
    causes.push(required(`${path}.properties`, 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'));
  }
  if (level === 'root' || isEmbedded) causes.push(...metaCauses(schema, level, path));
  return [...causes, ...junctorCauses(schema, path)];
}

/** apiVersion, kind and metadata are what they are; only names may be restricted. */
function metaCauses({ properties = {} }: KindSchema, level: Level, path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  for (const name of ['kind', 'apiVersion']) {
    const type = properties[name]?.type;
    if (properties[name] !== undefined && type !== 'string') causes.push(invalid(`${path}.properties[${name}].type`, type ?? '', 'must be string'));
  }
  const { metadata } = properties;
  if (metadata === undefined) return causes;
  const at = `${path}.properties[metadata]`;
  if (metadata.type !== 'object') causes.push(invalid(`${at}.type`, metadata.type ?? '', 'must be object'));
  const names = Object.keys(metadata.properties ?? {});
  const isMore = names.some((name) => name !== 'name' && name !== 'generateName') || metadata.additionalProperties !== undefined || metadata['x-kubernetes-preserve-unknown-fields'] === true;
  if (level === 'root' && isMore) causes.push(forbidden(at, 'must not specify anything other than name and generateName, but metadata is implicitly specified'));
  return causes;
}

/** Below allOf, anyOf, oneOf and not there are only checks of values: no types, no defaults, nothing that gives structure. */
function junctorCauses(schema: KindSchema, path: string): readonly StatusCause[] {
  const isAnyOfFree = schema['x-kubernetes-int-or-string'] === true && jsonEquals(schema.anyOf, INT_OR_STRING);
  const isFirstFree = schema['x-kubernetes-int-or-string'] === true && jsonEquals(schema.allOf?.[0]?.anyOf, INT_OR_STRING);
  return [
    ...(isAnyOfFree ? [] : (schema.anyOf ?? []).flatMap((each, index) => nestedCauses(each, schema, `${path}.anyOf[${index}]`, false))),
    ...(schema.allOf ?? []).flatMap((each, index) => nestedCauses(each, schema, `${path}.allOf[${index}]`, isFirstFree && index === 0)),
    ...(schema.oneOf ?? []).flatMap((each, index) => nestedCauses(each, schema, `${path}.oneOf[${index}]`, false)),
    ...(schema.not === undefined ? [] : nestedCauses(schema.not, schema, `${path}.not`, false)),
    ...patternCauses(schema, path),
  ];
}

const STRUCTURAL_MEMBERS = [
  ...['additionalProperties', 'nullable', 'default', 'title', 'description', 'x-kubernetes-embedded-resource', 'x-kubernetes-int-or-string'],
  ...['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type', 'x-kubernetes-validations'],
] as const;

function nestedCauses(nested: KindSchema, whole: KindSchema | undefined, path: string, isIntOrString: boolean): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  if (nested.type !== undefined) causes.push(forbidden(`${path}.type`, 'must be empty to be structural'));
  for (const member of STRUCTURAL_MEMBERS) {
    const value = (nested as Readonly<Record<string, unknown>>)[member];
    if (value === undefined || value === false || value === '') continue;
    const sentence = member === 'description' || member === 'title' ? 'must be empty to be structural' : 'must be undefined to be structural';
    causes.push(forbidden(`${path}.${member}`, sentence));
  }
  if (!isIntOrString) causes.push(...junctorCauses(nested, path));
  for (const [name, property] of Object.entries(nested.properties ?? {})) {
    const known = childSchema(whole, name);
    if (whole !== undefined && (known === undefined || known === 'anything') && !META_FIELDS.has(name)) {
      causes.push(required(`${path.replace(/\.(?:anyOf|allOf|oneOf)\[\d+\]|\.not/g, '')}.properties[${name}]`, `because it is defined in ${path}.properties[${name}]`));
    }
    causes.push(...nestedCauses(property, known === 'anything' ? undefined : known, `${path}.properties[${name}]`, false));
  }
  if (nested.items !== undefined) causes.push(...nestedCauses(nested.items, whole?.items, `${path}.items`, false));
  return causes;
}

function patternCauses({ pattern = '' }: KindSchema, path: string): readonly StatusCause[] {
  if (pattern === '') return [];
  try {
    compilePattern(pattern);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    return [invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${why}`)];
  }
}

/** What is forbidden whatever the structure. */
function nodeCauses(schema: KindSchema, path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  if (schema.uniqueItems === true) causes.push(forbidden(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'));
  if (schema.additionalProperties === false) causes.push(forbidden(`${path}.additionalProperties`, 'additionalProperties cannot be set to false'));
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== true && Object.keys(schema.properties ?? {}).length > 0) {
    causes.push(forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
  }
  if (schema.$ref !== undefined) causes.push(forbidden(`${path}.$ref`, '$ref is not supported'));
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) causes.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  if (schema.type !== undefined && !TYPES.has(schema.type)) causes.push(notSupported(`${path}.type`, schema.type, [...TYPES]));
  return [...causes, ...listSchemaCauses(schema, path), ...ruleTextCauses(schema, path)];
}

const TYPES: ReadonlySet<string> = new Set(['array', 'boolean', 'integer', 'number', 'object', 'string']);

/** A default is complete, has no unknown fields and keeps its own schema. */
function defaultCauses(schema: KindSchema, path: string): readonly StatusCause[] {
  const value = schema.default;
  if (value === undefined) return [];
  const field = `${path}.default`;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const unknown: string[] = [];
    pruneStructural({ properties: { it: schema } }, { it: value }, unknown);
    if (unknown.length > 0) return [invalid(field, value, `must not have unknown fields`)];
  }
  const filled = fillStructural({ properties: { it: { ...schema, default: undefined as never } } }, { it: value })['it'] as Json;
  return validateStructural(schema, filled, '').map((cause) => ({ ...cause, field: cause.field === '<nil>' || cause.field === undefined ? field : `${field}.${cause.field}` }));
}

function rootDefaultCauses(schema: KindSchema, path: string): readonly StatusCause[] {
  const causes = schema.default === undefined ? [] : [forbidden(`${path}.default`, 'must not be set at the root')];
  for (const name of META_FIELDS) {
    const property = schema.properties?.[name];
    if (property?.default !== undefined) causes.push(forbidden(`${path}.properties[${name}].default`, `must not be set in top-level ${name}`));
  }
  return causes;
}
