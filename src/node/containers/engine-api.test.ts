import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Failure } from '../../base/mod.ts';
import { createEngineApi } from './engine-api.ts';

test('an engine says in several ways that a container does not run, and in others that it failed', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-engine-'));
  t.after(() => rmSync(directory, { recursive: true }));
  let answer: readonly [status: number, sentence: string] = [0, ''];
  const server = createServer((_request, response) => response.writeHead(answer[0]).end(JSON.stringify({ message: answer[1] })));
  const socket = join(directory, 'engine.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.after(() => server.close());
  const api = createEngineApi(socket);
  for (const [status, sentence, reason] of [
    [409, 'is not running', 'EngineConflict'],
    [500, 'can only kill running containers. 4ce3 is in state exited: container state improper', 'EngineConflict'],
    [404, 'no such container', 'NotFound'],
    [500, 'no space left on device', 'EngineRefused'],
  ] as const) {
    answer = [status, sentence];
    await assert.rejects(api.call('POST', '/containers/x/kill'), (error) => error instanceof Failure && error.reason === reason && error.message.includes(sentence));
  }
});

test('an answer may be a plain text', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-engine-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const server = createServer((_request, response) => response.writeHead(201, { 'content-type': 'text/plain; charset=us-ascii' }).end('4f3a'));
  const socket = join(directory, 'engine.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.after(() => server.close());
  assert.equal(await createEngineApi(socket).call('POST', '/containers/x/update', { body: {} }), '4f3a');
});
