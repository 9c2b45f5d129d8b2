// Connections that say nothing, too little, too slowly or something else than HTTP: each is closed in time, what it began
// leaves nothing behind, and others are served meanwhile.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { until } from '../../src/base/mod.ts';
import { Installation } from '../../sim/installation.ts';
import { form, FORM_TYPE } from './support/archives.ts';
import { soundPipeline } from './support/hostile-pipelines.ts';
import { shellPipeline } from './support/shell-pipeline.ts';
import { differences, stateOf } from './support/state-of.ts';

/** Time in which the server must have given up on a client that does not go on. */
const PATIENCE_MS = 25_000;
/** Much less than the server's patience with the others, much more than a busy machine needs. */
const SERVED_MS_MAX = 5_000;
const DRIP_MS = 200;
const SLOW_SOCKET_COUNT = 200;

const installation = new Installation();
let stateBefore: readonly string[] = [];
let port = 0;

before(async () => {
  await installation.start();
  port = Number(new URL(installation.url).port);
  stateBefore = await stateOf(installation);
});

after(() => installation.remove());

interface Client {
  readonly socket: Socket;
  readonly received: () => string;
  readonly closed: Promise<void>;
}

function open(first: string | Uint8Array): Client {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  socket.on('error', () => undefined); // a reset is an end, too
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  if (first.length > 0) socket.write(first);
  return { socket, received: () => received, closed };
}

async function isClosedInTime(client: Client): Promise<void> {
  let isClosed = false;
  void client.closed.then(() => (isClosed = true));
  await until('the server to close the connection', () => isClosed, { timeoutMs: PATIENCE_MS });
}

/** Sends one more byte again and again, so that the connection is never idle. */
function drip(client: Client, text: string): void {
  const timer = setInterval(() => client.socket.write(text), DRIP_MS);
  void client.closed.then(() => clearInterval(timer));
}

async function assertServed(): Promise<void> {
  const startedAtMs = performance.now();
  assert.equal((await fetch(`${installation.url}/apis/v2beta1/healthz`)).status, 200);
  assert.ok(performance.now() - startedAtMs < SERVED_MS_MAX, 'others have to wait');
}

const TLS_HELLO_START = Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3);

