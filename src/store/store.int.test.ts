import { test } from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Clock } from '../base/mod.ts';
import { openTemporaryStore, temporaryDirectory, temporaryStore, thing } from './testing/temporary-store.ts';
import { HISTORY_AGE_MS_MIN, HISTORY_EVENT_COUNT_MIN } from './compaction.ts';
import type { Store } from './store.ts';

type Step =
  | { readonly kind: 'put'; readonly key: number; readonly value: number }
  | { readonly kind: 'remove'; readonly key: number }
  | { readonly kind: 'throw'; readonly key: number }
  | { readonly kind: 'turn' }
  | { readonly kind: 'compact'; readonly keep: number }
  | { readonly kind: 'reopen' };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('put' as const), key: fc.nat(5), value: fc.nat(99) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), key: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('throw' as const), key: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'turn' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const), keep: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
);

type State = Record<string, number>;

function stateOf(entries: readonly { key: string; object: { spec?: { readonly [key: string]: unknown } } }[]): State {
  return Object.fromEntries(entries.map((entry) => [entry.key, entry.object.spec?.['value'] as number]));
}

/** Watches from a revision to the newest one and applies the events to the state that the model had there. */
async function replay(store: Store, from: State, revision: number): Promise<State> {
  const state = { ...from };
  const watch = store.watch('things/', revision)!;
  while (watch.revision < store.revision) {
    const batch = await watch.next();
    assert.equal(batch.kind, 'events');
    for (const { change, entry, previous } of batch.kind === 'events' ? batch.events : []) {
      assert.equal(previous?.object.spec?.['value'], state[entry.key], 'the previous state is what the change replaced');
      assert.equal(change === 'create', previous === undefined);
      if (change === 'delete') delete state[entry.key];
      else state[entry.key] = entry.object.spec?.['value'] as number;
    }
  }
  watch.close();
  return state;
}

test('random writes, groups, failures, compactions and restarts agree with a model', async () => {
  const directory = temporaryDirectory();
  let run = 0;
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { maxLength: 60 }), async (steps) => {
        const path = join(directory.path, `${run++}.db`);
        let opened = openTemporaryStore({ path });
        const model: State = {};
        /** The model at each revision, by revision. */
        const history: State[] = [{}];
        let pending: Promise<unknown>[] = [];
        for (const step of steps) {
          const key = 'key' in step ? `things/${step.key}` : '';
          if (step.kind === 'put') {
            pending.push(opened.store.write((writer) => writer.put(key, thing(key, step.value))));
            model[key] = step.value;
            history.push({ ...model });
          } else if (step.kind === 'remove') {
            if (model[key] === undefined) continue;
            pending.push(opened.store.write((writer) => writer.remove(key, writer.get(key)!.object)));
            delete model[key];
            history.push({ ...model });
          } else if (step.kind === 'throw') {
            const refused = opened.store.write((writer) => {
              writer.put(key, thing(key, -1));
              throw new Error('refused');
            });
            pending.push(assert.rejects(refused, /refused/));
          } else {
            await Promise.all(pending);
            pending = [];
            if (step.kind === 'compact') await opened.store.compact(opened.store.revision - step.keep);
            if (step.kind === 'reopen') {
              await opened.close();
              opened = openTemporaryStore({ path });
            }
          }
        }
        await Promise.all(pending);
        const { store } = opened;
        assert.equal(store.revision, history.length - 1);
        assert.deepEqual(stateOf(store.list('things/')), model);
        for (let revision = store.compactedRevision; revision <= store.revision; revision++) {
          assert.deepEqual(await replay(store, history[revision]!, revision), model);
          const snapshot = store.listAt('things/', revision);
          if (snapshot !== undefined) assert.deepEqual(stateOf(snapshot), history[revision]);
        }
        await opened.close();
      }),
      { numRuns: 40 },
    );
  } finally {
    directory.remove();
  }
});

test('revisions go on after a restart, also when the newest change was a compacted deletion', async () => {
  const directory = temporaryDirectory();
  const path = join(directory.path, 'objects.db');
  const first = openTemporaryStore({ path });
  await first.store.write((writer) => writer.put('things/a', thing('a', 1)));
  await first.store.write((writer) => writer.remove('things/a', writer.get('things/a')!.object));
  await first.store.compact(2);
  await first.close();
  const second = openTemporaryStore({ path });
  assert.equal(second.store.revision, 2);
  assert.equal(second.store.compactedRevision, 2);
  assert.equal((await second.store.write((writer) => writer.put('things/b', thing('b', 1)))).revision, 3);
  await second.close();
  directory.remove();
});

test('the compaction loop keeps five minutes and ten thousand events', async (t) => {
  let nowMs = 0;
  let fire: (() => void) | undefined;
  const clock: Clock = {
    now: () => nowMs,
    steadyMs: () => nowMs,
    schedule: (_delayMs, callback) => {
      fire = callback;
      return () => (fire = undefined);
    },
    sleep: () => Promise.resolve(),
  };
  const { store } = temporaryStore(t, { clock });
  const round = async () => {
    const callback = fire!;
    fire = undefined;
    nowMs += 60_000;
    callback();
    while (fire === undefined) await new Promise(setImmediate);
  };
  await store.write((writer) => {
    for (let count = 0; count < HISTORY_EVENT_COUNT_MIN + 100; count++) writer.put('things/a', thing('a', count));
  });
  for (let elapsedMs = 0; elapsedMs < HISTORY_AGE_MS_MIN; elapsedMs += 60_000) await round();
  assert.equal(store.compactedRevision, 0, 'younger than five minutes');
  await round();
  assert.equal(store.compactedRevision, 100);
  await round();
  assert.equal(store.compactedRevision, 100, 'ten thousand events stay');
});
