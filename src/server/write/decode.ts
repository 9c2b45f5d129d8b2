// From a parsed body to an object of its kind: right kind, unknown fields reported and dropped, types checked.
import { atOnce, failureStatus, isJsonObject, success, type JsonObject, type KubeObject, type ObjectMeta, type Outcome, type StatusCause, type Steps, type WriteOptions } from '../../base/mod.ts';
import { apiVersionOf, checkTypes, findUnknownFields, invalid, isCanonical, pruneUnknown, type KindDefinition } from '../../api/mod.ts';
import { badRequest, invalidObject, refuse } from '../refusals.ts';

/** What is to be known of a kind in order to read an object of it. */
type DecodedKind = Pick<KindDefinition, 'group' | 'version' | 'kind' | 'schema' | 'custom'>;

export function decodeObject(kind: DecodedKind, body: unknown, options: WriteOptions): Outcome<KubeObject> {
  return atOnce(decodeSteps(kind, body, options));
}

export function* decodeSteps(kind: DecodedKind, body: unknown, options: WriteOptions): Steps<Outcome<KubeObject>> {
  const apiVersion = apiVersionOf(kind);
  if (!isJsonObject(body)) return badRequest(`the object provided is unrecognized (must be of type ${kind.kind})`);
  const given = { apiVersion: body['apiVersion'] ?? apiVersion, kind: body['kind'] ?? kind.kind };
  if (given.apiVersion !== apiVersion) {
    return badRequest(`the API version in the data (${String(given.apiVersion)}) does not match the expected API version (${apiVersion})`);
  }
  if (given.kind !== kind.kind) {
    const name = isJsonObject(body['metadata']) ? String(body['metadata']['name'] ?? '') : '';
    if (kind.custom !== undefined) return invalidObject({ group: kind.group, kind: String(given.kind) }, name, [invalid('kind', given.kind, `must be ${kind.kind}`)]);
    return badRequest(`${String(given.kind)} in version "${apiVersion}" cannot be handled as a ${kind.kind}`);
  }
  const read = isCanonical(kind, body) ? success(body as unknown as KubeObject) : yield* readSteps(kind, body, options);
  if (!read.ok) return read;
  yield;
  const { apiVersion: _version, kind: _kind, ...rest } = read.value;
  // Every object inside the house has metadata and a name, which may still be empty.
  return success({ apiVersion, kind: kind.kind, ...rest, metadata: { name: '', ...(rest.metadata as Partial<ObjectMeta> | undefined) } } as KubeObject);
}

function* readSteps(kind: DecodedKind, body: JsonObject, options: WriteOptions): Steps<Outcome<KubeObject>> {
  const causes = checkTypes(kind, body);
  if (causes.length > 0) return undecodable(kind, causes);
  yield;
  const complaint = complainAboutFields(kind, body, options);
  if (complaint !== undefined) return complaint;
  yield;
  return success(pruneUnknown(kind, body as unknown as KubeObject));
}

/** Strict refuses unknown fields, Warn names them; nothing is looked for when nobody would hear of it. */
function complainAboutFields(kind: DecodedKind, body: unknown, { fieldValidation, onWarning }: WriteOptions) {
  if (fieldValidation === 'Ignore' || (fieldValidation !== 'Strict' && onWarning === undefined)) return undefined;
  const complaints = findUnknownFields(kind, body).map((path) => `unknown field "${path}"`);
  if (complaints.length === 0) return undefined;
  if (fieldValidation === 'Strict') return badRequest(`${cannotHandle(kind)}: strict decoding error: ${complaints.join(', ')}`);
  for (const complaint of complaints) onWarning?.(complaint);
  return undefined;
}

function undecodable(kind: DecodedKind, causes: readonly StatusCause[]) {
  const texts = causes.map(({ field = '', message }) => (field === '' ? message : `${field}: ${message}`));
  return refuse(failureStatus('BadRequest', `${cannotHandle(kind)}: ${texts.join(', ')}`, { causes }));
}

function cannotHandle(kind: DecodedKind): string {
  return `${kind.kind} in version "${apiVersionOf(kind)}" cannot be handled as a ${kind.kind}`;
}
