// What a step can do to its directory, and what the next one gets to see of it.
import assert from 'node:assert/strict';
import { chmod, link, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../../base/mod.ts';
import { podDirectory, spareDirectories, type PodDirectory } from './pod-directory.ts';

const root = await mkdtemp(join(tmpdir(), 'slipway-spares-'));
after(() => rm(root, { recursive: true, force: true }));

const START = { isStep: true, tmpPaths: ['kfp/outputs'] } as const;
const OTHER = { isStep: false, tmpPaths: [] } as const;

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

test('what a container had that left nothing in its /tmp serves another Pod, by other names and empty', async () => {
  const place = join(root, 'others');
  const spares = spareDirectories(place);
  const first = podDirectory(place, 'first', spares);
  await first.prepare('web', 0, OTHER);
  await writeFile(first.messageFile('web', 0), 'secret of the first');
  await writeFile(first.exitFile('web', 0, 'instance'), '{}');
  const { ino } = await stat(first.messageFile('web', 0));
  assert.equal(first.isReusable(false), true);
  await first.remove();
  assert.deepEqual(await everythingIn(place), ['.spare-first', '.spare-first/message', '.spare-first/tmp']);
  const second = podDirectory(place, 'second', spares);
  await second.prepare('database', 0, OTHER);
  await second.prepare('sidecar', 0, OTHER);
  const message = await stat(second.messageFile('database', 0));
  assert.deepEqual([message.ino, message.size, message.mode & 0o7777], [ino, 0, 0o666]);
  assert.deepEqual(await everythingIn(second.path), ['message.database.0', 'message.sidecar.0', 'tmp.database.0', 'tmp.sidecar.0']);
});

test('the directory of a Pod with files, with two containers, or that started anew is not kept', async () => {
  const place = join(root, 'not-kept');
  const spares = spareDirectories(place);
  const uses: Readonly<Record<string, (directory: PodDirectory) => Promise<unknown>>> = {
    files: ({ tmp }) => writeFile(join(tmp('web', 0), 'file'), ''),
    containers: ({ prepare }) => prepare('sidecar', 0, OTHER),
    restart: ({ prepare }) => prepare('web', 1, OTHER),
    volume: ({ volume }) => mkdir(volume('scratch'), { recursive: true }),
  };
  for (const [name, use] of Object.entries(uses)) {
    const directory = podDirectory(place, name, spares);
    await directory.prepare('web', 0, OTHER);
    await use(directory);
    assert.equal(directory.isReusable(false), false, name);
  }
  const linked = podDirectory(place, 'linked', spares);
  await linked.prepare('web', 0, OTHER);
  await link(linked.messageFile('web', 0), join(root, 'kept-by-the-container'));
  await linked.remove();
  assert.deepEqual((await readdir(place)).toSorted(), Object.keys(uses).toSorted());
});

test('what an earlier server kept is removed, of an earlier version too', async () => {
  const place = join(root, 'left');
  for (const kept of ['.spare-uid', '.spare/uid', 'uid-of-a-pod']) await mkdir(join(place, kept, 'tmp.main.0'), { recursive: true });
  assert.equal(spareDirectories(place).ofSteps.take(join(place, 'next')), false);
  await until('the removal', async () => (await readdir(place)).length === 1, { timeoutMs: 30_000 });
  assert.deepEqual(await readdir(place), ['uid-of-a-pod']);
});

async function everythingIn(directory: string): Promise<readonly string[]> {
  return (await readdir(directory, { recursive: true })).toSorted();
}
