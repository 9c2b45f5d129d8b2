// OpenAPI v2, for kubectl 1.28 and older, which begin every create and apply by reading it, as protobuf only. What they learn from
// it beyond its being there they also know otherwise: schemas are in version 3, which they explain and validate by. Pure.
import type { JsonObject } from '../../base/mod.ts';

const SWAGGER = '2.0';
const TITLE = 'Slipway: the schemas are at /openapi/v3';

/** What clients that accept no JSON call it; older ones write `@` before the version. */
export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const OPENAPI_V2_PROTOBUF_OLD = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

export function isOpenApiV2Protobuf(type: string): boolean {
  return type === OPENAPI_V2_PROTOBUF || type === OPENAPI_V2_PROTOBUF_OLD;
}

export function openApiV2(serverVersion: string): JsonObject {
  return { swagger: SWAGGER, info: { title: TITLE, version: serverVersion }, paths: {}, definitions: {} };
}

/** The message openapi.v2.Document of gnostic: swagger is field 1, info field 2 with title and version as its fields 1 and 2. */
export function openApiV2Protobuf(serverVersion: string): Uint8Array {
  const info = Buffer.concat([field(1, Buffer.from(TITLE)), field(2, Buffer.from(serverVersion))]);
  return Buffer.concat([field(1, Buffer.from(SWAGGER)), field(2, info)]);
}

const LENGTH_DELIMITED = 2;
/** A length of one byte. */
const FIELD_BYTES_MAX = 127;

function field(number: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length > FIELD_BYTES_MAX) throw new RangeError(`a field of at most ${FIELD_BYTES_MAX} bytes`);
  return Buffer.concat([Uint8Array.of((number << 3) | LENGTH_DELIMITED, bytes.length), bytes]);
}
