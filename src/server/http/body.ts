// Request bodies: JSON, YAML and protobuf in, plain JSON values out.
import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { failureStatus, findDuplicateFields, isJsonObject, success, type DeleteOptions, type Outcome, type PatchKind, type WriteOptions } from '../../base/mod.ts';
import { decodeProtobuf, depthComplaint, invalid, notSupported, PROTOBUF_MEDIA_TYPE, typeInvalid, type KindDefinition } from '../../api/mod.ts';
import type { WebRequest } from '../../web/mod.ts';
import { badRequest, invalidObject, refuse, type Refusal } from '../refusals.ts';
import type { Patch } from '../verbs/patch.ts';
import { LARGE_CHARS } from '../write/pace.ts';
import type { HttpContext } from './http-context.ts';
import { deleteParametersOf, POLICIES, readQuery } from './query.ts';

const TEXT_TYPES = ['application/json', 'application/yaml'] as const;
const OBJECT_TYPES = [...TEXT_TYPES, PROTOBUF_MEDIA_TYPE] as const;

const PATCH_KIND_BY_TYPE: Readonly<Record<string, PatchKind>> = {
  'application/merge-patch+json': 'merge',
  'application/json-patch+json': 'json',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** What reading a body needs. */
type Reading = Pick<HttpContext, 'yaml'>;

/** The body of a write of such an object. Nobody knows custom resources as protobuf. */
export async function readBodyOf(context: Reading, { custom }: KindDefinition, request: WebRequest, options: WriteOptions): Promise<Outcome<unknown>> {
  return custom !== undefined && mediaTypeOf(request) === PROTOBUF_MEDIA_TYPE ? unsupported(TEXT_TYPES) : readObjectBody(context, request, options);
}

/** `options` say what to do about fields that occur twice; without them nothing. */
export async function readObjectBody(context: Reading, request: WebRequest, options?: WriteOptions): Promise<Outcome<unknown>> {
  const bytes = await request.body();
  switch (mediaTypeOf(request)) {
    case '':
    case 'application/json':
      return isUtf8(bytes) ? parseJson(bytes.toString('utf8'), options) : notText();
    case 'application/yaml':
    case 'text/yaml':
      return isUtf8(bytes) ? parseYaml(context, request, bytes.toString('utf8'), options) : notText();
    case PROTOBUF_MEDIA_TYPE: {
      const decoded = await decodeProtobuf(bytes);
      return decoded.ok ? success(decoded.object) : badRequest(decoded.message);
    }
    default:
      return unsupported(OBJECT_TYPES);
  }
}

export async function readPatch(context: Reading, request: WebRequest, options: WriteOptions): Promise<Outcome<Patch>> {
  const kind = PATCH_KIND_BY_TYPE[mediaTypeOf(request)];
  if (kind === undefined) return unsupported(Object.keys(PATCH_KIND_BY_TYPE));
  const bytes = await request.body();
  if (!isUtf8(bytes)) return notText();
  const text = bytes.toString('utf8');
  const body = await (kind === 'apply' ? parseDocument(context, request, text, options) : parseJson(text, options));
  return body.ok ? success({ kind, body: body.value }) : body;
}

/** Apply says YAML, but nearly all clients send JSON, which parses faster. A map of YAML in braces begins like it. */
async function parseDocument(context: Reading, request: WebRequest, text: string, options: WriteOptions): Promise<Outcome<unknown>> {
  if (text.trimStart().startsWith('{')) {
    const body = await parseJson(text, options);
    if (body.ok || isJson(text)) return body;
  }
  return parseYaml(context, request, text, options);
}

export interface GivenDeleteOptions extends DeleteOptions {
  /** What was said before there were propagation policies, which it is understood as. Whoever says false is told 202 when the object stays for a while. */
  readonly orphanDependents?: boolean;
}

/** From the body when there is one, otherwise from the query. */
export async function readDeleteOptions(context: Reading, request: WebRequest): Promise<Outcome<GivenDeleteOptions>> {
  const bytes = await request.body();
  if (bytes.length === 0) {
    const given = readQuery(request.query, deleteParametersOf);
    return given.ok ? deleteOptionsIn(given.value) : given;
  }
  const body = await readObjectBody(context, { ...request, body: async () => bytes });
  if (!body.ok) return body;
  if (!isJsonObject(body.value)) return badRequest('the body of a delete request must be DeleteOptions');
  const { kind = '' } = body.value;
  if (kind !== '' && kind !== 'DeleteOptions') return badRequest(`the body of a delete request must be DeleteOptions, not ${String(kind).slice(0, 100)}`);
  return deleteOptionsIn(body.value);
}

/** From a DeleteOptions object. */
export function deleteOptionsIn(body: { readonly [key: string]: unknown }): Outcome<GivenDeleteOptions> {
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions, dryRun } = body;
  const policy = propagationPolicy ?? (typeof orphanDependents === 'boolean' ? (orphanDependents ? 'Orphan' : 'Background') : undefined);
  const knownPolicy = POLICIES.find((candidate) => candidate === policy);
  const causes = [
    ...(policy !== undefined && policy !== null && knownPolicy === undefined ? [notSupported('propagationPolicy', policy, POLICIES)] : []),
    ...(policy !== undefined && propagationPolicy !== undefined && typeof orphanDependents === 'boolean' ? [invalid('propagationPolicy', propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set')] : []),
    ...(isWholeNumber(gracePeriodSeconds) ? [] : [typeInvalid('gracePeriodSeconds', gracePeriodSeconds, 'must be a whole number')]),
    // Whoever asks for a dry run in words that nobody knows must not lose the object.
    ...(isDryRunKnown(dryRun) ? [] : [notSupported('dryRun', dryRun, ['All'])]),
  ];
  if (causes.length > 0) return invalidObject({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', causes);
  const { uid, resourceVersion } = isJsonObject(preconditions) ? preconditions : {};
  return success({
    ...(typeof gracePeriodSeconds === 'number' ? { gracePeriodSeconds } : {}),
    ...(knownPolicy === undefined ? {} : { propagationPolicy: knownPolicy }),
    ...(typeof orphanDependents === 'boolean' ? { orphanDependents } : {}),
    preconditions: {
      ...(typeof uid === 'string' && uid !== '' ? { uid } : {}),
      ...(typeof resourceVersion === 'string' && resourceVersion !== '' ? { resourceVersion } : {}),
    },
    ...(Array.isArray(dryRun) && dryRun.includes('All') ? { dryRun: true } : {}),
  });
}

function isDryRunKnown(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.every((item) => item === 'All'));
}

function isWholeNumber(value: unknown): boolean {
  return value === undefined || value === null || Number.isSafeInteger(value);
}

function mediaTypeOf(request: WebRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // the one thing that is asked here
  }
}

async function parseJson(text: string, options?: WriteOptions): Promise<Outcome<unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return badRequest(`the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const isLarge = text.length > LARGE_CHARS;
  if (isLarge) await nextTurn();
  const tooDeep = depthComplaint(value);
  if (tooDeep !== undefined) return badRequest(tooDeep);
  if (!looksForDuplicates(options)) return success(value);
  if (isLarge) await nextTurn();
  return complainAbout(findDuplicateFields(text, value).map((path) => `duplicate field "${path}"`), options) ?? success(value);
}

function looksForDuplicates(options: WriteOptions | undefined): options is WriteOptions {
  return (options?.fieldValidation ?? 'Ignore') !== 'Ignore';
}

/** Strict refuses, Warn warns. */
function complainAbout(complaints: readonly string[], { fieldValidation, onWarning }: WriteOptions): Refusal | undefined {
  if (complaints.length > 0 && fieldValidation === 'Strict') return badRequest(`strict decoding error: ${complaints.join(', ')}`);
  for (const complaint of complaints) onWarning?.(complaint);
  return undefined;
}

async function parseYaml({ yaml }: Reading, { signal }: WebRequest, text: string, options?: WriteOptions): Promise<Outcome<unknown>> {
  const read = await yaml.read(text, signal);
  if (!read.ok) return read;
  const { value, repeated } = read.value;
  const tooDeep = depthComplaint(value);
  if (tooDeep !== undefined) return badRequest(tooDeep);
  return (looksForDuplicates(options) ? complainAbout(repeated, options) : undefined) ?? success(value);
}

function notText(): Refusal {
  return badRequest('the body is not UTF-8 text');
}

function unsupported(types: readonly string[]): Refusal {
  const message = `the body of the request was in an unknown format - accepted media types include: ${types.join(', ')}`;
  return refuse(failureStatus('UnsupportedMediaType', message));
}
