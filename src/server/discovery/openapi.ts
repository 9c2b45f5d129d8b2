// OpenAPI v3, one document per group and version: paths with the extensions that kubectl reads, and the schemas. Pure.
import type { Json, JsonObject } from '../../base/mod.ts';
import { objectSchema, reachableDefinitions, schemaDefinition, type KindDefinition, type KindSchema } from '../../api/mod.ts';

/** Path of a document below /openapi/v3/: `api/v1`, `apis/batch/v1`. */
export function documentPath(type: { readonly group: string; readonly version: string }): string {
  return type.group === '' ? `api/${type.version}` : `apis/${type.group}/${type.version}`;
}

export function openApiDocument(kinds: readonly KindDefinition[], serverVersion: string): JsonObject {
  return {
    openapi: '3.0.0',
    info: { title: 'Slipway', version: serverVersion },
    paths: Object.fromEntries(kinds.flatMap(pathsOf)),
    components: { schemas: schemasOf(kinds) },
  };
}

function pathsOf(kind: KindDefinition): [string, JsonObject][] {
  const root = `/${documentPath(kind)}`;
  const collection = kind.isNamespaced ? `${root}/namespaces/{namespace}/${kind.resource}` : `${root}/${kind.resource}`;
  const place = kind.isNamespaced ? [pathParameter('namespace')] : [];
  return [
    ...(kind.isNamespaced ? [[`${root}/${kind.resource}`, { get: operation(kind, 'list') }] as [string, JsonObject]] : []),
    [collection, { get: operation(kind, 'list'), post: operation(kind, 'post'), delete: operation(kind, 'deletecollection'), parameters: place }],
    [
      `${collection}/{name}`,
      {
        get: operation(kind, 'get'),
        put: operation(kind, 'put'),
        patch: operation(kind, 'patch'),
        delete: operation(kind, 'delete'),
        parameters: [...place, pathParameter('name')],
      },
    ],
  ];
}

const WRITE_PARAMETERS: readonly Json[] = ['dryRun', 'fieldManager', 'fieldValidation'].map(queryParameter);
const WRITING_ACTIONS: readonly string[] = ['post', 'put', 'patch'];
const CUSTOM_PATCH_TYPES = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json'];
const PATCH_TYPES = [...CUSTOM_PATCH_TYPES, 'application/strategic-merge-patch+json'];

/** kubectl looks for the group, version and kind, and on patch for the parameter fieldValidation and whether it may send strategic merges. */
function operation(kind: KindDefinition, action: string): JsonObject {
  const patchTypes = kind.custom === undefined ? PATCH_TYPES : CUSTOM_PATCH_TYPES;
  return {
    operationId: `${action}${kind.kind}`,
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': groupVersionKind(kind),
    parameters: WRITING_ACTIONS.includes(action) ? WRITE_PARAMETERS : [],
    ...(action === 'patch' ? { requestBody: { content: Object.fromEntries(patchTypes.map((type) => [type, { schema: { type: 'object' } }])) } } : {}),
    responses: { '200': { description: 'OK', content: { 'application/json': { schema: reference(schemaName(kind)) } } } },
  };
}

function queryParameter(name: string): JsonObject {
  return { name, in: 'query', schema: { type: 'string', uniqueItems: true } };
}

function pathParameter(name: string): JsonObject {
  return { name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } };
}

export function groupVersionKind({ group, version, kind }: KindDefinition): JsonObject {
  return { group, version, kind };
}

function schemasOf(kinds: readonly KindDefinition[]): JsonObject {
  const shared = reachableDefinitions(kinds.map((kind) => objectSchema(kind)));
  const schemas: Record<string, Json> = {};
  for (const name of shared) schemas[name] = toOpenApi(schemaDefinition(name));
  for (const kind of kinds) {
    schemas[schemaName(kind)] = { ...toOpenApi(objectSchema(kind)), 'x-kubernetes-group-version-kind': [groupVersionKind(kind)] };
  }
  return schemas;
}

/** The shared definition's own name, or, as for CRDs, group reversed, version, kind. */
export function schemaName(kind: KindDefinition): string {
  return kind.schema.$ref ?? [...kind.group.split('.').reverse(), kind.version, kind.kind].filter((part) => part !== '').join('.');
}

function toOpenApi(schema: KindSchema): JsonObject {
  const { $ref, properties, items, additionalProperties, ...others } = schema;
  const rest = others as unknown as JsonObject;
  if ($ref !== undefined) return Object.keys(rest).length === 0 ? reference($ref) : { allOf: [reference($ref)], ...rest };
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, toOpenApi(member)])) }),
    ...(items === undefined ? {} : { items: toOpenApi(items) }),
    ...(additionalProperties === undefined
      ? {}
      : { additionalProperties: typeof additionalProperties === 'boolean' ? additionalProperties : toOpenApi(additionalProperties) }),
  };
}

function reference(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

