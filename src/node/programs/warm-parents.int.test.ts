// How many warm parents there may be, how large, and for how long: with a real supervisor and its processes.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { silentLog, systemClock, until, type Clock } from '../../base/mod.ts';
import { findPython, startFixture } from '../supervisor/supervisor-fixture.ts';
import { ImportHabits } from './import-habits.ts';
import { RefusedSets } from './refused-sets.ts';
import { createWarmParents, type ForkWish, type WarmParents } from './warm-parents.ts';

/** Takes well above the time below which preloading gains nothing. */
const MODULES = ['asyncio', 'unittest.mock', 'xml.dom.minidom', 'concurrent.futures.process', 'email.mime.multipart', 'sqlite3', 'http.server', 'xmlrpc.client'];
const signal = new AbortController().signal;

async function setUp(t: TestContext, { bytesMax = 2 ** 30, clock = systemClock }: { bytesMax?: number; clock?: Clock } = {}) {
  const { supervisor, dataDir } = await startFixture(t);
  const habitsFile = join(dataDir, 'habits.json');
  const open = () => {
    const habits = new ImportHabits({ file: habitsFile, clock: systemClock, log: silentLog });
    const refused = new RefusedSets(join(dataDir, 'refused.json'), silentLog);
    const opened = createWarmParents({ supervisor: () => supervisor, habits, refused, bytesMax, clock, log: silentLog });
    t.after(() => opened.release());
    return opened;
  };
  const parents = open();
  const python = await findPython();
  const wish = (id: string): ForkWish => ({ environment: { id, python }, module: 'json', env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' }, program: 'program' });
  const adopt = async (next: WarmParents) => next.adopt((await supervisor.list()).parents);
  const pids = async () => (await supervisor.list()).parents.map(({ pid }) => pid);
  return { parents, open, adopt, habitsFile, wish, pids };
}

/** As if two runs of the program had imported the same. */
async function teach(parents: WarmParents, wish: ForkWish): Promise<void> {
  const parentId = await parents.ensure(wish, { signal });
  for (let run = 0; run < 2; run++) parents.imported({ parentId, program: 'program', modules: MODULES });
}

const preloaded = (parents: WarmParents) => parents.status().parents.filter(({ preloadedCount, isReady }) => isReady && preloadedCount > 0);

test('the parent used least recently ends when there are too many', async (t) => {
  const { parents, wish, pids } = await setUp(t);
  for (let count = 0; count < 10; count++) await parents.ensure(wish(`environment-${count}`), { signal });
  const environments = parents.status().parents.map(({ environment }) => environment);
  assert.deepEqual(environments, [2, 3, 4, 5, 6, 7, 8, 9].map((count) => `environment-${count}`));
  await until('eight processes', async () => (await pids()).length === 8);
});

test('a preloaded parent that is larger than all may be together ends, and is not tried again', async (t) => {
  const { parents, wish, pids } = await setUp(t, { bytesMax: 2 ** 20 });
  await teach(parents, wish('environment'));
  const bareId = await parents.ensure(wish('environment'), { signal });
  await until('the end of the attempt', async () => parents.status().parents.length === 1 && (await pids()).length === 1);
  assert.equal(await parents.ensure(wish('environment'), { signal }), bareId);
  assert.equal(parents.status().parents.length, 1, 'no other attempt');
  assert.deepEqual(parents.status().refused, [], 'it would work: only the room is missing');
});

test('no memory at all switches preloading off', async (t) => {
  const { parents, wish } = await setUp(t, { bytesMax: 0 });
  await teach(parents, wish('environment'));
  await parents.ensure(wish('environment'), { signal });
  assert.deepEqual(parents.status().parents.map(({ preloadedCount }) => preloadedCount), [0]);
});

test('a preloaded parent is used when it is ready, and ends when nobody uses it', async (t) => {
  const due: (() => void)[] = [];
  const clock: Clock = {
    ...systemClock,
    schedule(_delayMs, callback) {
      due.push(callback);
      return () => void due.splice(due.indexOf(callback), 1);
    },
  };
  const { parents, wish, pids } = await setUp(t, { clock });
  await teach(parents, wish('environment'));
  const bareId = await parents.ensure(wish('environment'), { signal });
  await until('a preloaded parent', () => preloaded(parents).length === 1);
  const preloadedId = await parents.ensure(wish('environment'), { signal });
  assert.notEqual(preloadedId, bareId);
  assert.deepEqual(parents.status().forkCounts, { bare: 2, preloaded: 1 });
  assert.ok(preloaded(parents)[0]!.memoryBytes > 2 ** 20);
  assert.equal(due.length, 2);
  for (const callback of [...due]) callback();
  assert.deepEqual(parents.status().parents, []);
  await until('the end of both processes', async () => (await pids()).length === 0);
});

test('the next server knows what programs import, and goes on with the parents that are there', async (t) => {
  const { parents, open, adopt, habitsFile, wish, pids } = await setUp(t);
  await teach(parents, wish('environment'));
  await parents.ensure(wish('environment'), { signal });
  await until('a preloaded parent', () => preloaded(parents).length === 1);
  const preloadedId = await parents.ensure(wish('environment'), { signal });
  const before = await pids();
  await until('the habit to be written', () => existsSync(habitsFile));
  const next = open();
  await adopt(next);
  assert.equal(await next.ensure(wish('environment'), { signal }), preloadedId);
  assert.deepEqual(await pids(), before);
});
