// services/{name}/proxy and pods/{name}/proxy: HTTP and WebSocket to a port of a Pod, through the API server.
import { describeError, failureStatus, type Outcome } from '../../base/mod.ts';
import { LOOPBACK, textAt } from '../../api/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { exchange, joinUpgraded, type Exchange } from '../proxy/exchange.ts';
import { answerHeaders, requestHeaders, type ProxiedFrom } from '../proxy/proxied-headers.ts';
import { parseProxiedName, splitProxiedPath, type ProxiedName } from '../proxy/proxied-name.ts';
import { podPort, servicePort, type ProxiedPort } from '../proxy/proxied-port.ts';
import { badRequest } from '../refusals.ts';
import type { Call } from './call.ts';
import { refuseConnection } from './connection-admission.ts';
import { statusResponse } from './respond.ts';

const WITHOUT_BODY: readonly number[] = [204, 304];

export async function answerProxy(call: Call): Promise<WebResponse> {
  const { context, request, target } = call;
  const { base, rest } = splitProxiedPath(request.path);
  const named = parseProxiedName(target.name ?? '');
  if (named === undefined) return statusResponse(badRequest(`invalid ${target.resource === 'pods' ? 'pod' : 'service'} request ${JSON.stringify(target.name)}`).status);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  // Relative links of a page at the root would lead beside the proxy.
  if (rest === '' && isRead && !request.isUpgrade) return { status: 301, headers: { location: `${base}/${request.search}` } };
  const found = portOf(call, named);
  if (!found.ok) return statusResponse(found.status);
  const denial = await refuseConnection(call);
  if (denial !== undefined) return statusResponse(denial.status);
  const kubelet = context.kubelet();
  if (kubelet === undefined) return unreachable('no node runs Pods here');
  const { pod, port } = found.value;
  const connected = await kubelet.connect(pod, port);
  if (!connected.ok) return unreachable(connected.status.message);
  const podHost = `${textAt(pod, LOOPBACK, 'status', 'podIP')}:${port}`;
  const exchanged = { socket: connected.value, isTls: named.scheme === 'https', path: `${rest === '' ? '/' : rest}${request.search}`, ...partsOf(request) };
  return answerOf(request, exchanged, { base, host: request.headers.host ?? '', podHost });
}

function portOf({ context: { store, rng }, target }: Call, named: ProxiedName): Outcome<ProxiedPort> {
  const { resource, namespace = '' } = target;
  return resource === 'pods' ? podPort(store, namespace, named) : servicePort(store, rng, namespace, named);
}

function partsOf({ method, path, headers, stream, isUpgrade }: WebRequest): Pick<Exchange, 'method' | 'headers' | 'body' | 'upgrade'> {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return { method, headers: requestHeaders(headers, path), ...(hasBody ? { body: stream } : {}), ...(isUpgrade && headers.upgrade !== undefined ? { upgrade: headers.upgrade } : {}) };
}

async function answerOf(request: WebRequest, exchanged: Exchange, from: ProxiedFrom): Promise<WebResponse> {
  let answer;
  try {
    answer = await exchange(exchanged, { signal: request.signal });
  } catch (error) {
    request.signal.throwIfAborted();
    return unreachable(describeError(error));
  }
  if (answer.kind === 'upgraded') return { status: 101, takeOver: (connection) => joinUpgraded(connection, answer) };
  const { response } = answer;
  const { statusCode: status = 502 } = response;
  if (exchanged.upgrade !== undefined && status < 400) {
    response.destroy();
    return statusResponse(failureStatus('InternalError', `invalid upgrade response: status code ${status}`));
  }
  const headers = answerHeaders(response.headers, from);
  if (request.method !== 'HEAD' && !WITHOUT_BODY.includes(status)) return { status, headers, body: response };
  response.resume();
  return { status, headers };
}

function unreachable(why: string): WebResponse {
  return statusResponse(failureStatus('ServiceUnavailable', `error trying to reach service: ${why}`));
}
