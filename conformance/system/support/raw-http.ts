// HTTP over a bare socket: sends what a well-behaved client refuses to send, byte for byte.
import { connect } from 'node:net';

export interface RawRequest {
  readonly method: string;
  /** As it stands in the request line; nothing is encoded or normalised. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const ANSWER_TIME_MS_MAX = 30_000;

/** Rejects when there is no answer in time, or none that is HTTP. */
export function rawRequest(port: number, { method, path, headers = {}, body = '' }: RawRequest): Promise<RawResponse> {
  const bytes = Buffer.from(body);
  const all = { Host: `localhost:${port}`, 'Content-Length': String(bytes.length), ...headers };
  const head = [`${method} ${path} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return exchange(port, Buffer.concat([Buffer.from(head, 'latin1'), bytes]));
}

/** Sends the bytes and reads one answer; the connection is not used again. */
export function exchange(port: number, bytes: Uint8Array): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    const finish = (failure: Error) => {
      const response = parseResponse(Buffer.concat(chunks), true);
      if (response !== undefined) resolve(response);
      else reject(failure);
      socket.destroy();
    };
    socket.setTimeout(ANSWER_TIME_MS_MAX, () => finish(new Error(`no answer within ${ANSWER_TIME_MS_MAX} ms`)));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const response = parseResponse(Buffer.concat(chunks), false);
      if (response === undefined) return;
      resolve(response);
      socket.destroy();
    });
    socket.on('error', finish);
    socket.on('close', () => finish(new Error('the server closed the connection without an answer')));
    socket.write(bytes);
  });
}

/** Undefined while the answer is not complete. */
function parseResponse(bytes: Buffer, isClosed: boolean): RawResponse | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1];
  if (status === undefined) return undefined;
  const headers: Record<string, string> = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = bytes.subarray(end + 4);
  const length = headers['content-length'];
  const isWhole = length === undefined ? body.toString('latin1').endsWith('0\r\n\r\n') : body.length >= Number(length);
  return isWhole || isClosed ? { status: Number(status), headers, text: body.toString('utf8') } : undefined;
}
