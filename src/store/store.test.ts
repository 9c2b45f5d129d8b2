import { test } from 'node:test';
import assert from 'node:assert/strict';
import { temporaryStore, thing } from './testing/temporary-store.ts';
import type { StoreEvent } from './types.ts';
import type { StoreWatch } from './store-watch.ts';

async function takeEvents(watch: StoreWatch, count: number): Promise<StoreEvent[]> {
  const events: StoreEvent[] = [];
  while (events.length < count) {
    const batch = await watch.next();
    assert.equal(batch.kind, 'events');
    if (batch.kind === 'events') events.push(...batch.events);
  }
  return events;
}

test('a write is visible when it is answered, frozen, and carries its revision', async (t) => {
  const { store } = temporaryStore(t);
  const made = await store.write((writer) => writer.put('things/a', thing('a', 1)));
  assert.equal(made.object.metadata.resourceVersion, '1');
  assert.equal(store.get('things/a'), made);
  assert.ok(Object.isFrozen(made.object.spec));
  assert.deepEqual(JSON.parse(made.text), made.object);
  assert.equal(store.revision, 1);
});

test('writes of one turn see each other and get consecutive revisions', async (t) => {
  const { store } = temporaryStore(t);
  const increment = () =>
    store.write((writer) => {
      const current = (writer.get('things/a')?.object.spec?.['value'] as number | undefined) ?? 0;
      return writer.put('things/a', thing('a', current + 1)).revision;
    });
  assert.deepEqual(await Promise.all([increment(), increment(), increment()]), [1, 2, 3]);
  assert.deepEqual(store.get('things/a')?.object.spec, { value: 3 });
});

test('a write that throws leaves nothing, and its neighbours stay', async (t) => {
  const { store } = temporaryStore(t);
  const outcomes = await Promise.allSettled([
    store.write((writer) => writer.put('things/a', thing('a', 1))),
    store.write((writer) => {
      writer.put('things/b', thing('b', 1));
      throw new Error('no');
    }),
    store.write((writer) => writer.put('things/c', thing('c', writer.get('things/b') === undefined ? 1 : 2))),
  ]);
  assert.deepEqual(outcomes.map((outcome) => outcome.status), ['fulfilled', 'rejected', 'fulfilled']);
  assert.equal(store.revision, 2);
  assert.equal(store.get('things/b'), undefined);
  assert.deepEqual(store.get('things/c')?.object.spec, { value: 1 });
});

test('a group that the disk refuses leaves nothing, and its revisions are given out again', async (t) => {
  const { store } = temporaryStore(t);
  await store.write((writer) => writer.put('things/a', thing('a', 1)));
  const outcomes = await Promise.allSettled([
    store.write((writer) => writer.put('things/a', thing('a', 2))),
    store.write(() => {
      throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
    }),
  ]);
  assert.deepEqual(outcomes.map((outcome) => outcome.status), ['rejected', 'rejected']);
  assert.equal(store.revision, 1);
  const after = await store.write((writer) => {
    assert.deepEqual(writer.get('things/a')?.object.spec, { value: 1 });
    return writer.put('things/b', thing('b', 1));
  });
  assert.equal(after.revision, 2);
});

test('a deletion is an event with a revision of its own and the last state', async (t) => {
  const { store } = temporaryStore(t);
  await store.write((writer) => writer.put('things/a', thing('a', 1)));
  const watch = store.watch('things/', 1)!;
  await store.write((writer) => writer.remove('things/a', thing('a', 9)));
  const [event] = await takeEvents(watch, 1);
  assert.equal(event!.change, 'delete');
  assert.equal(event!.entry.object.metadata.resourceVersion, '2');
  assert.deepEqual(event!.entry.object.spec, { value: 9 });
  assert.deepEqual(event!.previous?.object.spec, { value: 1 });
  assert.equal(store.get('things/a'), undefined);
});

test('lists are sorted and respect the prefix', async (t) => {
  const { store } = temporaryStore(t);
  await store.write((writer) => {
    for (const key of ['things/b/x', 'things/a/z', 'things/ab/x', 'things/a/y', 'others/a/x']) writer.put(key, thing(key, 1));
  });
  assert.deepEqual(store.list('things/').map((entry) => entry.key), ['things/a/y', 'things/a/z', 'things/ab/x', 'things/b/x']);
  assert.deepEqual(store.list('things/a/').map((entry) => entry.key), ['things/a/y', 'things/a/z']);
  assert.deepEqual(store.list('nothing/'), []);
});

test('a watch of other keys does not lag behind a busy log', async (t) => {
  const { store } = temporaryStore(t);
  const watch = store.watch('quiet/', 0)!;
  const next = watch.next();
  for (let round = 0; round < 5; round++) await store.write((writer) => writer.put('busy/a', thing('a', round)));
  await store.compact(store.revision);
  await store.write((writer) => writer.put('quiet/a', thing('a', 1)));
  const batch = await next;
  assert.equal(batch.kind, 'events');
});

test('a watch that lags behind compaction expires, and a new one from there is refused', async (t) => {
  const { store, database } = temporaryStore(t);
  const watch = store.watch('things/', 0)!;
  const rounds = 5000; // more than the memory of recent events
  await store.write((writer) => {
    for (let round = 0; round < rounds; round++) writer.put('things/a', thing('a', round));
  });
  await store.compact(store.revision - 10);
  assert.equal((await watch.next()).kind, 'expired');
  assert.equal(store.watch('things/', 100), undefined);
  const tail = await takeEvents(store.watch('things/', rounds - 10)!, 10);
  assert.equal(tail[0]!.revision, rounds - 9);
  assert.deepEqual(tail[0]!.previous?.object.spec, { value: rounds - 11 });
  assert.equal(database.get<{ n: number }>('SELECT count(*) AS n FROM log')!.n, 11);
});

test('a watch further back than memory reads the log table and goes on with live events', async (t) => {
  const { store } = temporaryStore(t);
  const rounds = 5000;
  await store.write((writer) => {
    for (let round = 0; round < rounds; round++) writer.put(`things/${round % 7}`, thing('a', round));
  });
  const watch = store.watch('things/3', 0)!;
  const events = await takeEvents(watch, Math.ceil((rounds - 3) / 7));
  assert.ok(events.every((event) => event.entry.key === 'things/3'));
  await store.write((writer) => writer.put('things/3', thing('a', -1)));
  assert.deepEqual((await takeEvents(watch, 1))[0]!.entry.object.spec, { value: -1 });
});

test('wake and close end a wait', async (t) => {
  const { store } = temporaryStore(t);
  const watch = store.watch('things/', 0)!;
  const first = watch.next();
  watch.wake();
  assert.equal((await first).kind, 'woken');
  const second = watch.next();
  watch.close();
  assert.equal((await second).kind, 'closed');
  assert.equal((await watch.next()).kind, 'closed');
});
