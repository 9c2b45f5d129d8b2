// Talks HTTP to a running Slipway. Every way to fail ends in one sentence with the next step.
import { describeError, Failure, isJsonObject, type JsonObject } from '../../base/mod.ts';

export interface Connection {
  /** Without a slash at the end. */
  readonly url: string;
  get(path: string, options?: { accept?: string; signal?: AbortSignal }): Promise<JsonObject>;
  post(path: string, body: JsonObject, options?: { signal?: AbortSignal }): Promise<JsonObject>;
  /** Text chunks as they arrive. Ends when the server ends the answer; an abort rejects. */
  stream(path: string, options: { accept?: string; signal: AbortSignal }): Promise<AsyncIterable<string>>;
}

/** Time for an answer to begin; streams may then last. */
const ANSWER_TIMEOUT_MS = 60_000;
/** The server's authority is one of its own (RFC 5280 paths that end nowhere). */
const UNTRUSTED_CODES: readonly unknown[] = ['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'];

export function connectTo(url: string): Connection {
  const base = url.replace(/\/+$/, '');
  const answer = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await request(base, path, init);
    if (!response.ok) throw await refusal(response, path);
    return response;
  };
  return {
    url: base,
    async get(path, { accept = 'application/json', signal } = {}) {
      const response = await answer(path, { headers: { accept }, signal: withTimeout(signal) });
      return readObject(response, path);
    },
    async post(path, body, { signal } = {}) {
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const response = await answer(path, { method: 'POST', headers, body: JSON.stringify(body), signal: withTimeout(signal) });
      return readObject(response, path);
    },
    async stream(path, { accept = 'text/plain', signal }) {
      const response = await answer(path, { headers: { accept }, signal });
      return response.body === null ? emptyText() : response.body.pipeThrough(new TextDecoderStream());
    },
  };
}

async function request(base: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(base + path, init);
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    throw unreachable(base, error);
  }
}

function unreachable(base: string, error: unknown): Failure {
  const cause = rootCause(error);
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new Failure('ServerUnreachable', `Slipway at ${base} did not answer within ${ANSWER_TIMEOUT_MS / 1000} s; look at its log, or restart it`);
  }
  if (cause instanceof Error && 'code' in cause && UNTRUSTED_CODES.includes(cause.code)) {
    return new Failure('ServerUntrusted', `the certificate of ${base} is not one that this machine trusts; on the machine of the server use http://, from another one a tunnel: ssh -L 8080:localhost:8080 HOST`);
  }
  return new Failure('ServerUnreachable', `no Slipway answers at ${base}; start one with "slipway up", or name another with --server URL`, { cause });
}

function withTimeout(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

/** fetch wraps the reason ("connect ECONNREFUSED …") in a TypeError that says nothing. */
function rootCause(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message !== '' ? cause : error;
}

/** The refusals of all APIs: KFP `{error, message}`, its uploads `{error_message}`, Kubernetes `Status`. */
async function refusal(response: Response, path: string): Promise<Failure> {
  const text = await response.text().catch((error: unknown) => describeError(error));
  let message = text.trim().split('\n')[0] ?? '';
  try {
    const body: unknown = JSON.parse(text);
    const said = isJsonObject(body) ? (body['error_message'] ?? body['message'] ?? body['error']) : undefined;
    if (typeof said === 'string') message = said;
  } catch {
    // Not JSON: the first line of the text has to do.
  }
  const reason = response.status === 404 ? 'NotFound' : 'Refused';
  return new Failure(reason, message === '' ? `Slipway answered ${response.status} to ${path}` : message, { fields: { status: response.status } });
}

async function readObject(response: Response, path: string): Promise<JsonObject> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isJsonObject(body)) return body;
  throw new Failure('NoSlipway', `${response.url.slice(0, -path.length)} answers, but not as Slipway does; name the right address with --server URL`);
}

async function* emptyText(): AsyncIterable<string> {}
