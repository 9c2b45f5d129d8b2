import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock, type Clock } from '../../base/mod.ts';
import type { RecordChange } from '../../records/mod.ts';
import { collectChanges } from './change-collector.ts';

/** A change feed and a clock that the test drives. */
function start(signal = new AbortController().signal) {
  const listeners = new Set<(changes: readonly RecordChange[]) => void>();
  const publish = (changes: readonly RecordChange[]) => listeners.forEach((listener) => listener(changes));
  let tick = () => {};
  const records = {
    onChange: (listener: (changes: readonly RecordChange[]) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const clock: Clock = {
    ...systemClock,
    schedule: (_delayMs, callback) => {
      tick = callback;
      return () => {};
    },
  };
  const collector = collectChanges({ records, clock }, ({ table }) => table === 'runs', signal);
  const change = (id: string, table: RecordChange['table'] = 'runs'): RecordChange => ({ table, id, namespace: '', kind: 'upsert' });
  return {
    collector,
    change: (...ids: string[]) => publish(ids.map((id) => change(id))),
    changeOther: () => publish([change('x', 'tasks')]),
    tick: () => tick(),
    listenerCount: () => listeners.size,
  };
}

test('changes of one row become one, unwanted ones are left out', async () => {
  const { collector, change, changeOther } = start();
  change('a', 'b', 'a');
  changeOther();
  const collected = await collector.next(1);
  assert.deepEqual(collected.kind === 'changes' && collected.changes.map(({ id }) => id), ['b', 'a']);
  const later = collector.next(1);
  change('c');
  assert.equal((await later).kind, 'changes');
});

test('a reader that is too slow is told to start over, and then goes on', async () => {
  const { collector, change } = start();
  for (let i = 0; i <= 20_000; i++) change(`run-${i}`);
  assert.deepEqual(await collector.next(1), { kind: 'overflow' });
  change('a');
  assert.equal((await collector.next(1)).kind, 'changes');
});

test('silence, an abort, and the end of listening', async () => {
  const abort = new AbortController();
  const { collector, tick, listenerCount } = start(abort.signal);
  const quiet = collector.next(1);
  tick();
  assert.deepEqual(await quiet, { kind: 'quiet' });
  const ended = collector.next(1);
  abort.abort();
  assert.deepEqual(await ended, { kind: 'ended' });
  assert.equal(listenerCount(), 1);
  collector.close();
  collector.close();
  assert.equal(listenerCount(), 0);
});
