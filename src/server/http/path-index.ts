// `GET /` for clients of the Kubernetes API (`kubectl get --raw /`): the paths that there are. Browsers get the dashboard there.
import { failureStatus } from '../../base/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { isAnonymous, refuseAccess } from '../authorization/authorization.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { HttpContext } from './http-context.ts';
import { jsonResponse, statusResponse } from './respond.ts';

const OTHER_PATHS: readonly string[] = ['/healthz', '/livez', '/metrics', '/openapi/v2', '/openapi/v3', '/readyz', '/version'];

/** Undefined for whoever does not ask for JSON by its name. */
export type PathIndex = (request: WebRequest) => WebResponse | undefined;

export function createPathIndex({ authorize }: HttpContext, discovery: Discovery): PathIndex {
  return ({ headers: { accept = '' }, identity }) => {
    if (!accept.includes('application/json') || accept.includes('text/html')) return undefined;
    if (isAnonymous(identity)) return statusResponse(failureStatus('Unauthorized', 'Unauthorized'));
    const refusal = refuseAccess(authorize, identity, { verb: 'get', path: '/' });
    return refusal === undefined ? jsonResponse(200, { paths: pathsOf(discovery) }) : statusResponse(refusal.status);
  };
}

function pathsOf(discovery: Discovery): readonly string[] {
  const versions = discovery.groupVersions().flatMap(({ group, version }) => (group === '' ? ['/api', `/api/${version}`] : ['/apis', `/apis/${group}`, `/apis/${group}/${version}`]));
  const documents = discovery.openApiPaths().map((path) => `/openapi/v3/${path}`);
  return [...new Set([...versions, ...documents, ...OTHER_PATHS])].toSorted();
}
