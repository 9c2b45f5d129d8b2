// An engine that listens and does not answer is no absent one.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createEngineApi } from './engine-api.ts';
import { askEngine } from './engine.ts';

test('one that is too busy to answer is waited for; where nobody listens there is none', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-busy-'));
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(join(directory, 'busy.sock'));
  await once(server, 'listening');
  t.after(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await rm(directory, { recursive: true });
  });
  await assert.rejects(askEngine(createEngineApi(join(directory, 'busy.sock')), 100), { reason: 'EngineUnavailable' });
  assert.equal(await askEngine(createEngineApi(join(directory, 'nobody.sock')), 5_000), undefined);
});
