// From a raw HTTP request to a route and back: origin check, route, identity, body limit, streaming with backpressure.
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { describeError, Failure, type Clock, type Log } from '../base/mod.ts';
import { readBody, type Identity, type Route, type RouteTable, type UpgradeConnection, type WebRequest, type WebResponse } from '../web/mod.ts';
import { checkOrigin, type HostClass, type OriginOptions } from './origin-check.ts';
import { isForMessages, sendAsMessages } from './message-stream.ts';
import { behindServiceProxy } from './service-proxy.ts';

export interface RequestListenerOptions extends OriginOptions {
  readonly routes: Readonly<Record<HostClass, RouteTable>>;
  /** Undefined: not authenticated (401 for routes that want a user). */
  readonly authenticate: (request: IncomingMessage, isTls: boolean) => Identity | undefined;
  /** Whether somebody known may call routes that ask for a user and nothing more. */
  readonly isUser: (identity: Identity) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Of a connection that asked for another protocol and was refused. */
const ENDED_MS_MAX = 2_000;
const ANONYMOUS: Identity = { user: 'system:anonymous', groups: ['system:unauthenticated'] };
const SAFE_HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' } as const;

export function createRequestListener(options: RequestListenerOptions) {
  return (message: IncomingMessage, response: ServerResponse): void => begin(options, message, response);
}

/** For requests that ask for another protocol: they take the way of all others, and only the last step differs. */
export function createUpgradeListener(options: RequestListenerOptions) {
  return (message: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const response = new ServerResponse(message);
    response.shouldKeepAlive = false;
    // The HTTP server hands out sockets of TCP or TLS.
    response.assignSocket(socket as Socket);
    socket.once('error', () => socket.destroy());
    // Nothing of the HTTP server's looks after it any more: a client that keeps its own side open is let go all the same.
    response.once('finish', () => {
      socket.end();
      socket.once('close', options.clock.schedule(ENDED_MS_MAX, () => socket.destroy()));
    });
    begin(options, message, response, { message, socket, head });
  };
}

function begin(options: RequestListenerOptions, message: IncomingMessage, response: ServerResponse, connection?: UpgradeConnection): void {
  serve(options, message, response, connection).catch((error: unknown) => {
    options.log.error('request failed', { method: message.method, url: message.url, error: describeError(error) });
    if (!response.headersSent) void send(response, jsonError(500, 'something went wrong in Slipway; its log says more'));
    else response.destroy();
  });
}

async function serve(options: RequestListenerOptions, message: IncomingMessage, response: ServerResponse, connection?: UpgradeConnection): Promise<void> {
  const verdict = checkOrigin(message.headers, options);
  if (!verdict.isAllowed) return send(response, jsonError(403, verdict.message));
  const target = message.url ?? '/';
  const queryStart = target.indexOf('?');
  const path = behindServiceProxy(queryStart < 0 ? target : target.slice(0, queryStart));
  const match = options.routes[verdict.hostClass].match(message.method ?? 'GET', path);
  if (match.kind === 'not-found') return send(response, jsonError(404, `there is nothing at ${path.slice(0, 200)}`));
  if (match.kind === 'method-not-allowed') {
    const refused = jsonError(405, `${message.method} is not possible here; try ${match.allowed.join(' or ')}`);
    return send(response, { ...refused, headers: { ...refused.headers, allow: match.allowed.join(', ') } });
  }
  const isTls = 'encrypted' in message.socket && (message.socket as TLSSocket).encrypted;
  const identity = options.authenticate(message, isTls);
  if (identity === undefined && match.route.authorization.kind === 'user') {
    return send(response, jsonError(401, loginSentence(message.socket.localPort)));
  }
  if (identity !== undefined && match.route.authorization.kind === 'user' && !options.isUser(identity)) {
    return send(response, jsonError(403, `${identity.user} may not use ${path.slice(0, 200)}: it is for the owner of this Slipway; roles and bindings give rights to the Kubernetes API alone`));
  }
  const search = queryStart < 0 ? '' : target.slice(queryStart);
  await answer(match.route, message, response, { path, search, query: new URLSearchParams(search), params: match.params, isTls, identity: identity ?? ANONYMOUS }, connection);
}

/** Browsers come here too, when they open the pages from another machine. */
function loginSentence(port = 8080): string {
  return `this needs a login: send an Authorization header with a bearer token over https, or come through a tunnel, which needs none: ssh -L ${port}:localhost:${port} HOST`;
}

/** One for all: every answer ends with it, and where it was made says nothing. */
const CLIENT_GONE = new Failure('ClientGone', 'the client went away');

async function answer(
  route: Route,
  message: IncomingMessage,
  response: ServerResponse,
  parts: Pick<WebRequest, 'path' | 'search' | 'query' | 'params' | 'isTls' | 'identity'>,
  connection?: UpgradeConnection,
): Promise<void> {
  let signal: AbortSignal | undefined;
  const request: WebRequest = {
    ...parts,
    isUpgrade: connection !== undefined,
    method: message.method ?? 'GET',
    headers: message.headers,
    stream: message,
    body: () => readBody(message, route.bodyBytesMax),
    get signal() {
      return (signal ??= signalOfClose(connection?.socket ?? response));
    },
  };
  try {
    const answered = await route.handle(request);
    const takeOver: ((connection: UpgradeConnection) => void | Promise<void>) | undefined = connection === undefined ? undefined : (answered.takeOver ?? messagesOf(answered, message));
    if (takeOver === undefined) return await send(response, answered);
    response.detachSocket(connection!.socket as Socket);
    await takeOver(connection!);
  } catch (error) {
    if (response.destroyed) return;
    if (!(error instanceof Failure) || response.headersSent) throw error;
    const status = STATUS_BY_REASON[error.reason];
    if (status === undefined) throw error;
    await send(response, jsonError(status, error.message));
  }
}

function messagesOf({ isLive, body }: WebResponse, message: IncomingMessage): ((connection: UpgradeConnection) => Promise<void>) | undefined {
  if (isLive !== true || typeof body !== 'object' || body instanceof Uint8Array || !isForMessages(message)) return undefined;
  return (connection) => sendAsMessages(connection, body);
}

/** Most requests end before anybody asks for it. The response's close, never the request's: that one comes when the body was read. */
function signalOfClose(closing: ServerResponse | Duplex): AbortSignal {
  const abort = new AbortController();
  if (closing.destroyed) abort.abort(CLIENT_GONE);
  else closing.once('close', () => abort.abort(CLIENT_GONE));
  return abort.signal;
}

const STATUS_BY_REASON: Readonly<Record<string, number>> = { BodyTooLarge: 413, BodyIncomplete: 400, StorageFull: 507 };

function jsonError(status: number, message: string): WebResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code: status, message }) };
}

async function send(response: ServerResponse, answered: WebResponse): Promise<void> {
  const { body } = answered;
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    const sent = body ?? '';
    const length = answered.status === 204 ? {} : { 'content-length': Buffer.byteLength(sent) };
    response.writeHead(answered.status, { ...SAFE_HEADERS, ...length, ...answered.headers });
    // A text goes out in one piece with the headers, bytes in a second one.
    response.end(sent);
    return;
  }
  response.writeHead(answered.status, { ...SAFE_HEADERS, ...answered.headers });
  response.flushHeaders();
  let missingBytes = Number(answered.headers?.['content-length'] ?? 0);
  try {
    for await (const chunk of body) {
      if (response.destroyed) break;
      missingBytes -= Buffer.byteLength(chunk);
      if (!response.write(chunk)) await drained(response);
    }
  } catch (error) {
    if (!response.destroyed) throw error;
  }
  // A file that became shorter: the client would wait for the rest, and take the next answer for it.
  if (missingBytes > 0) response.destroy();
  else response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.removeListener('drain', done);
      response.removeListener('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}
