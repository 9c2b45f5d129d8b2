// The route table of the Kubernetes API.
import { describeError, Failure, failureStatus } from '../../base/mod.ts';
import type { Route, RouteAuthorization, WebRequest, WebResponse } from '../../web/mod.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { noSuchResource } from '../refusals.ts';
import { isAnonymous } from './authorization.ts';
import { handleDiscovery, handleOpenApiDocument, handleOpenApiIndex } from './discovery-handler.ts';
import type { HttpContext } from './http-context.ts';
import { handleResource } from './resource-handler.ts';
import { parseApiPath } from './resource-path.ts';
import { jsonResponse, statusResponse } from './respond.ts';
import { findReview, handleReview } from './review-handler.ts';
import { versionDocument } from './version.ts';

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
  const api: Route['handle'] = (request) => handleApi(context, discovery, request);
  const ok: Route['handle'] = async () => ({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' });
  return [
    ...['/api', '/api/*', '/apis', '/apis/{group}', '/apis/{group}/*'].map((path) => checked(path, api)),
    checked('/openapi/v2', async () => statusResponse(noSuchResource().status)),
    checked('/openapi/v3', async () => handleOpenApiIndex(discovery)),
    checked('/openapi/v3/*', async (request) => handleOpenApiDocument(discovery, request)),
    open('/version', async () => jsonResponse(200, versionDocument())),
    ...['/healthz', '/livez', '/readyz'].flatMap((path) => [open(path, ok), open(`${path}/*`, ok)]),
  ];
}

async function handleApi(context: HttpContext, discovery: Discovery, request: WebRequest): Promise<WebResponse> {
  const path = parseApiPath(request.path);
  if (path === undefined) return statusResponse(noSuchResource().status);
  if (path.kind === 'resource') {
    const review = findReview(path.target);
    return review === undefined ? handleResource(context, request, path.target) : handleReview(context, request, review);
  }
  return request.method === 'GET' ? handleDiscovery(discovery, request, path) : statusResponse(failureStatus('MethodNotAllowed', 'discovery can only be read'));
}

/** Nobody unknown gets in, and every failure becomes a Status. */
function guarded(context: HttpContext, handle: Route['handle']): Route['handle'] {
  return async (request) => {
    if (isAnonymous(request.identity)) return statusResponse(failureStatus('Unauthorized', 'Unauthorized'));
    try {
      return await handle(request);
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

