// The answers of the verbs that write: create, update, patch, delete, deletecollection, and the binding of a Pod.
import { objectOf, success, type Outcome, type WriteOptions } from '../../base/mod.ts';
import { tooLong } from '../../api/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { refuseAccess } from '../authorization/authorization.ts';
import { invalidObject } from '../refusals.ts';
import { inScope } from '../verbs/scope.ts';
import { bindPod } from '../verbs/bind.ts';
import { createObject } from '../verbs/create.ts';
import { deleteCollection } from '../verbs/delete-collection.ts';
import { deleteObject } from '../verbs/delete.ts';
import { evictPod } from '../verbs/evict.ts';
import { patchObject } from '../verbs/patch.ts';
import { requestToken } from '../verbs/request-token.ts';
import { patchScale, updateScale } from '../verbs/scale.ts';
import { updateObject } from '../verbs/update.ts';
import { EVICTION } from '../write/action-kinds.ts';
import { decodeObject } from '../write/decode.ts';
import { deleteOptionsIn, readBodyOf, readDeleteOptions, readPatch } from './body.ts';
import { bodyOptions, placeOf, respondObject, respondScale, type Call } from './call.ts';
import { listResponse } from './list-body.ts';
import { listQueryOf, readQuery, writeOptionsOf } from './query.ts';
import { jsonResponse, statusResponse, successResponse, Warnings } from './respond.ts';

/** As upstream cuts a user agent. */
const MANAGER_LENGTH_MAX = 128;

/** Options of a write, whose warnings become headers. Webhooks are not waited for when the client went away. */
function readWrite(call: Call): Outcome<{ options: WriteOptions; warnings: Warnings }> {
  const options = readQuery(call.request.query, writeOptionsOf);
  if (!options.ok) return options;
  if ((options.value.fieldManager?.length ?? 0) > MANAGER_LENGTH_MAX) return invalidObject(optionsKindOf(call), '', [tooLong('fieldManager', MANAGER_LENGTH_MAX)]);
  const warnings = new Warnings();
  const { request } = call;
  const written: WriteOptions = {
    ...named(options.value, request),
    onWarning: warnings.add,
    bodyBytes: bodyBytesOf(request.headers),
    get signal() {
      return request.signal;
    },
  };
  return success({ options: written, warnings });
}

/** A body that comes in chunks does not say how long it is: it may be large, and is taken for it. */
export function bodyBytesOf(headers: WebRequest['headers']): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Number.POSITIVE_INFINITY;
}

function optionsKindOf({ request: { method } }: Call) {
  const verb = { POST: 'Create', PUT: 'Update' }[method] ?? 'Patch';
  return { group: 'meta.k8s.io', kind: `${verb}Options` };
}

/** A client that names no field manager is known by its program; only an apply must name one. */
function named(options: WriteOptions, { headers }: WebRequest): WriteOptions {
  const isApply = headers['content-type']?.startsWith('application/apply-patch') === true;
  if (isApply || options.fieldManager !== undefined) return options;
  const [program = ''] = (headers['user-agent'] ?? '').split('/');
  return { ...options, fieldManager: program === '' ? 'unknown' : program.slice(0, MANAGER_LENGTH_MAX) };
}

export async function answerCreate(call: Call): Promise<WebResponse> {
  const { context, kind, target, request } = call;
  const write = readWrite(call);
  if (!write.ok) return statusResponse(write.status);
  const { options, warnings } = write.value;
  const body = await readBodyOf(context, kind, request, options);
  if (!body.ok) return statusResponse(body.status);
  if (target.subresource === 'token') {
    const token = await requestToken(context, kind, placeOf(call), body.value, options);
    return token.ok ? jsonResponse(201, token.value, warnings.headers()) : statusResponse(token.status, warnings);
  }
  if (target.subresource === 'eviction') return answerEviction(call, body.value, options, warnings);
  if (target.subresource !== 'binding') {
    return respondObject(call, await createObject(context, kind, target.namespace, body.value, options), 201, warnings);
  }
  const bound = await bindPod(context, kind, placeOf(call), body.value, options);
  return answerAction(bound, warnings);
}

