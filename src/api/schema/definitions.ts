// Shared definitions (`io.k8s.api.core.v1.PodSpec`, …) and how a schema node is resolved.
import definitions from '../generated/kube-schemas.json' with { type: 'json' };
import zeroes from '../generated/zero-members.json' with { type: 'json' };
import { assert, oncePer, type JsonObject } from '../../base/mod.ts';
import type { KindDefinition, KindSchema } from '../kind.ts';

// The file is written by tools/generate-kube-schemas.ts, whose output has this shape.
const DEFINITIONS = definitions as unknown as Readonly<Record<string, KindSchema>>;

/** Metadata of every object. */
export const OBJECT_META: KindSchema = { $ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };
const TYPE_META: Readonly<Record<string, KindSchema>> = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: OBJECT_META };

export function hasSchemaDefinition(name: string): boolean {
  return Object.hasOwn(DEFINITIONS, name);
}

/** The shared definition of that name; asking for one that does not exist is a bug. */
export function schemaDefinition(name: string): KindSchema {
  assert(hasSchemaDefinition(name), `no schema definition ${name}`);
  return DEFINITIONS[name]!;
}

/** Names of all shared definitions that the schema reaches, itself excluded; for OpenAPI documents. */
export function reachableDefinitions(schemas: readonly KindSchema[]): readonly string[] {
  const names = new Set<string>();
  const waiting: KindSchema[] = [...schemas];
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    if (schema.$ref !== undefined && !names.has(schema.$ref)) {
      names.add(schema.$ref);
      waiting.push(schemaDefinition(schema.$ref));
    }
    waiting.push(...Object.values(schema.properties ?? {}));
    if (schema.items !== undefined) waiting.push(schema.items);
    if (typeof schema.additionalProperties === 'object') waiting.push(schema.additionalProperties);
  }
  return [...names].sort();
}

/** The node itself, or the definition that its `$ref` names. */
export function resolveSchema(schema: KindSchema): KindSchema {
  return schema.$ref === undefined ? schema : schemaDefinition(schema.$ref);
}

/** Schema of whole objects of the kind; apiVersion, kind and metadata are always part of it, as Kubernetes defines them. */
export function objectSchema(kind: Pick<KindDefinition, 'schema'>): KindSchema {
  const schema = resolveSchema(kind.schema);
  if (schema.properties?.['metadata']?.$ref !== undefined) return schema;
  return withTypeMeta(schema);
}

const withTypeMeta = oncePer((schema: KindSchema): KindSchema => ({ ...schema, properties: { ...schema.properties, ...TYPE_META } }));

/** Schema of one member of an object: a declared property, or what `additionalProperties` allows. Undefined when unknown. */
export function memberSchema(schema: KindSchema, name: string): KindSchema | undefined {
  const property = schema.properties !== undefined && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
  if (property !== undefined) return property;
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties;
  return schema.additionalProperties === true || isOpen(schema) ? ANYTHING : undefined;
}

/** A node that constrains nothing below it. */
export const ANYTHING: KindSchema = { 'x-kubernetes-preserve-unknown-fields': true };

function isOpen(schema: KindSchema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true || (schema.type === undefined && schema.properties === undefined);
}

const ZEROES = zeroes as Readonly<Record<string, JsonObject>>;

/** The members that Go's type of a shared definition always has, as they are when nobody set them; undefined for other schemas. */
export function zeroMembers(schema: KindSchema): JsonObject | undefined {
  const name = definitionName(schema);
  return name !== undefined && Object.hasOwn(ZEROES, name) ? ZEROES[name] : undefined;
}

let definitionNames: ReadonlyMap<KindSchema, string> | undefined;

/** Name of a shared definition; undefined for other schemas. */
export function definitionName(schema: KindSchema): string | undefined {
  definitionNames ??= new Map(Object.entries(DEFINITIONS).map(([name, definition]) => [definition, name]));
  return definitionNames.get(schema);
}
