// What an applied document may be: of its kind, every field known and of its type, no item twice.
import type { JsonObject, Steps, WriteOptions } from '../../base/mod.ts';
import { apiVersionOf, findUnknownFields, objectSchema, type KindDefinition } from '../../api/mod.ts';
import { findDuplicateItem } from '../ownership/applied-fields.ts';
import { badRequest, type Refusal } from '../refusals.ts';
import type { Place } from '../verbs/change.ts';
import { decodeSteps } from './decode.ts';

/** Undefined when it is fine. */
export function* documentSteps(kind: KindDefinition, document: JsonObject, place: Place, options: WriteOptions): Steps<Refusal | undefined> {
  const apiVersion = apiVersionOf(kind);
  if (document['apiVersion'] === undefined || document['kind'] === undefined) return badRequest('invalid object type: /, Kind=');
  if (document['apiVersion'] !== apiVersion) {
    return badRequest(`Incorrect version specified in apply patch. Specified patch version: ${String(document['apiVersion'])}, expected: ${apiVersion}`);
  }
  const decoded = yield* decodeSteps(kind, document, options);
  if (!decoded.ok) return decoded;
  yield;
  const duplicate = findDuplicateItem(objectSchema(kind), document);
  if (duplicate !== undefined) return untyped(kind, place, `${duplicate.path}: duplicate entries for key [${duplicate.element.slice(2)}]`);
  yield;
  // Upstream can not place an unknown field, whatever fieldValidation says.
  const [unknown] = kind.custom === undefined ? findUnknownFields(kind, document) : [];
  return unknown === undefined ? undefined : untyped(kind, place, `.${unknown}: field not declared in schema`);
}

/** Upstream answers 500 with these words; a mistake of the client is a bad request here. */
function untyped(kind: KindDefinition, { name, namespace = '' }: Place, why: string): Refusal {
  return badRequest(`failed to create typed patch object (${namespace}/${name}; ${kind.group}/${kind.version}, Kind=${kind.kind}): ${why}`);
}
