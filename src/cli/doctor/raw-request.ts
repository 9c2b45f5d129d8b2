// HTTP over a bare socket: what a well-behaved client would refuse to send, or repair on the way.
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface RawRequest {
  readonly method?: string;
  /** As it stands in the request line. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isTls?: boolean;
}

export interface RawAnswer {
  /** 0: the connection was closed without an answer. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

const ANSWER_TIME_MS_MAX = 10_000;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** Rejects when nobody listens there. A server that says nothing for a while counts as one that closed the connection. */
export function sendRaw(host: string, port: number, request: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const send = () => void socket.write(bytesOf(host, port, request));
    // Whether it is the right server is not in question: what it refuses is.
    const socket: Socket = request.isTls === true ? connectTls({ host, port, rejectUnauthorized: false }, send) : connectPlain({ host, port }, send);
    const chunks: Buffer[] = [];
    let [sizeBytes, isConnected] = [0, false];
    socket.setTimeout(ANSWER_TIME_MS_MAX, () => socket.destroy());
    socket.once('connect', () => (isConnected = true));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes > ANSWER_BYTES_MAX || isWhole(Buffer.concat(chunks))) socket.destroy();
    });
    socket.on('error', (error) => isConnected || reject(error));
    socket.on('close', () => resolve(parseAnswer(Buffer.concat(chunks).toString('utf8'))));
  });
}

function bytesOf(host: string, port: number, { method = 'GET', path, headers = {}, body = '' }: RawRequest): string {
  const all = { Host: `${isIP(host) === 6 ? `[${host}]` : host}:${port}`, Connection: 'close', ...(body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)), 'Content-Type': 'application/json' }), ...headers };
  return [`${method} ${path} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n');
}

/** By its length; answers without one end with the connection. */
function isWhole(bytes: Buffer): boolean {
  const end = bytes.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(bytes.toString('latin1', 0, end + 2))?.[1];
  return end >= 0 && length !== undefined && bytes.length >= end + 4 + Number(length);
}

function parseAnswer(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1] ?? 0), headers, text: rest.join('\r\n\r\n') };
}
