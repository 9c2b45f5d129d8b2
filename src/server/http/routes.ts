// The route table of the Kubernetes API.
import { describeError, Failure, failureStatus } from '../../base/mod.ts';
import type { Route, RouteAuthorization, WebRequest, WebResponse } from '../../web/mod.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { noSuchResource } from '../refusals.ts';
import { findUsage } from '../usage/read-usage.ts';
import { isAnonymous, refuseAccess } from '../authorization/authorization.ts';
import { handleBinding, isBinding } from './binding-handler.ts';
import { handleDiscovery, handleOpenApiDocument, handleOpenApiIndex, handleOpenApiV2 } from './discovery-handler.ts';
import { answerHealth } from './health.ts';
import type { HttpContext } from './http-context.ts';
import { impersonate } from './impersonation.ts';
import { ISSUER_PATH, issuerDocument, KEY_SET_PATH, keySetDocument } from './issuer-documents.ts';
import { handleResource } from './resource-handler.ts';
import { parseApiPath } from './resource-path.ts';
import { jsonResponse, statusResponse } from './respond.ts';
import { findReview, handleReview } from './review-handler.ts';
import { handleUsage } from './usage-handler.ts';
import { versionDocument } from './version.ts';
import { answeringYaml } from './yaml-answer.ts';

/** As a Kubernetes API server has it. */
const BODY_BYTES_MAX = 3 * 1024 * 1024;

const CHECKED: RouteAuthorization = { kind: 'handler', why: 'refusals must be Kubernetes Status objects, which clients parse' };
const PUBLIC: RouteAuthorization = { kind: 'public', why: 'probes and clients look at it before they log in; it tells nothing private' };

export function apiRoutes(context: HttpContext, discovery: Discovery): Route[] {
  const checked = (path: string, handle: Route['handle']): Route => ({
    method: '*',
    path,
    origin: 'api',
    authorization: CHECKED,
    bodyBytesMax: BODY_BYTES_MAX,
    handle: guarded(context, handle),
  });
  const open = (path: string, handle: Route['handle']): Route => ({ method: 'GET', path, origin: 'api', authorization: PUBLIC, bodyBytesMax: 0, handle });
  const api = (path: string): Route => {
    const route = checked(path, (request) => handleApi(context, discovery, request));
    return { ...route, handle: answeringYaml(context.clock, route.handle) };
  };
  return [
    ...['/api', '/api/*', '/apis', '/apis/{group}', '/apis/{group}/*'].map(api),
    checked('/openapi/v2', (request) => readPath(context, request, async () => handleOpenApiV2(discovery, request))),
    checked('/openapi/v3', (request) => readPath(context, request, async () => handleOpenApiIndex(discovery))),
    checked('/openapi/v3/*', (request) => readPath(context, request, async () => handleOpenApiDocument(discovery, request))),
    ...issuerRoutes(context, checked),
    open('/version', async () => jsonResponse(200, versionDocument())),
    ...['/healthz', '/livez', '/readyz'].flatMap((path) => [open(path, answerHealth), open(`${path}/*`, answerHealth)]),
  ];
}

/** The older form of a watch, as a list with `watch=true`. */
function watching(request: WebRequest, { path, name }: { readonly path: string; readonly name?: string }): WebRequest {
  const query = new URLSearchParams(request.query);
  query.set('watch', 'true');
  const selectors = [query.get('fieldSelector') ?? '', name === undefined ? '' : `metadata.name=${name}`].filter((selector) => selector !== '');
  if (selectors.length > 0) query.set('fieldSelector', selectors.join(','));
  return { ...request, path, query };
}

type MakeRoute = (path: string, handle: Route['handle']) => Route;

function issuerRoutes(context: HttpContext, checked: MakeRoute): readonly Route[] {
  const tokens = context.serviceAccountTokens;
  if (tokens === undefined) return [];
  return [
    checked(ISSUER_PATH, (request) => readPath(context, request, async () => issuerDocument(tokens))),
    checked(KEY_SET_PATH, (request) => readPath(context, request, async () => keySetDocument(tokens))),
  ];
}

/** What is no resource is authorized by its path. */
async function readPath({ authorize }: HttpContext, request: WebRequest, answer: () => Promise<WebResponse>): Promise<WebResponse> {
  const refusal = refuseAccess(authorize, request.identity, { verb: request.method.toLowerCase(), path: request.path });
  return refusal === undefined ? answer() : statusResponse(refusal.status);
}

async function handleApi(context: HttpContext, discovery: Discovery, request: WebRequest): Promise<WebResponse> {
  const path = parseApiPath(request.path);
  if (path === undefined) return statusResponse(noSuchResource().status);
  if (path.kind === 'watch' && request.method === 'GET') return handleApi(context, discovery, watching(request, path));
  if (path.kind === 'resource') {
    const review = findReview(path.target);
    if (review !== undefined) return handleReview(context, request, review, path.target);
    if (isBinding(path.target)) return handleBinding(context, request, path.target);
    const usage = findUsage(context, path.target);
    return usage === undefined ? handleResource(context, request, path.target) : handleUsage(context, request, usage, path.target);
  }
  if (path.kind === 'watch' || request.method !== 'GET') return statusResponse(failureStatus('MethodNotAllowed', 'discovery can only be read'));
  return readPath(context, request, async () => handleDiscovery(discovery, request, path));
}

/** Nobody unknown gets in, and every failure becomes a Status. */
function guarded(context: HttpContext, handle: Route['handle']): Route['handle'] {
  return async (request) => {
    if (isAnonymous(request.identity)) return statusResponse(failureStatus('Unauthorized', 'Unauthorized'));
    const identity = impersonate(context.authorize, request.identity, request.headers);
    if (!identity.ok) return statusResponse(identity.status);
    try {
      return await handle(identity.value === request.identity ? request : { ...request, identity: identity.value });
    } catch (error) {
      if (request.signal.aborted) throw error;
      return failureResponse(context, request, error);
    }
  };
}

function failureResponse({ log }: HttpContext, request: WebRequest, error: unknown): WebResponse {
  const reason = error instanceof Failure ? error.reason : undefined;
  if (reason === 'BodyTooLarge') return statusResponse(failureStatus('RequestEntityTooLarge', describeError(error)));
  if (reason === 'BodyIncomplete') return statusResponse(failureStatus('BadRequest', describeError(error)));
  log.error('a request to the API failed', { method: request.method, path: request.path, error: describeError(error) });
  if (reason === 'StorageFull') return statusResponse({ ...failureStatus('InternalError', describeError(error)), code: 507 });
  const message = error instanceof Failure ? error.message : 'something went wrong in the server; its log says more';
  return statusResponse(failureStatus('InternalError', `Internal error occurred: ${message}`));
}

