// The HTTP API that Docker has and podman speaks, too (docs.docker.com/reference/api/engine), over a Unix socket. Only how a
// call is made: which calls there are is said where they are used. Paths carry no version, so that each engine takes its own.
import { request, type IncomingMessage, type RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import { Failure, isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';

export interface CallOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Every call throws Failure `EngineUnavailable` when nobody answers, `NotFound` for 404, `EngineConflict` for 409 and
 * `EngineRefused` for any other refusal, with the engine's own sentence.
 */
export interface EngineApi {
  /** The answer; an empty one is {}, one that is no JSON (podman's id of a changed container) its text. An abort ends the call; what the engine has begun it goes on with. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, options?: CallOptions): Promise<Json>;
  /** Answers that come one per line while the engine works (a pull). Ends the call when it is left. */
  lines(method: 'GET' | 'POST', path: string, options?: CallOptions): AsyncIterable<JsonObject>;
  /** An answer as it comes, for as long as it comes. */
  bytes(path: string, options?: CallOptions): AsyncIterable<Buffer>;
  /** Turns the connection into the streams of what was started. */
  open(path: string, options: Pick<CallOptions, 'query' | 'body'>): Promise<Duplex>;
}

const ANSWER_BYTES_MAX = 64 * 2 ** 20;
const LINE_CHARS_MAX = 2 ** 20;

export function createEngineApi(socketPath: string): EngineApi {
  return {
    async call(method, path, options = {}) {
      const response = await send(socketPath, method, path, options);
      const text = await textOf(response);
      refuse(response, text);
      return response.headers['content-type']?.startsWith('text/plain') === true ? text : parse(text);
    },
    async *lines(method, path, options = {}) {
      const response = await send(socketPath, method, path, options);
      if ((response.statusCode ?? 0) >= 300) refuse(response, await textOf(response));
      yield* jsonLines(response);
    },
    async *bytes(path, options = {}) {
      const response = await send(socketPath, 'GET', path, options);
      if ((response.statusCode ?? 0) >= 300) refuse(response, await textOf(response));
      yield* response as AsyncIterable<Buffer>;
    },
    open: (path, options) => upgrade(socketPath, path, options),
  };
}

function requestOptions(socketPath: string, method: string, path: string, { query, body, headers, signal }: CallOptions): RequestOptions {
  const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  // The API does not look at the host; an agent would keep idle connections, which hold up the end of a process.
  return { socketPath, method, path: `${path}${search}`, agent: false, headers: { host: 'engine', ...type, ...headers }, ...(signal === undefined ? {} : { signal }) };
}

function send(socketPath: string, method: string, path: string, options: CallOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(requestOptions(socketPath, method, path, options), resolve);
    outgoing.once('error', (error) => reject(options.signal?.aborted === true ? error : unavailable(socketPath, error)));
    outgoing.end(options.body === undefined ? undefined : JSON.stringify(options.body));
  });
}

function upgrade(socketPath: string, path: string, options: Pick<CallOptions, 'query' | 'body'>): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const outgoing = request(requestOptions(socketPath, 'POST', path, { ...options, headers: { connection: 'Upgrade', upgrade: 'tcp' } }));
    outgoing.once('error', (error) => reject(unavailable(socketPath, error)));
    outgoing.once('upgrade', (_response, socket: Duplex, head: Buffer) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    outgoing.once('response', (response: IncomingMessage) => {
      textOf(response)
        .then((text) => refuse(response, text))
        .then(() => reject(new Failure('EngineRefused', 'the container engine did not hand over the streams')), reject);
    });
    outgoing.end(options.body === undefined ? undefined : JSON.stringify(options.body));
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > ANSWER_BYTES_MAX) throw new Failure('EngineRefused', `an answer of the container engine is larger than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function* jsonLines(response: IncomingMessage): AsyncIterable<JsonObject> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    if (rest.length > LINE_CHARS_MAX) throw new Failure('EngineRefused', 'a line of the container engine does not end');
    for (const line of lines) {
      const value = parse(line);
      if (isJsonObject(value)) yield value;
    }
  }
  const value = parse(rest);
  if (isJsonObject(value) && rest.trim() !== '') yield value;
}

function parse(text: string): Json {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Failure('EngineRefused', 'the container engine answered with something else than JSON', { cause: error });
  }
}

function refuse({ statusCode = 0 }: IncomingMessage, text: string): void {
  // 304: it is so already.
  if (statusCode < 300 || statusCode === 304) return;
  // podman answers 500 for a container that ended while it was being signalled.
  const isConflict = statusCode === 409 || text.includes('container state improper');
  const reason = statusCode === 404 ? 'NotFound' : isConflict ? 'EngineConflict' : 'EngineRefused';
  throw new Failure(reason, sentenceOf(text) ?? `the container engine answered ${statusCode}`, { fields: { status: statusCode } });
}

function sentenceOf(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return isJsonObject(answer) && typeof answer['message'] === 'string' ? answer['message'] : undefined;
  } catch {
    return text.trim() === '' ? undefined : text.trim().slice(0, 1000);
  }
}

function unavailable(socketPath: string, cause: unknown): Failure {
  return new Failure('EngineUnavailable', `the container engine does not answer at ${socketPath}`, { cause });
}
