// What a step can do to its directory, and what the next one gets to see of it.
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../../base/mod.ts';
import { podDirectory, spareDirectories } from './pod-directory.ts';

const root = await mkdtemp(join(tmpdir(), 'slipway-spares-'));
after(() => rm(root, { recursive: true, force: true }));

const START = { isStep: true, tmpPaths: ['kfp/outputs'] } as const;

test('the directory of a step that ended serves the next one, with nothing in it', async () => {
  const spares = spareDirectories(join(root, 'reused'));
  const first = podDirectory(join(root, 'reused'), 'first', spares);
  await first.prepare('main', 0, START);
  const { ino } = await stat(first.tmp('main', 0));
  await writeFile(first.exitFile('main', 0, 'instance'), '{}');
  await mkdir(join(first.tmp('main', 0), 'deep', 'deeper'), { recursive: true });
  await writeFile(join(first.tmp('main', 0), 'kfp', 'outputs', 'Output'), '1');
  await symlink(root, join(first.tmp('main', 0), 'kfp', 'link'));
  const compiled = join(first.tmp('main', 0), 'tmp.source', '__pycache__');
  await mkdir(compiled, { recursive: true });
  await writeFile(join(compiled, 'ephemeral_component.cpython-311.pyc'), 'code');
  await first.remove();
  assert.deepEqual(await readdir(join(root, 'reused')), ['.spare-first']);
  const second = podDirectory(join(root, 'reused'), 'second', spares);
  await second.prepare('main', 0, START);
  assert.equal((await stat(second.tmp('main', 0))).ino, ino);
  assert.deepEqual(await everythingIn(second.path), ['tmp.main.0', 'tmp.main.0/kfp', 'tmp.main.0/kfp/outputs', 'tmp.main.0/tmp.source', 'tmp.main.0/tmp.source/__pycache__']);
  assert.deepEqual(second.attempts(), []);
});

test('a directory with other permissions than it was made with is not used again', async () => {
  const spares = spareDirectories(join(root, 'changed'));
  for (const changed of ['tmp.main.0', 'tmp.main.0/kfp']) {
    const directory = podDirectory(join(root, 'changed'), 'first', spares);
    await directory.prepare('main', 0, START);
    await chmod(join(directory.path, changed), 0o700);
    await directory.remove();
    const next = podDirectory(join(root, 'changed'), 'second', spares);
    await next.prepare('main', 0, START);
    assert.equal((await stat(next.tmp('main', 0))).mode & 0o7777, 0o1777);
    assert.equal((await stat(join(next.tmp('main', 0), 'kfp'))).mode & 0o7777, 0o755);
    await next.remove();
  }
});

test('what an earlier server kept is removed, of an earlier version too', async () => {
  const place = join(root, 'left');
  for (const kept of ['.spare-uid', '.spare/uid', 'uid-of-a-pod']) await mkdir(join(place, kept, 'tmp.main.0'), { recursive: true });
  assert.equal(spareDirectories(place).take(join(place, 'next')), false);
  await until('the removal', async () => (await readdir(place)).length === 1, { timeoutMs: 30_000 });
  assert.deepEqual(await readdir(place), ['uid-of-a-pod']);
});

async function everythingIn(directory: string): Promise<readonly string[]> {
  return (await readdir(directory, { recursive: true })).toSorted();
}
