// nodes/{name}/proxy: what a kubelet tells about its node. No kubelet listens here: the node is asked, and nothing else can be reached.
import { failureStatus } from '../../base/mod.ts';
import type { WebResponse } from '../../web/mod.ts';
import { parseProxiedName, splitProxiedPath } from '../proxy/proxied-name.ts';
import { badRequest } from '../refusals.ts';
import { getObject } from '../verbs/get.ts';
import type { Call } from './call.ts';
import { refuseConnection } from './connection-admission.ts';
import { statusResponse } from './respond.ts';

/** That of a kubelet. */
const KUBELET_PORT = '10250';

/** Where else to find what a kubelet serves besides, by the first part of its path. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  logs: 'the node writes no log of its own; that of the server is on its stderr, or in slipway.log of its data directory',
  containerLogs: 'read logs of containers with pods/NAME/log',
  exec: 'run commands with pods/NAME/exec',
  run: 'run commands with pods/NAME/exec',
  attach: 'attach with pods/NAME/attach',
  portForward: 'forward ports with pods/NAME/portforward',
  configz: 'the node is configured by the options of slipway up',
};

export async function answerNodeProxy(call: Call): Promise<WebResponse> {
  const { context, kind, request, target } = call;
  const { base, rest } = splitProxiedPath(request.path);
  const named = parseProxiedName(target.name ?? '');
  if (named === undefined) return statusResponse(badRequest(`invalid node request ${JSON.stringify(target.name)}`).status);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (rest === '' && isRead && !request.isUpgrade) return { status: 301, headers: { location: `${base}/${request.search}` } };
  const node = getObject(context, kind, undefined, named.name);
  if (!node.ok) return statusResponse(node.status);
  if (named.port !== '' && named.port !== KUBELET_PORT) return statusResponse(badRequest(`port ${named.port} of a node can not be reached through the proxy: programs listen in Pods, see services/NAME/proxy`).status);
  const denial = await refuseConnection(call);
  if (denial !== undefined) return statusResponse(denial.status);
  const reports = context.nodeReports();
  if (reports === undefined || reports.nodeName !== named.name) return statusResponse(failureStatus('ServiceUnavailable', `error trying to reach service: the node ${named.name} does not run here`));
  const path = rest.split('/').filter((part) => part !== '').join('/');
  const report = isRead ? reports.read(path, request.query) : undefined;
  if (report === undefined) return statusResponse(isRead || !reports.paths.includes(path) ? failureStatus('NotFound', whyNot(path, reports.paths), {}) : failureStatus('MethodNotAllowed', `${path} of a node can only be read`));
  const read = await report;
  if (!read.ok) return statusResponse(read.status);
  const headers = { 'content-type': read.value.contentType, 'cache-control': 'no-cache, private' };
  return { status: 200, headers, ...(request.method === 'HEAD' ? {} : { body: read.value.body }) };
}

function whyNot(path: string, paths: readonly string[]): string {
  const [first = ''] = path.split('/');
  const elsewhere = Object.hasOwn(ELSEWHERE, first) ? `; ${ELSEWHERE[first]}` : '';
  return `the node serves nothing at ${JSON.stringify(`/${path.slice(0, 200)}`)}${elsewhere}. It serves ${paths.join(', ')}`;
}
