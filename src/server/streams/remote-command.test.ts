import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import type { ContainerSession, JsonObject } from '../../base/mod.ts';
import { carryCommand, type WantedOutputs } from './remote-command.ts';

/** More than any buffer on the way takes. */
const FLOOD = 'x'.repeat(1_000_000);

async function carried(wanted: WantedOutputs): Promise<{ readonly stdout: string; readonly stderr: string; readonly status: JsonObject }> {
  const session: ContainerSession = {
    stdin: new PassThrough(),
    stdout: Readable.from([Buffer.from('out')]),
    stderr: Readable.from([Buffer.from(FLOOD)]),
    ended: Promise.resolve({ kind: 'exited', code: 3 }),
    resize: () => undefined,
    close: () => undefined,
  };
  const heard = { stdout: '', stderr: '' };
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  // A client takes what it asked for, and nothing else.
  if (wanted.stdout) stdout.on('data', (chunk: Buffer) => (heard.stdout += chunk.toString()));
  if (wanted.stderr) stderr.on('data', (chunk: Buffer) => (heard.stderr += chunk.toString()));
  let last: JsonObject = {};
  await carryCommand(session, { stdout, stderr, onResize: () => undefined, finish: (status) => void (last = status), closed: new Promise(() => undefined) }, wanted);
  return { ...heard, status: last };
}

test('an output that the client did not ask for is dropped, and holds up nothing', { timeout: 10_000 }, async () => {
  const { stdout, stderr, status } = await carried({ stdout: true, stderr: false });
  assert.deepEqual([stdout, stderr], ['out', '']);
  assert.deepEqual(status['details'], { causes: [{ reason: 'ExitCode', message: '3' }] });
  assert.equal((await carried({ stdout: false, stderr: true })).stderr, FLOOD);
});