/** All at once: each has the same time. */
test('clients that do not go on are let go', { concurrency: true }, async (t) => {
  const silent = (name: string, first: string | Uint8Array, dripped?: string) =>
    t.test(name, async () => {
      const client = open(first);
      if (dripped !== undefined) drip(client, dripped);
      await isClosedInTime(client);
    });
  await Promise.all([
    silent('a socket that says nothing', ''),
    silent('half a request line', 'GET /healthz HT'),
    silent('half the headers', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n'),
    silent('a header a byte at a time', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ', 'x'),
    silent('the start of a TLS handshake', TLS_HELLO_START),
    t.test(`${SLOW_SOCKET_COUNT} slow clients at once: others are served`, async () => {
      const clients = Array.from({ length: SLOW_SOCKET_COUNT }, () => open('POST /apis/v2beta1/runs HTTP/1.1\r\nHost: localhost\r\n'));
      await assertServed();
      for (const client of clients) drip(client, 'X: y\r\n');
      await assertServed();
      await Promise.all(clients.map(isClosedInTime));
    }),
  ]);
});

test('what is no HTTP gets one sentence and an end', async () => {
  for (const [bytes, says] of [
    ['SSH-2.0-OpenSSH_9.6\r\n', /no HTTP request/],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^HTTP\/1\.1 (400|505)/],
    [Uint8Array.from({ length: 300 }, (_, index) => (index * 7) % 256), /no HTTP request/],
    ['GET / HTTP/1.1\r\n\r\n', /Host|400 Bad Request/],
    [`POST /apis/v2beta1/runs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`, /HTTP\/1\.1 400/],
  ] as const) {
    const client = open(bytes);
    await until('an answer', () => client.received() !== '');
    assert.match(client.received(), says);
    client.socket.destroy();
  }
  await assertServed();
});

const HIDDEN = 'GET /apis/v2beta1/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
/** What follows the request line and Host: heads that two servers could read differently, so that one of them sees a second request. */
const DOUBTFUL: Readonly<Record<string, string>> = {
  'a length and chunks': `Content-Length: ${HIDDEN.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'chunks and a length': `Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'two lengths': `Content-Length: 0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  'a list of lengths': `Content-Length: 0, ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  'a length with a sign': `Content-Length: +0\r\n\r\n${HIDDEN}`,
  'a hexadecimal length': `Content-Length: 0x0\r\n\r\n${HIDDEN}`,
  'a negative length': `Content-Length: -1\r\n\r\n${HIDDEN}`,
  'chunks that are not the last encoding': `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'an encoding that is nearly one': `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a space before the colon': `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'an encoding on a folded line': `Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a line break that is none': `X-A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a NUL byte in a name': `Transfer-Encoding\0: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a chunk of a hexadecimal prefix': `Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n${HIDDEN}`,
  'a chunk of a sign': `Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n${HIDDEN}`,
  'a chunk longer than any': `Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n${HIDDEN}`,
  'a chunk size that ends with half a line break': `Transfer-Encoding: chunked\r\n\r\n0\n\r\n${HIDDEN}`,
};

for (const [name, rest] of Object.entries(DOUBTFUL)) {
  test(`no request hides in another: ${name}`, async () => {
    const client = open(Buffer.from(`POST /apis/v2beta1/experiments HTTP/1.1\r\nHost: localhost\r\n${rest}`, 'latin1'));
    await isClosedInTime(client);
    const statuses = client.received().match(/HTTP\/1\.1 \d{3}/g);
    assert.deepEqual(statuses, ['HTTP/1.1 400'], client.received());
  });
}

test('a body that ends in the middle leaves nothing', async () => {
  const body = form('p.yaml', JSON.stringify(soundPipeline()));
  const [[name, value]] = Object.entries(FORM_TYPE) as [[string, string]];
  const head = (path: string, more: string) => `POST /apis/v2beta1/${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n\r\n`;
  const upload = Buffer.concat([Buffer.from(head('pipelines/upload?name=half', `${name}: ${value}\r\nContent-Length: ${body.length}`)), body.subarray(0, -20)]);
  for (const first of [upload, Buffer.from(`${head('experiments', 'Content-Type: application/json\r\nContent-Length: 100')}{"display_name": "half"}`)]) {
    const client = open(first);
    await assertServed();
    client.socket.destroy();
    await client.closed;
  }
  await assertServed();
  assert.deepEqual(differences(stateBefore, await stateOf(installation)), []);
});

test('readers of streams that go away, or do not read, are forgotten', async () => {
  const { run_id: runId } = await installation.submit('spoken', shellPipeline('spoken', [{ name: 'talk', script: 'yes | head -c 3000000; sleep 1' }]));
  const streams = [`runs/${runId}/events`, 'runs:events', 'pipelines:events'].map((path) => `GET /apis/v2beta1/${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const watches = ['pods?watch=true', 'events?watch=true&allowWatchBookmarks=true'].map((path) => `GET /api/v1/${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const deaf = [...streams, ...watches].flatMap((request) => Array.from({ length: 20 }, () => open(request)));
  for (const { socket } of deaf) socket.pause();
  const [task] = await until('the step to have a log', async () => {
    const tasks = (await installation.tasks(runId)).filter(({ name }) => name === 'talk');
    return tasks.length > 0 ? tasks : undefined;
  });
  const log = open(`GET /apis/v2beta1/runs/${runId}/tasks/${task!.task_id}/log?follow=true HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  log.socket.pause();
  assert.equal((await installation.waitForRun(runId)).state, 'SUCCEEDED');
  await assertServed();
  for (const { socket } of [...deaf, log]) socket.destroy();
  await assertServed();
  assert.doesNotMatch(installation.output, /"level":[56]0|request failed/);
});
