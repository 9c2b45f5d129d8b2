import assert from 'node:assert/strict';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { dialDirectly } from '../network/dial.ts';
import { checkHealth } from './grpc-health.ts';

async function serve(t: TestContext, answer: (stream: ServerHttp2Stream, request: Buffer) => void): Promise<number> {
  const server = createServer();
  server.on('stream', (stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => answer(stream, Buffer.concat(chunks)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

function reply(stream: ServerHttp2Stream, status: string, message: readonly number[]): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
  stream.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
}

test('serving, not serving, a service that is not known, silence', { timeout: 10_000 }, async (t) => {
  const port = await serve(t, (stream, request) => {
    const service = request.subarray(7).toString();
    if (service === 'silent') return;
    reply(stream, service === 'unknown' ? '5' : '0', service === 'sick' ? [0x08, 0x02] : [0x08, 0x01]);
  });
  const check = async (service: string, signal = AbortSignal.timeout(5_000)) => checkHealth(await dialDirectly('127.0.0.1', port), service, signal);
  await check('');
  await check('well');
  await assert.rejects(check('sick'), /the service is not serving/);
  await assert.rejects(check('unknown'), /gRPC status 5/);
  await assert.rejects(check('silent', AbortSignal.timeout(100)), /given up/);
});

test('the name of a service may be of any length', async (t) => {
  const requests: Buffer[] = [];
  const port = await serve(t, (stream, request) => {
    requests.push(request);
    reply(stream, '0', [0x08, 0x01]);
  });
  for (const length of [127, 128, 300]) await checkHealth(await dialDirectly('127.0.0.1', port), 'x'.repeat(length), AbortSignal.timeout(5_000));
  assert.deepEqual(requests.map((request) => [...request.subarray(0, request.indexOf('x'))]), [
    [0, 0, 0, 0, 129, 0x0a, 127],
    [0, 0, 0, 0, 131, 0x0a, 0x80, 1],
    [0, 0, 0, 1, 47, 0x0a, 0xac, 2],
  ]);
});
