import { test, type TestContext } from 'node:test';
import assert from 'node:assert/strict';
import type { ObjectApi, WatchEvent, WatchOptions } from '../../base/mod.ts';
import { configMap, CONFIG_MAPS, ManualClock, must, testServer } from '../testing/test-server.ts';

const NAMESPACE = 'default';

/** Opens a watch and gives its events one by one. */
async function open(t: TestContext, objectApi: ObjectApi, options: WatchOptions = {}) {
  const abort = new AbortController();
  t.after(() => abort.abort());
  const events = must(await objectApi.watch(CONFIG_MAPS, NAMESPACE, { ...options, signal: abort.signal }))[Symbol.asyncIterator]();
  return {
    abort: () => abort.abort(),
    async next(): Promise<WatchEvent | undefined> {
      const { value, done } = await events.next();
      return done === true ? undefined : value;
    },
    async take(count: number): Promise<string[]> {
      const texts: string[] = [];
      while (texts.length < count) texts.push(describe((await this.next())!));
      return texts;
    },
  };
}

function describe(event: WatchEvent): string {
  if (event.type === 'BOOKMARK') return event.isInitialEventsEnd ? 'BOOKMARK end of initial events' : 'BOOKMARK';
  if (event.type === 'ERROR') return `ERROR ${event.status.code}`;
  return `${event.type} ${event.object.metadata.name}`;
}

function ref(name: string) {
  return { type: CONFIG_MAPS, namespace: NAMESPACE, name };
}

test('without a revision what exists is told first', async (t) => {
  const { objectApi } = testServer(t);
  await objectApi.create(CONFIG_MAPS, NAMESPACE, configMap('a'));
  for (const resourceVersion of [undefined, '0']) {
    const watch = await open(t, objectApi, resourceVersion === undefined ? {} : { resourceVersion });
    assert.deepEqual(await watch.take(1), ['ADDED a']);
  }
});

test('with a revision only later changes are told, in order, each with a higher revision', async (t) => {
  const { objectApi } = testServer(t);
  const created = must(await objectApi.create(CONFIG_MAPS, NAMESPACE, configMap('a')));
  const watch = await open(t, objectApi, { resourceVersion: created.metadata.resourceVersion! });
  await objectApi.patch(ref('a'), 'merge', { data: { x: '1' } });
  await objectApi.create(CONFIG_MAPS, 'elsewhere', configMap('z'));
  await objectApi.create(CONFIG_MAPS, NAMESPACE, configMap('b'));
  await objectApi.delete(ref('a'));
  const events: WatchEvent[] = [];
  for (let count = 0; count < 3; count++) events.push((await watch.next())!);
  assert.deepEqual(events.map(describe), ['MODIFIED a', 'ADDED b', 'DELETED a']);
  const revisions = events.map((event) => ('object' in event ? Number(event.object.metadata.resourceVersion) : 0));
  assert.deepEqual(revisions, revisions.toSorted((x, y) => x - y));
  const last = events[2]!;
  assert.ok('object' in last && last.object.kind === 'ConfigMap' && last.object.apiVersion === 'v1');
});

test('what leaves the selector is deleted, what enters it is added', async (t) => {
  const { objectApi, store } = testServer(t);
  await objectApi.create(CONFIG_MAPS, NAMESPACE, configMap('a', { v: '1' }, { labels: { on: 'yes' } }));
  await objectApi.create(CONFIG_MAPS, NAMESPACE, configMap('b'));
  const watch = await open(t, objectApi, { labelSelector: 'on=yes', resourceVersion: String(store.revision) });
  await objectApi.patch(ref('b'), 'merge', { data: { v: '0' } });
  await objectApi.patch(ref('a'), 'merge', { metadata: { labels: { on: 'no' } }, data: { v: '2' } });
  await objectApi.patch(ref('b'), 'merge', { metadata: { labels: { on: 'yes' } } });
  await objectApi.delete(ref('a'));
  await objectApi.delete(ref('b'));
  const left = (await watch.next())!;
  assert.equal(describe(left), 'DELETED a');
  assert.ok('object' in left);
  assert.deepEqual(left.object['data'], { v: '1' }, 'the state that the client saw last');
  assert.equal(left.object.metadata.resourceVersion, String(store.revision - 3), 'with the revision of the change');
  assert.deepEqual(await watch.take(2), ['ADDED b', 'DELETED b']);
});

test('WatchList: initial events, then the bookmark that ends them', async (t) => {
  const { objectApi } = testServer(t);
  await objectApi.create(CONFIG_MAPS, NAMESPACE, configMap('a'));
  await objectApi.create(CONFIG_MAPS, NAMESPACE, configMap('b'));
  const watch = await open(t, objectApi, { sendInitialEvents: true, allowBookmarks: true });
  await objectApi.create(CONFIG_MAPS, NAMESPACE, configMap('c'));
  assert.deepEqual(await watch.take(4), ['ADDED a', 'ADDED b', 'BOOKMARK end of initial events', 'ADDED c']);
  const silent = await open(t, objectApi, { sendInitialEvents: false });
  await objectApi.create(CONFIG_MAPS, NAMESPACE, configMap('d'));
  assert.deepEqual(await silent.take(1), ['ADDED d']);
});

test('bookmarks come by the minute to those who asked, with the revision of all', async (t) => {
  const clock = new ManualClock();
  const { objectApi, store } = testServer(t, { clock });
  const watch = await open(t, objectApi, { allowBookmarks: true });
  const next = watch.next();
  await objectApi.create(CONFIG_MAPS, 'elsewhere', configMap('z'));
  clock.advance(60_000);
  assert.deepEqual(await next, { type: 'BOOKMARK', resourceVersion: String(store.revision), isInitialEventsEnd: false });
});

test('a watch ends at its timeout and by its signal, without an error', async (t) => {
  const clock = new ManualClock();
  const { objectApi } = testServer(t, { clock });
  const timed = await open(t, objectApi, { timeoutSeconds: 5 });
  const timedEnd = timed.next();
  clock.advance(5_000);
  assert.equal(await timedEnd, undefined);
  const aborted = await open(t, objectApi);
  const abortedEnd = aborted.next();
  aborted.abort();
  assert.equal(await abortedEnd, undefined);
});

test('a compacted revision is 410, before the stream and in it', async (t) => {
  const { objectApi, store } = testServer(t);
  await objectApi.create(CONFIG_MAPS, NAMESPACE, configMap('a'));
  const lagging = await open(t, objectApi, { resourceVersion: '1' });
  for (let round = 0; round < 3; round++) await objectApi.patch(ref('a'), 'merge', { data: { round: String(round) } });
  await store.write((writer) => {
    for (let count = 0; count < 5000; count++) writer.put('others/x', configMap('x', { count: String(count) }));
  });
  await store.compact(store.revision);
  assert.equal(describe((await lagging.next())!), 'ERROR 410');
  assert.equal(await lagging.next(), undefined);
  const refused = await objectApi.watch(CONFIG_MAPS, NAMESPACE, { resourceVersion: '1' });
  assert.ok(!refused.ok && refused.status.code === 410 && refused.status.reason === 'Expired');
});

test('a revision of the future is refused', async (t) => {
  const { objectApi } = testServer(t);
  const refused = await objectApi.watch(CONFIG_MAPS, NAMESPACE, { resourceVersion: '99' });
  assert.ok(!refused.ok && refused.status.code === 504);
});
