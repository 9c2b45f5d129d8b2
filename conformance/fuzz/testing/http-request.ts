// Requests as texts, how they change, and how a route table answers them in this process. What a route throws, and any 5xx that is not
// foreseen, is a finding.
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Failure } from '../../../src/base/mod.ts';
import { readBody, type RouteTable, type WebRequest, type WebResponse } from '../../../src/web/mod.ts';
import type { Random } from '../random.ts';

/** Not possible here, no engine, no kubelet. */
const FORESEEN = [501, 503, 504];
const CHUNK_COUNT_MAX = 20;
const REFUSALS_OF_THE_GATEWAY = ['BodyTooLarge', 'BodyIncomplete', 'StorageFull'];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** As the gateway takes them. */
const UPGRADES = /^(websocket|spdy\/3\.1)$/i;
const READ_MS_MAX = 5;

export interface ParsedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** `METHOD target`, lines of headers, an empty line, the body. Headers stay latin1, as a parser of HTTP leaves them. */
export function parseRequest(input: Buffer): ParsedRequest {
  const end = input.indexOf('\n\n');
  const [line = '', ...lines] = input.subarray(0, end < 0 ? input.length : end).toString('latin1').split('\n');
  const [method, target] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
  const headers = Object.fromEntries(lines.map((header) => [header.slice(0, header.indexOf(':')).toLowerCase(), header.slice(header.indexOf(':') + 1).trim()]));
  return { method, target, headers, body: end < 0 ? Buffer.alloc(0) : input.subarray(end + 2) };
}

export function pathOf({ target }: ParsedRequest): string {
  return target.split('?', 1)[0]!;
}

/** Method, target, headers and body change apart, so that most requests stay requests. */
export function changeRequest(input: Buffer, random: Random, change: (part: Buffer) => Buffer): Buffer {
  const { method, target, headers, body } = parseRequest(input);
  const place = body.length === 0 ? random.below(3) : random.below(10);
  const changed = {
    method: place === 9 ? random.pick(METHODS) : method,
    target: place < 2 ? change(Buffer.from(target, 'latin1')).toString('latin1').replaceAll('\n', '%0a') : target,
    headers: place === 2 ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, change(Buffer.from(value, 'latin1')).toString('latin1').replaceAll('\n', ' ')])) : headers,
    body: place > 2 && place < 9 ? change(body) : body,
  };
  const head = [`${changed.method} ${changed.target}`, ...Object.entries(changed.headers).map(([name, value]) => `${name}: ${value}`), '', ''].join('\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), changed.body]);
}

/** What is inside a gzip changes, not only the compressed bytes. */
export function changeArchive(input: Buffer, random: Random, change: (part: Buffer) => Buffer): Buffer {
  if (input[0] !== 0x1f || random.chance(0.3)) return change(input);
  try {
    return gzipSync(change(gunzipSync(input, { maxOutputLength: 1024 * 1024 })), { level: 1 });
  } catch {
    return change(input);
  }
}

/** What becomes of a connection that an answer takes over; the body of the request is what its client says then. */
export type TakeOver = (answer: WebResponse, request: ParsedRequest) => Promise<'taken' | 'refused'>;

export async function call(routes: RouteTable, input: Buffer, takeOver?: TakeOver): Promise<'taken' | 'refused'> {
  const parsed = parseRequest(input);
  const { method, target, headers, body } = parsed;
  const match = routes.match(method, pathOf(parsed));
  if (match.kind !== 'found') return 'refused';
  const abort = new AbortController();
  const search = target.includes('?') ? target.slice(target.indexOf('?')) : '';
  const stream = Object.assign(Readable.from(body.length === 0 ? [] : [body]), { headers: { 'content-length': String(body.length) } });
  const request: WebRequest = {
    method,
    path: pathOf(parsed),
    params: match.params,
    query: new URLSearchParams(search),
    search,
    headers: { 'content-length': String(body.length), ...headers },
    identity: { user: 'tester', groups: ['system:masters'] },
    isTls: false,
    isUpgrade: takeOver !== undefined && UPGRADES.test(headers['upgrade'] ?? ''),
    stream,
    body: () => readBody(stream as never, match.route.bodyBytesMax),
    signal: abort.signal,
  };
  try {
    const answer = await match.route.handle(request);
    if (answer.takeOver !== undefined && takeOver !== undefined) return await takeOver(answer, parsed);
    if (answer.status >= 500 && !FORESEEN.includes(answer.status)) throw new Error(`answered ${answer.status}: ${await textOf(answer.body)}`);
    await read(answer.body, abort);
    return answer.status < 400 ? 'taken' : 'refused';
  } catch (error) {
    if (error instanceof Failure && REFUSALS_OF_THE_GATEWAY.includes(error.reason)) return 'refused';
    throw error;
  } finally {
    abort.abort();
    stream.destroy();
  }
}

type Body = WebResponse['body'];

async function textOf(body: Body): Promise<string> {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? Buffer.from(body).toString() : 'a stream';
}

/** Streams may be endless: a client that goes away after a moment. */
async function read(body: Body, abort: AbortController): Promise<void> {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return;
  const timer = setTimeout(() => abort.abort(), READ_MS_MAX);
  try {
    let count = 0;
    for await (const _ of body) if (++count >= CHUNK_COUNT_MAX) break;
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}
