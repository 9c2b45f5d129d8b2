import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../base/mod.ts';
import { createTerminal, type OutputStream } from './terminal.ts';

function terminalOf(stdout: OutputStream, signal = new AbortController().signal) {
  return createTerminal({ environment: {}, clock: systemClock, stdout, stderr: { write: () => true }, signal });
}

test('a window that says nothing, or 0, counts as one of 80 columns and 24 rows', () => {
  for (const size of [{}, { columns: 0, rows: 0 }]) {
    const terminal = terminalOf({ ...size, write: () => true });
    assert.deepEqual([terminal.columns(), terminal.rows()], [80, 24]);
  }
  assert.equal(terminalOf({ columns: 120, write: () => true }).columns(), 120);
});

test('what a reader has no room for is waited for, unless the command is interrupted', async () => {
  const steps: string[] = [];
  let takeAll = () => {};
  const stream: OutputStream = { writableLength: 5, write: (_text, done) => (takeAll = () => done?.()) };
  const written = terminalOf(stream).written().then(() => steps.push('written'));
  await new Promise(setImmediate);
  steps.push('taken');
  takeAll();
  await written;
  assert.deepEqual(steps, ['taken', 'written']);
  await terminalOf({ writableLength: 0, write: () => assert.fail('nothing is left to write') }).written();
  const interruption = new AbortController();
  const interrupted = terminalOf({ writableLength: 5, write: () => true }, interruption.signal).written();
  interruption.abort();
  await interrupted;
});
