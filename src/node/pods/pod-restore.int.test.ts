// What is believed after a restart, from exit files and the supervisor's list.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ExitRecord, ListedContainer } from '../supervisor/protocol.ts';
import { podDirectory } from './pod-directory.ts';
import { restoreContainer } from './pod-restore.ts';

const root = await mkdtemp(join(tmpdir(), 'slipway-restore-'));
after(() => rm(root, { recursive: true, force: true }));

const NOW = 'instance-now';
const BEFORE = 'instance-before';
const AWAY = 'engine-away';
let lastUid = 0;

interface Left {
  /** [restart, instance, exit code or undefined for a reserved file] */
  readonly files?: readonly (readonly [number, string, number | undefined])[];
  readonly listed?: readonly (readonly [number, 'running' | 'exited', number?])[];
  readonly hasRun?: boolean;
}

function record(id: string, code: number): ExitRecord {
  return { id, pid: 7, startTime: 1, bootId: 'b', code, signal: null, startedAtMs: 10, finishedAtMs: 20, logDroppedBytes: 0 };
}

async function restore({ files = [], listed = [], hasRun = false }: Left): Promise<unknown> {
  const podUid = `pod-${++lastUid}`;
  const directory = podDirectory(root, podUid);
  await mkdir(directory.path);
  for (const [restart, instance, code] of files) {
    const text = code === undefined ? `${' '.repeat(1023)}\n` : JSON.stringify(record(`${podUid}/main/${restart}`, code)).padEnd(1024);
    await writeFile(directory.exitFile('main', restart, instance), text);
  }
  const containers = listed.map(([restart, state, code]): ListedContainer => {
    const id = `${podUid}/main/${restart}`;
    return { id, podUid, state, pid: 7, startTime: 1, startedAtMs: 10, ...(code === undefined ? {} : { exit: record(id, code) }) };
  });
  const restored = await restoreContainer({ podUid, container: 'main', listed: containers, instanceIds: [NOW, AWAY], awayInstanceIds: [AWAY], attempts: directory.attempts(), hasRun });
  if (restored.kind === 'ended') return [restored.kind, restored.restart, restored.exit.code];
  if (restored.kind === 'running') return [restored.kind, restored.restart, restored.before?.code];
  return 'restart' in restored ? [restored.kind, restored.restart] : [restored.kind];
}

test('what no supervisor began has never started, unless its status says otherwise', async () => {
  assert.deepEqual(await restore({}), ['never-started']);
  assert.deepEqual(await restore({ hasRun: true }), ['lost', 0]);
});

test('what the supervisor runs is running; its attempt before is known', async () => {
  assert.deepEqual(await restore({ files: [[0, NOW, undefined]], listed: [[0, 'running']] }), ['running', 0, undefined]);
  assert.deepEqual(await restore({ files: [[0, BEFORE, 3], [1, NOW, undefined]], listed: [[1, 'running']] }), ['running', 1, 3]);
});

test('an exit is known from its file, also of a supervisor that is gone', async () => {
  assert.deepEqual(await restore({ files: [[0, BEFORE, 4]] }), ['ended', 0, 4]);
  assert.deepEqual(await restore({ files: [[2, NOW, 5], [10, NOW, 6]] }), ['ended', 10, 6]);
});

test('an exit that could not be written is known from the supervisor', async () => {
  assert.deepEqual(await restore({ files: [[0, NOW, undefined]], listed: [[0, 'exited', 8]] }), ['ended', 0, 8]);
});

test('what a supervisor that is gone had begun and not recorded is lost', async () => {
  assert.deepEqual(await restore({ files: [[0, BEFORE, undefined]] }), ['lost', 0]);
  assert.deepEqual(await restore({ files: [[0, BEFORE, 1], [1, BEFORE, undefined]] }), ['lost', 1]);
});

test('a start that failed leaves a reserved file: the attempt before it counts', async () => {
  assert.deepEqual(await restore({ files: [[0, NOW, undefined]] }), ['never-started']);
  assert.deepEqual(await restore({ files: [[0, NOW, 2], [1, NOW, undefined]] }), ['ended', 0, 2]);
});

test('names that are no names never become a path', () => {
  assert.throws(() => podDirectory(root, '../elsewhere'), { reason: 'InvalidPath' });
  assert.throws(() => podDirectory(root, 'uid').tmp('../x', 0), { reason: 'InvalidPath' });
  assert.deepEqual(podDirectory(root, 'no-such-pod').attempts(), []);
});

test('what an engine holds that does not answer may run; what is recorded is known all the same', async () => {
  assert.deepEqual(await restore({ files: [[0, NOW, 1], [1, AWAY, undefined]], hasRun: true }), ['unknown', 1]);
  assert.deepEqual(await restore({ files: [[1, AWAY, 7]] }), ['ended', 1, 7]);
});
