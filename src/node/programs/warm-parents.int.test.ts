// How many warm parents there may be, how large, and for how long: with a real supervisor and its processes.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { silentLog, systemClock, until, type Clock } from '../../base/mod.ts';
import { expectFailure, findPython, startFixture } from '../supervisor/supervisor-fixture.ts';
import { ImportHabits } from './import-habits.ts';
import { RefusedSets } from './refused-sets.ts';
import { createWarmParents, type ForkWish, type WarmParents } from './warm-parents.ts';

/** Takes well above the time below which preloading gains nothing. */
const MODULES = ['asyncio', 'unittest.mock', 'xml.dom.minidom', 'concurrent.futures.process', 'email.mime.multipart', 'sqlite3', 'http.server', 'xmlrpc.client'];
const signal = new AbortController().signal;

async function setUp(t: TestContext, { bytesMax = 2 ** 30, clock = systemClock }: { bytesMax?: number; clock?: Clock } = {}) {
  const { supervisor, dataDir } = await startFixture(t);
  const habitsFile = join(dataDir, 'habits.json');
  const open = (openedBytesMax = bytesMax) => {
    const habits = new ImportHabits({ file: habitsFile, clock: systemClock, log: silentLog });
    const refused = new RefusedSets({ file: join(dataDir, 'refused.json'), clock, log: silentLog });
    const opened = createWarmParents({ supervisor: () => supervisor, habits, refused, bytesMax: openedBytesMax, clock, log: silentLog });
    t.after(() => opened.release());
    return opened;
  };
  const parents = open();
  const python = await findPython();
  const env = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' };
  const wish = (id: string): ForkWish => ({ environment: { id, python }, module: 'json', env, packageState: '', program: 'program' });
  const adopt = async (next: WarmParents) => next.adopt((await supervisor.list()).parents);
  const pids = async () => (await supervisor.list()).parents.map(({ pid }) => pid);
  return { parents, open, adopt, habitsFile, wish, pids, dataDir };
}

/** A clock that can be set ahead. */
function movableClock(): { readonly clock: Clock; readonly move: (ms: number) => void } {
  let aheadMs = 0;
  return { clock: { ...systemClock, now: () => systemClock.now() + aheadMs, steadyMs: () => systemClock.steadyMs() + aheadMs }, move: (ms) => void (aheadMs += ms) };
}

/** As if two runs of the program had imported the same. */
async function teach(parents: WarmParents, wish: ForkWish, modules: readonly string[] = MODULES): Promise<void> {
  const parentId = await parents.ensure(wish, { signal });
  for (let run = 0; run < 2; run++) parents.imported({ parentId, program: 'program', modules });
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
  await parents.ensure(wish('another'), { signal });
  assert.deepEqual(parents.status().parents.map(({ preloadedCount }) => preloadedCount), [0, 0]);
});

test('bare parents count, and the one used least recently makes room', async (t) => {
  const { parents, open, wish } = await setUp(t);
  await parents.ensure(wish('first'), { signal });
  const { memoryBytes } = parents.status().parents[0]!;
  parents.release();
  const small = open(memoryBytes * 1.5);
  for (const id of ['first', 'second', 'third']) await small.ensure(wish(id), { signal });
  assert.deepEqual(small.status().parents.map(({ environment }) => environment), ['third']);
});

test('parents that the next server finds count for it, too', async (t) => {
  const { parents, open, adopt, habitsFile, wish, pids } = await setUp(t);
  await teach(parents, wish('environment'));
  await parents.ensure(wish('environment'), { signal });
  await until('a preloaded parent', () => preloaded(parents).length === 1);
  await until('the habit to be written', () => existsSync(habitsFile));
  const bytes = parents.status().parents.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  parents.release();
  const smaller = open(bytes - 1);
  await adopt(smaller);
  assert.deepEqual(preloaded(smaller), smaller.status().parents, 'the bare one was used before');
  await until('the end of the other', async () => (await pids()).length === 1);
  smaller.release();
  const without = open(0);
  await adopt(without);
  assert.deepEqual(without.status().parents, []);
  await until('the end of both', async () => (await pids()).length === 0);
});

test('a parent that was stopped while it imported is not taken for one that can not import', async (t) => {
  const { parents, wish } = await setUp(t);
  await teach(parents, wish('environment-0'));
  await parents.ensure(wish('environment-0'), { signal });
  assert.equal(parents.status().parents.length, 2, 'one of them has just begun to import');
  await Promise.all(Array.from({ length: 8 }, (_, index) => parents.ensure({ ...wish(`environment-${index + 1}`), program: undefined }, { signal })));
  assert.ok(!parents.status().parents.some(({ preloadedCount }) => preloadedCount > 0), 'it had to make room');
  assert.deepEqual(parents.status().refused, []);
});

test('a parent that dies while it imports is tried again, but not at once', async (t) => {
  const { clock, move } = movableClock();
  const { parents, wish, dataDir } = await setUp(t, { clock });
  const packages = join(dataDir, 'packages', 'site-packages');
  await mkdir(packages, { recursive: true });
  const died = join(packages, 'died');
  await writeFile(join(packages, 'dying.py'), `import os, time\ntime.sleep(0.05)\nif not os.path.exists('${died}'):\n    open('${died}', 'w').close()\n    os._exit(1)\n`);
  const dying = { ...wish('environment'), env: { ...wish('environment').env, PYTHONPATH: packages } };
  await teach(parents, dying, ['dying']);
  await parents.ensure(dying, { signal });
  await until('its end', () => existsSync(died) && parents.status().parents.length === 1);
  await parents.ensure(dying, { signal });
  assert.equal(parents.status().parents.length, 1, 'it rests');
  assert.deepEqual(parents.status().refused, []);
  move(61_000);
  await parents.ensure(dying, { signal });
  await until('a preloaded parent', () => preloaded(parents).length === 1);
});

test('a bare parent that failed is not tried again for each step', async (t) => {
  const { clock, move } = movableClock();
  const { parents, wish, pids } = await setUp(t, { clock });
  const broken = { ...wish('environment'), module: 'no_such_module' };
  assert.match((await expectFailure(parents.ensure(broken, { signal }))).message, /cannot import/);
  const again = await expectFailure(parents.ensure(broken, { signal }));
  assert.equal(again.reason, 'ParentFailed');
  assert.match(again.message, /a moment ago/);
  assert.deepEqual(await pids(), []);
  move(61_000);
  assert.match((await expectFailure(parents.ensure(broken, { signal }))).message, /cannot import/);
  move(61_000);
  assert.match((await expectFailure(parents.ensure(broken, { signal }))).message, /a moment ago/);
});

test('other variables, and other packages of the interpreter, are another parent', async (t) => {
  const { parents, wish } = await setUp(t);
  const plain = wish('environment');
  const ids = new Set<string>();
  for (const one of [plain, { ...plain, env: { ...plain.env, OPENBLAS_NUM_THREADS: '1' } }, { ...plain, packageState: 'a' }, { ...plain, packageState: 'b' }]) {
    ids.add(await parents.ensure(one, { signal }));
  }
  assert.equal(ids.size, 4);
  assert.ok(ids.has(await parents.ensure({ ...plain, env: { LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' } }, { signal })), 'the order of variables does not matter');
});

test('the end of an earlier parent is not that of the one which starts in its place', async (t) => {
  const { parents, wish } = await setUp(t);
  const starting = parents.ensure(wish('environment'), { signal });
  const [{ parentId } = { parentId: '' }] = parents.status().parents;
  parents.forget(parentId);
  assert.equal(await starting, parentId);
  assert.equal(parents.status().parents.length, 1);
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
