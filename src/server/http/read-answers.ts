// The answers of the verbs that read: get, list, watch, log.
import type { Status } from '../../base/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { badRequest, expired, tooLargeResourceVersion, type Refusal } from '../refusals.ts';
import { isWebSocket } from '../streams/web-socket.ts';
import { answerMessages, logMessages, watchMessages } from '../streams/web-socket-messages.ts';
import { getObject } from '../verbs/get.ts';
import { listObjects } from '../verbs/list.ts';
import { getScale } from '../verbs/scale.ts';
import { watchObjects, type WatchBatches } from '../verbs/watch.ts';
import { converting } from '../write/converting.ts';
import { bodyOptions, placeOf, respondObject, respondScale, type Call } from './call.ts';
import { listResponse } from './list-body.ts';
import { readPodLog } from './pod-log.ts';
import { listQueryOf, readQuery, watchQueryOf } from './query.ts';
import { statusResponse, streamHeaders } from './respond.ts';
import { watchBody } from './watch-body.ts';

export async function answerGet(call: Call): Promise<WebResponse> {
  const { namespace, name } = placeOf(call);
  const early = refuseFuture(call);
  if (early !== undefined) return statusResponse(early.status);
  if (call.target.subresource === 'scale') return respondScale(call, await converting(call.context, () => getScale(call.context, call.kind, placeOf(call))));
  return respondObject(call, await converting(call.context, () => getObject(call.context, call.kind, namespace, name)));
}

/** Whoever has seen a later state, as of a server that was restored since, is not told an older one. */
function refuseFuture({ context, request }: Call): Refusal | undefined {
  const given = readQuery(request.query, (parameters) => parameters.integer('resourceVersion'));
  if (!given.ok) return given;
  const wanted = given.value ?? 0;
  return wanted > context.store.revision ? tooLargeResourceVersion(wanted, context.store.revision) : undefined;
}

export async function answerList(call: Call): Promise<WebResponse> {
  const query = readQuery(call.request.query, listQueryOf);
  if (!query.ok) return statusResponse(query.status);
  const page = await listObjects(call.context, call.kind, call.target.namespace, query.value);
  if (!page.ok) return statusResponse(page.status);
  return listResponse(page.value, bodyOptions(call));
}

export async function answerWatch(call: Call): Promise<WebResponse> {
  const { context, kind, target, request } = call;
  const query = readQuery(request.query, watchQueryOf);
  if (!query.ok) return statusResponse(query.status);
  const { signal, onLeft } = readerOf(request);
  const events = watchObjects(context, kind, target.namespace, { ...query.value, signal });
  if (!events.ok && !isStale(events.status)) return statusResponse(events.status);
  const body = watchBody(events.ok ? events.value : refusedInStream(events.status), bodyOptions(call), context.clock);
  if (isWebSocket(request)) return answerMessages({ ...watchMessages(request, body), clock: context.clock, onLeft });
  return { status: 200, headers: streamHeaders(), body };
}

/** A connection that goes on by WebSocket is no request any more: whoever takes it over says when its client has left. */
function readerOf(request: WebRequest): { readonly signal: AbortSignal; readonly onLeft: () => void } {
  if (!isWebSocket(request)) return { signal: request.signal, onLeft: () => undefined };
  const left = new AbortController();
  return { signal: left.signal, onLeft: () => left.abort() };
}

/** Its history is gone, or, after a restore, not yet there. */
function isStale({ reason }: Status): boolean {
  return reason === 'Expired' || reason === 'Timeout';
}

/** As upstream: whoever may watch gets a stream. Clients (kube-rs, Python's) list again when a stream says 410, and not when a request does. */
async function* refusedInStream({ message }: Status): WatchBatches {
  yield [{ type: 'ERROR', status: expired(message).status }];
}

export async function answerLog(call: Call): Promise<WebResponse> {
  const { context, kind, request } = call;
  const { namespace, name } = placeOf(call);
  const pod = getObject(context, kind, namespace, name);
  if (!pod.ok) return statusResponse(pod.status);
  const { signal, onLeft } = readerOf(request);
  const log = await readPodLog(context.kubelet(), pod.value.object, request.query, signal);
  if (!log.ok) return statusResponse(log.status);
  if (isWebSocket(request)) {
    const messages = logMessages(request, log.value);
    if (messages === undefined) return statusResponse(badRequest('unable to upgrade: offer binary.k8s.io, base64.binary.k8s.io or no protocol').status);
    return answerMessages({ ...messages, clock: context.clock, onLeft });
  }
  return { status: 200, headers: streamHeaders('text/plain'), body: log.value };
}
