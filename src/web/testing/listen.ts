// A small HTTP or HTTPS server around a route table, for tests; the product's own is the gateway.
import { createServer as createHttpServer, ServerResponse, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { readBody } from '../request-body.ts';
import type { Identity, Route, UpgradeConnection, WebResponse } from '../route.ts';
import { createRouteTable } from '../route-table.ts';

export interface Listening {
  /** For example http://127.0.0.1:40123. */
  readonly origin: string;
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly routes: readonly Route[];
  /** Undefined: an anonymous user. */
  readonly authenticate: (message: IncomingMessage, isTls: boolean) => Identity | undefined;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Answers when a route has thrown; without it the connection ends. */
  readonly onError?: (error: unknown, response: ServerResponse) => void;
}

const ANONYMOUS: Identity = { user: 'system:anonymous', groups: ['system:unauthenticated'] };

export async function listen({ routes, authenticate, tls, onError = cut }: ListenOptions): Promise<Listening> {
  const table = createRouteTable(routes);
  const onRequest = async (message: IncomingMessage, response: ServerResponse, connection?: UpgradeConnection) => {
    const url = new URL(message.url ?? '/', 'http://local');
    const match = table.match(message.method ?? 'GET', url.pathname);
    if (match.kind !== 'found') return send(response, { status: match.kind === 'not-found' ? 404 : 405 });
    const abort = new AbortController();
    // Never the request's close: it comes as soon as the body was read.
    response.once('close', () => abort.abort());
    const answer = await match.route.handle({
      method: message.method ?? 'GET',
      path: url.pathname,
      params: match.params,
      query: url.searchParams,
      search: url.search,
      headers: message.headers,
      identity: authenticate(message, tls !== undefined) ?? ANONYMOUS,
      isTls: tls !== undefined,
      isUpgrade: connection !== undefined,
      stream: message,
      body: () => readBody(message, match.route.bodyBytesMax),
      signal: abort.signal,
    });
    if (answer.takeOver === undefined || connection === undefined) return send(response, answer);
    response.detachSocket(connection.socket as Socket);
    answer.takeOver(connection);
  };
  const listener = (message: IncomingMessage, response: ServerResponse, connection?: UpgradeConnection) => {
    onRequest(message, response, connection).catch((error: unknown) => onError(error, response));
  };
  const server = tls === undefined ? createHttpServer((message, response) => listener(message, response)) : createHttpsServer(tls, (message, response) => listener(message, response));
  server.on('upgrade', (message, socket: Socket, head: Buffer) => {
    const response = new ServerResponse(message);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.end());
    listener(message, response, { message, socket, head });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cut(error: unknown, response: ServerResponse): void {
  response.destroy(error instanceof Error ? error : undefined);
}

async function send(response: ServerResponse, { status, headers, body }: WebResponse): Promise<void> {
  response.writeHead(status, headers);
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    response.end(body);
    return;
  }
  response.flushHeaders();
  for await (const chunk of body) {
    if (response.destroyed) break;
    if (!response.write(chunk)) await drained(response);
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
