// Frames that no client of ours sends: the connection ends, nothing throws, nothing grows.
import assert from 'node:assert/strict';
import { duplexPair, type Duplex } from 'node:stream';
import { test } from 'node:test';
import { constants, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { until } from '../../base/mod.ts';
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts';
import { SPDY_DICTIONARY } from './spdy-dictionary.ts';

const HEADER_COUNT_BYTES = 4;

function open(): { client: Duplex; connection: SpdyConnection; streams: SpdyStream[] } {
  const [client, server] = duplexPair();
  const streams: SpdyStream[] = [];
  client.on('error', () => undefined).resume();
  return { client, streams, connection: new SpdyConnection(server, (stream) => void streams.push(stream)) };
}

function synStream(id: number, headers: Buffer): Buffer {
  const block = deflateSync(headers, { dictionary: SPDY_DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH });
  const head = Buffer.alloc(18);
  head.writeUInt32BE(0x80_03_00_01, 0);
  head.writeUInt32BE(10 + block.length, 4);
  head.writeUInt32BE(id, 8);
  return Buffer.concat([head, block]);
}

function data(id: number, content: string, flags = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(id, 0);
  head.writeUInt32BE((flags << 24) | content.length, 4);
  return Buffer.concat([head, Buffer.from(content)]);
}

test('a stream byte by byte: headers, data, end; a ping comes back as it was', async () => {
  const { client, streams, connection } = open();
  const received: Buffer[] = [];
  client.on('data', (chunk: Buffer) => received.push(chunk));
  const headers = Buffer.concat([Buffer.from('\0\0\0\u0001\0\0\0\u0004port\0\0\0\u000280')]);
  const ping = Buffer.from('8003000600000004000000ff', 'hex');
  for (const byte of Buffer.concat([synStream(1, headers), ping, data(1, 'hello'), data(1, '', 1)])) client.write(Buffer.of(byte));
  await until('the ping', () => Buffer.concat(received).includes(ping), { timeoutMs: 5_000 });
  client.end();
  await connection.closed;
  assert.deepEqual({ ...streams[0]?.headers }, { port: '80' });
});

const HOSTILE: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n'.padEnd(64))],
  ['another version', Buffer.from('8002000100000000', 'hex')],
  ['a frame of 16 MiB', Buffer.from('0000000100ffffff', 'hex')],
  ['a control frame of 1 MiB', Buffer.from('8003000100100000', 'hex')],
  ['a header block that is no zlib', Buffer.concat([Buffer.from('800300010000000e00000001000000000000', 'hex'), Buffer.from('zzzz')])],
  ['more headers than bytes', synStream(1, Buffer.from('000000ff', 'hex'))],
  ['a header longer than its block', synStream(1, Buffer.from('00000001ffffffff', 'hex'))],
  ['headers that swell to 8 MiB', synStream(1, Buffer.alloc(8 * 1024 * 1024))],
  ['an even stream id', synStream(2, Buffer.alloc(HEADER_COUNT_BYTES))],
  ['a SYN_STREAM without a body', Buffer.from('8003000100000000', 'hex')],
];

for (const [what, bytes] of HOSTILE) {
  test(`${what} ends the connection`, { timeout: 5_000 }, async () => {
    const { client, connection, streams } = open();
    client.write(bytes);
    await connection.closed;
    assert.equal(streams.length, 0);
  });
}

test('whatever bytes come, the connection ends with its client', { timeout: 20_000 }, async () => {
  const frames = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(synStream(1, Buffer.alloc(4)), data(1, 'x'), data(9, 'y'), Buffer.from('80030003000000080000000100000005', 'hex'))));
  await fc.assert(
    fc.asyncProperty(frames, async (sent) => {
      const { client, connection, streams } = open();
      for (const bytes of sent) client.write(bytes);
      client.end();
      for (const stream of streams) stream.resume();
      await connection.closed;
    }),
    { numRuns: 200 },
  );
});
