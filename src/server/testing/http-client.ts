// A few lines around fetch, for tests over HTTP.
import type { TestContext } from 'node:test';
import { createAuthentication } from '../authentication/authentication.ts';
import { listen, type Listening } from '../../web/testing/listen.ts';
import { testServer, type TestServer, type TestServerOptions } from './test-server.ts';

export interface HttpAnswer {
  readonly code: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body. */
  readonly json: Record<string, never> & { readonly [key: string]: unknown };
}

export interface HttpRequest {
  readonly body?: unknown;
  readonly accept?: string;
  readonly contentType?: string;
  readonly userAgent?: string;
}

export interface HttpServer extends TestServer {
  readonly listening: Listening;
  call(method: string, path: string, request?: HttpRequest): Promise<HttpAnswer>;
  /** Opens a stream and gives its lines, parsed, one by one. */
  watch(path: string, accept?: string): Promise<{ next(): Promise<WatchLine | undefined>; abort(): void }>;
}

export interface WatchLine {
  readonly type: string;
  readonly object: { readonly kind: string; readonly apiVersion: string; readonly [key: string]: unknown };
}

/** Plain HTTP on a free port, as the single user; closed after the test. */
export async function httpServer(context: TestContext, options: TestServerOptions = {}): Promise<HttpServer> {
  const server = testServer(context, options);
  const authenticate = createAuthentication({ authenticateToken: () => undefined, loopbackIdentity: { user: 'tester', groups: [] } });
  const listening = await listen({ routes: server.routes, authenticate });
  context.after(() => listening.close());
  return {
    ...server,
    listening,
    async call(method, path, { body, accept, userAgent, contentType = 'application/json' } = {}) {
      const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(listening.origin + path, {
        method,
        headers: { ...(accept === undefined ? {} : { accept }), ...(userAgent === undefined ? {} : { 'user-agent': userAgent }), ...(body === undefined ? {} : { 'content-type': contentType }) },
        ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
      return { code: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
    },
    async watch(path, accept = 'application/json') {
      const abort = new AbortController();
      context.after(() => abort.abort());
      const response = await fetch(listening.origin + path, { headers: { accept }, signal: abort.signal });
      const lines = linesOf(response.body!);
      return {
        async next() {
          const { value, done } = await lines.next();
          return done === true ? undefined : (JSON.parse(value) as WatchLine);
        },
        abort: () => abort.abort(),
      };
    },
  };
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}
