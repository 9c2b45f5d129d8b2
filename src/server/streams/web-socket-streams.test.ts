import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { WebSocket } from 'ws';
import { webSocketStreams } from './web-socket-streams.ts';

/** Takes messages, and keeps nothing of what is sent. */
function fakeSocket(): WebSocket & EventEmitter {
  const nothing = () => undefined;
  return Object.assign(new EventEmitter(), { resume: nothing, pause: nothing, send: nothing, close: nothing }) as unknown as WebSocket & EventEmitter;
}

test('input after its end harms nobody, whether the command takes input or not', async () => {
  for (const hasStdin of [true, false]) {
    const socket = fakeSocket();
    const { stdin } = webSocketStreams(socket, { hasStdin });
    assert.equal(stdin !== undefined, hasStdin);
    for (const message of [Buffer.from('\0typed'), Buffer.of(255, 0), Buffer.from('\0late'), Buffer.of(255, 0)]) socket.emit('message', message);
    await new Promise(setImmediate);
  }
});
