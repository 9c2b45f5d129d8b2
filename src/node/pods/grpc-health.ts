// One call of the gRPC health check (grpc.health.v1.Health/Check) over HTTP/2 without TLS, as the kubelet's probes make it.
import { connect, constants } from 'node:http2';
import type { Socket } from 'node:net';
import { Failure } from '../../base/mod.ts';

const PATH = '/grpc.health.v1.Health/Check';
/** Before a message: whether it is compressed (no), and its length in 32 bits. */
const FRAME_HEAD_BYTES = 5;
const ANSWER_BYTES_MAX = 1024;
/** HealthCheckResponse with field 1, the status, of value SERVING. */
const SERVING = Buffer.of(0x08, 0x01);

/**
 * Over a new connection, which is closed afterwards; a service of '' is the server as a whole. Resolves when it is serving. Throws
 * Failure `ProbeFailed`, or what the connection failed with.
 */
export function checkHealth(connection: Socket, service: string, signal: AbortSignal): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const session = connect('http://localhost', { createConnection: () => connection });
    const end = (failure?: Error) => {
      signal.removeEventListener('abort', onAbort);
      session.destroy();
      connection.destroy();
      if (failure === undefined) resolve();
      else reject(failure);
    };
    const onAbort = () => end(new Failure('ProbeFailed', 'the call was given up'));
    signal.addEventListener('abort', onAbort, { once: true });
    session.on('error', end);
    const { HTTP2_HEADER_METHOD, HTTP2_HEADER_PATH } = constants;
    const call = session.request({ [HTTP2_HEADER_METHOD]: 'POST', [HTTP2_HEADER_PATH]: PATH, 'content-type': 'application/grpc', te: 'trailers' });
    let answer = Buffer.alloc(0);
    let status: unknown;
    const readStatus = (headers: Readonly<Record<string, unknown>>) => (status = headers['grpc-status'] ?? status);
    call.on('response', readStatus).on('trailers', readStatus).on('error', end);
    call.on('data', (chunk: Buffer) => (answer = Buffer.concat([answer, chunk]).subarray(0, ANSWER_BYTES_MAX)));
    call.on('end', () => end(problemOf(status, answer.subarray(FRAME_HEAD_BYTES))));
    call.end(request(service));
  });
}

function problemOf(status: unknown, message: Buffer): Failure | undefined {
  if (String(status) !== '0') return new Failure('ProbeFailed', `the health check ended with gRPC status ${String(status)}`);
  return message.equals(SERVING) ? undefined : new Failure('ProbeFailed', 'the service is not serving');
}

/** HealthCheckRequest: the service is its field 1. */
function request(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.of(0x0a), varint(name.length), name]);
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Seven bits in each byte, the lowest first; the eighth says that more follow. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.of(...bytes, rest);
}