function answerAction(outcome: Outcome<unknown>, warnings: Warnings): WebResponse {
  return outcome.ok ? successResponse(201, undefined, warnings.headers()) : statusResponse(outcome.status, warnings);
}

async function answerEviction(call: Call, body: unknown, written: WriteOptions, warnings: Warnings): Promise<WebResponse> {
  const { context, kind } = call;
  const eviction = decodeObject(EVICTION, body, written);
  if (!eviction.ok) return statusResponse(eviction.status);
  const options = deleteOptionsIn(objectOf(eviction.value['deleteOptions']));
  if (!options.ok) return statusResponse(options.status);
  const evicted = await evictPod(context, kind, placeOf(call), eviction.value, { ...options.value, ...(written.dryRun === true ? { dryRun: true } : {}) });
  return answerAction(evicted, warnings);
}

export async function answerUpdate(call: Call): Promise<WebResponse> {
  const { context, kind, target, request } = call;
  const write = readWrite(call);
  if (!write.ok) return statusResponse(write.status);
  const { options, warnings } = write.value;
  const body = await readBodyOf(context, kind, request, options);
  if (!body.ok) return statusResponse(body.status);
  if (target.subresource === 'scale') return respondScale(call, await updateScale(context, kind, placeOf(call), body.value, options), warnings);
  const refuseCreation = () => refuseAccess(context.authorize, request.identity, { verb: 'create', ...target });
  const updated = await inScope(kind, target, (scope) => updateObject(context, kind, placeOf(call), scope, body.value, options, refuseCreation));
  return respondObject(call, updated, updated.ok && updated.value.isCreated ? 201 : 200, warnings);
}

export async function answerPatch(call: Call): Promise<WebResponse> {
  const { context, kind, target, request } = call;
  const write = readWrite(call);
  if (!write.ok) return statusResponse(write.status);
  const { options, warnings } = write.value;
  const patch = await readPatch(context, request, options);
  if (!patch.ok) return statusResponse(patch.status);
  if (target.subresource === 'scale') return respondScale(call, await patchScale(context, kind, placeOf(call), patch.value, options), warnings);
  const refuseCreation = () => refuseAccess(context.authorize, request.identity, { verb: 'create', ...target });
  const patched = await inScope(kind, target, (scope) => patchObject(context, kind, placeOf(call), scope, { ...patch.value, refuseCreation }, options));
  return respondObject(call, patched, patched.ok && patched.value.isCreated ? 201 : 200, warnings);
}

/** Resources whose deletion answers the object, as the generated clients expect; the others answer a Status. */
const ANSWERED_AS_OBJECT: ReadonlySet<string> = new Set([
  'pods',
  'services',
  'persistentvolumeclaims',
  'persistentvolumes',
  'podtemplates',
  'resourcequotas',
  'serviceaccounts',
]);

export async function answerDelete(call: Call): Promise<WebResponse> {
  const { context, kind, request } = call;
  const options = await readDeleteOptions(context, request);
  if (!options.ok) return statusResponse(options.status);
  const deletion = await deleteObject(context, kind, placeOf(call), options.value);
  if (!deletion.ok) return statusResponse(deletion.status);
  const { entry, isGone } = deletion.value;
  const warnings = new Warnings();
  if (kind.orphansByDefault?.warning !== undefined && options.value.propagationPolicy === undefined) warnings.add(kind.orphansByDefault.warning);
  const code = !isGone && options.value.orphanDependents === false ? 202 : 200;
  if (!isGone || ANSWERED_AS_OBJECT.has(kind.resource)) return respondObject(call, success(entry), code, warnings);
  const { name, uid } = entry.object.metadata;
  return successResponse(200, { name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.resource, uid });
}

export async function answerDeleteCollection(call: Call): Promise<WebResponse> {
  const { context, kind, target, request } = call;
  const query = readQuery(request.query, listQueryOf);
  if (!query.ok) return statusResponse(query.status);
  const options = await readDeleteOptions(context, request);
  if (!options.ok) return statusResponse(options.status);
  const page = await deleteCollection(context, kind, target.namespace, query.value, options.value);
  if (!page.ok) return statusResponse(page.status);
  return listResponse(page.value, bodyOptions(call));
}
