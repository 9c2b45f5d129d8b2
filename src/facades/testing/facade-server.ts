// The KFP dialect (and what a test adds) alone on a port of its own: real HTTP, real records, no engine. For tests.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure, silentLog, systemClock, systemRng } from '../../base/mod.ts';
import { openRecords, type Records } from '../../records/mod.ts';
import { openDatabase } from '../../sql/mod.ts';
import { createRouteTable, readBody, type Route, type RouteTable, type WebResponse } from '../../web/mod.ts';
import type { KfpOptions } from '../kfp/context.ts';
import { createKfpRoutes } from '../kfp/routes.ts';

export interface FacadeServer extends AsyncDisposable {
  readonly url: string;
  readonly records: Records;
  /** Errors that no refusal was made of: a test expects none. */
  readonly faults: readonly unknown[];
}

export async function startFacadeServer(overrides: Partial<KfpOptions> = {}, moreRoutes: (records: Records) => readonly Route[] = () => []): Promise<FacadeServer> {
  const database = openDatabase({ path: ':memory:', log: silentLog, synchronous: 'OFF' });
  const records = openRecords({ database, log: silentLog });
  const routes = createRouteTable([
    ...moreRoutes(records),
    ...createKfpRoutes({
      records,
      clock: systemClock,
      rng: systemRng,
      log: silentLog,
      planRetry: () => ({ ok: false, message: 'there is no engine here' }),
      version: { tag: '0.0.0', commit: 'none' },
      ...overrides,
    }),
  ]);
  const faults: unknown[] = [];
  const server = createServer((message, response) => {
    serve(routes, message, response).catch((error: unknown) => {
      if (!response.destroyed && !isRefusedBody(error)) faults.push(error);
      if (!response.headersSent) response.writeHead(isRefusedBody(error) ? 413 : 500, { connection: 'close' });
      response.end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    records,
    faults,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await database.close();
    },
  };
}

function isRefusedBody(error: unknown): boolean {
  return error instanceof Failure && error.reason.startsWith('Body');
}

async function serve(routes: RouteTable, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(message.url ?? '/', 'http://localhost');
  const match = routes.match(message.method ?? 'GET', url.pathname);
  if (match.kind !== 'found') {
    response.writeHead(match.kind === 'not-found' ? 404 : 405).end();
    return;
  }
  const abort = new AbortController();
  response.once('close', () => abort.abort());
  const answer = await match.route.handle({
    method: message.method ?? 'GET',
    path: url.pathname,
    params: match.params,
    query: url.searchParams,
    search: url.search,
    headers: message.headers,
    identity: { user: 'tester', groups: [] },
    isTls: false,
    isUpgrade: false,
    stream: message,
    body: () => readBody(message, match.route.bodyBytesMax),
    signal: abort.signal,
  });
  await send(response, answer);
}

async function send(response: ServerResponse, { status, headers = {}, body }: WebResponse): Promise<void> {
  response.writeHead(status, headers);
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    response.end(body);
    return;
  }
  response.flushHeaders();
  for await (const chunk of body) {
    if (response.destroyed) break;
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}
