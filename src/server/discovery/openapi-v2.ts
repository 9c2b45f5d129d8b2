// OpenAPI v2, in two forms. As JSON with the definitions of all kinds, for programs that derive their types from it: Terraform's
// `kubernetes_manifest` does. As protobuf for kubectl 1.28 and older, which begin every create and apply by reading it and need nothing of
// it beyond its being there: schemas are in version 3, which they explain and validate by.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JsonObject } from '../../base/mod.ts';
import { objectSchema, reachableDefinitions, schemaDefinition, type KindDefinition, type KindSchema } from '../../api/mod.ts';
import { groupVersionKind, schemaName } from './openapi.ts';

const SWAGGER = '2.0';
const PROTOBUF_TITLE = 'Slipway: the schemas are at /openapi/v3';

/** What clients that accept no JSON call it; older ones write `@` before the version. */
export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const OPENAPI_V2_PROTOBUF_OLD = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

export function isOpenApiV2Protobuf(type: string): boolean {
  return type === OPENAPI_V2_PROTOBUF || type === OPENAPI_V2_PROTOBUF_OLD;
}

/** The JSON in pieces, each made in a turn of its own: with many custom kinds it has megabytes. */
export async function* openApiV2Text(kinds: readonly KindDefinition[], serverVersion: string): AsyncGenerator<string> {
  const head = { swagger: SWAGGER, info: { title: 'Slipway', version: serverVersion }, paths: {} };
  yield `${JSON.stringify(head).slice(0, -1)},"definitions":{`;
  const told = new Set(kinds.map(schemaName));
  for (const [index, kind] of kinds.entries()) {
    await nextTurn();
    const shared = reachableDefinitions([objectSchema(kind)]).filter((name) => !told.has(name));
    for (const name of shared) told.add(name);
    const definitions = {
      [schemaName(kind)]: { ...toSwagger(objectSchema(kind)), 'x-kubernetes-group-version-kind': [groupVersionKind(kind)] },
      ...Object.fromEntries(shared.map((name) => [name, toSwagger(schemaDefinition(name))])),
    };
    yield (index === 0 ? '' : ',') + JSON.stringify(definitions).slice(1, -1);
  }
  yield '}}\n';
}

/** Version 2 knows neither alternatives nor null: what may be anything says no type, as upstream publishes it. */
function toSwagger(schema: KindSchema): JsonObject {
  const { $ref, type, properties, items, additionalProperties, nullable, allOf: _allOf, anyOf: _anyOf, oneOf: _oneOf, not: _not, default: _default, ...others } = schema;
  const rest = others as unknown as JsonObject;
  if ($ref !== undefined) return { ...rest, $ref: `#/definitions/${$ref}` };
  if (nullable === true || schema['x-kubernetes-preserve-unknown-fields'] === true) return rest;
  return {
    ...rest,
    ...(type === undefined ? {} : { type }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, toSwagger(member)])) }),
    ...(items === undefined ? {} : { items: toSwagger(items) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: typeof additionalProperties === 'boolean' ? additionalProperties : toSwagger(additionalProperties) }),
  };
}

/** The message openapi.v2.Document of gnostic: swagger is field 1, info field 2 with title and version as its fields 1 and 2. */
export function openApiV2Protobuf(serverVersion: string): Uint8Array {
  const info = Buffer.concat([field(1, Buffer.from(PROTOBUF_TITLE)), field(2, Buffer.from(serverVersion))]);
  return Buffer.concat([field(1, Buffer.from(SWAGGER)), field(2, info)]);
}

const LENGTH_DELIMITED = 2;
/** A length of one byte. */
const FIELD_BYTES_MAX = 127;

function field(number: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length > FIELD_BYTES_MAX) throw new RangeError(`a field of at most ${FIELD_BYTES_MAX} bytes`);
  return Buffer.concat([Uint8Array.of((number << 3) | LENGTH_DELIMITED, bytes.length), bytes]);
}
