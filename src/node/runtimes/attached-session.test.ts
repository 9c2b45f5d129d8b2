import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttachedStreams } from '../supervisor/protocol.ts';
import { attachedSession } from './attached-session.ts';

/** A container that never ends. */
function streams(): AttachedStreams & { isClosed: boolean } {
  return {
    isClosed: false,
    onOutput: () => undefined,
    ended: new Promise(() => undefined),
    write: async () => true,
    endInput: async () => undefined,
    resize: async () => undefined,
    close() {
      this.isClosed = true;
    },
  };
}

test('whoever reads slower than the container prints is let go: the session ends', { timeout: 10_000 }, async () => {
  const attached = streams();
  const session = attachedSession(attached, { hasStdin: false, endsInput: false });
  for (let count = 0; count < 18; count++) attached.onOutput('stdout', Buffer.alloc(1024 * 1024));
  assert.deepEqual(await session.ended, { kind: 'exited', code: 0 });
  assert.equal(attached.isClosed, true);
  session.stdout.resume();
  await new Promise((resolve) => session.stdout.once('end', resolve));
});
