import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { chmod, link, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { armCrashPoints, silentLog, type CrashPointName } from '../base/mod.ts';
import { openLocalBlobs, type Blobs } from './mod.ts';

const ROOT = 'minio://mlpipeline/v2/artifacts';
const TASK = `${ROOT}/iris/run-1/train/uuid-1`;

async function blobsInTemp(t: TestContext): Promise<{ blobs: Blobs; directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-blobs-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return { blobs: openLocalBlobs({ directory, defaultRootUri: ROOT, log: silentLog }), directory };
}

async function contentOf(blobs: Blobs, uri: string, path = '', range?: { start: number; end?: number }): Promise<string> {
  return Buffer.concat(await Array.fromAsync(await blobs.openRead(uri, path, range))).toString();
}

test('a step writes, the artifact is sealed and read', async (t) => {
  const { blobs } = await blobsInTemp(t);
  const taskRoot = await blobs.prepare(TASK);
  assert.equal(taskRoot, await blobs.prepare(TASK));
  await writeFile(join(taskRoot, 'model'), 'weights');
  const uri = `${TASK}/model`;
  assert.equal(blobs.localPathOf(uri), join(taskRoot, 'model'));
  assert.deepEqual(await blobs.seal(uri), { exists: true, sizeBytes: 7 });
  assert.deepEqual(await blobs.seal(uri), { exists: true, sizeBytes: 7 });
  assert.equal((await stat(join(taskRoot, 'model'))).mode & 0o222, 0);
  assert.deepEqual(await blobs.stat(uri), { path: '', isDirectory: false, sizeBytes: 7 });
  assert.deepEqual(await blobs.list(uri, 10), [{ path: '', isDirectory: false, sizeBytes: 7 }]);
  assert.equal(await contentOf(blobs, uri), 'weights');
  assert.equal(await contentOf(blobs, uri, '', { start: 1, end: 3 }), 'eig');
  assert.equal(await contentOf(blobs, uri, '', { start: 4 }), 'hts');
});

test('an artifact that was not written does not exist', async (t) => {
  const { blobs } = await blobsInTemp(t);
  assert.deepEqual(await blobs.seal(`${TASK}/nothing`), { exists: false, sizeBytes: 0 });
  await blobs.prepare(TASK);
  assert.deepEqual(await blobs.seal(`${TASK}/nothing`), { exists: false, sizeBytes: 0 });
  assert.equal(await blobs.stat(`${TASK}/nothing`), undefined);
  assert.deepEqual(await blobs.list(`${TASK}/nothing`, 10), []);
  await assert.rejects(blobs.openRead(`${TASK}/nothing`, ''), { reason: 'NotFound' });
  await blobs.delete(`${TASK}/nothing`);
});

test('a directory artifact: sizes, entries, files by path', async (t) => {
  const { blobs } = await blobsInTemp(t);
  const model = join(await blobs.prepare(TASK), 'model');
  await mkdir(join(model, 'variables'), { recursive: true });
  await writeFile(join(model, 'saved.pb'), '12345');
  await writeFile(join(model, 'variables', 'index'), '123');
  const uri = `${TASK}/model`;
  assert.deepEqual(await blobs.seal(uri), { exists: true, sizeBytes: 8 });
  assert.deepEqual(await blobs.list(uri, 10), [
    { path: 'saved.pb', isDirectory: false, sizeBytes: 5 },
    { path: 'variables', isDirectory: true, sizeBytes: 0 },
    { path: 'variables/index', isDirectory: false, sizeBytes: 3 },
  ]);
  assert.equal((await blobs.list(uri, 2)).length, 2);
  assert.equal(await contentOf(blobs, uri, 'variables/index'), '123');
  await assert.rejects(blobs.openRead(uri, 'variables'), { reason: 'NotFound' });
  await assert.rejects(blobs.openRead(uri, '../model/saved.pb'), { reason: 'InvalidUri' });
  await assert.rejects(blobs.openRead(uri, 'saved.pb/x'), { reason: 'NotFound' });
});

test('links inside an artifact are followed, links out of it are not', async (t) => {
  const { blobs, directory } = await blobsInTemp(t);
  const model = join(await blobs.prepare(TASK), 'model');
  await mkdir(join(model, 'blobs'), { recursive: true });
  await writeFile(join(directory, 'secret'), 'secret');
  await writeFile(join(model, '..', 'neighbour'), 'neighbour');
  await writeFile(join(model, 'blobs', 'a1'), 'inside');
  await symlink('blobs/a1', join(model, 'weights'));
  await symlink('blobs', join(model, 'same'));
  await symlink(directory, join(model, 'out'));
  await symlink(join(directory, 'secret'), join(model, 'absolute'));
  await symlink('../neighbour', join(model, 'relative'));
  await symlink('loop', join(model, 'loop'));
  const uri = `${TASK}/model`;
  assert.equal(await contentOf(blobs, uri, 'weights'), 'inside');
  assert.equal(await contentOf(blobs, uri, 'same/a1'), 'inside');
  for (const path of ['out/secret', 'absolute', 'relative', 'loop']) {
    await assert.rejects(blobs.openRead(uri, path), { reason: 'NotFound' }, path);
  }
  assert.deepEqual((await blobs.list(uri, 100)).map((entry) => entry.path), ['blobs', 'blobs/a1', 'weights']);
  assert.deepEqual(await blobs.seal(uri), { exists: true, sizeBytes: 6 });
  assert.notEqual((await stat(join(directory, 'secret'))).mode & 0o200, 0);
});

test('an artifact or a directory above it that is a link is refused', async (t) => {
  const { blobs, directory } = await blobsInTemp(t);
  const taskRoot = await blobs.prepare(TASK);
  await mkdir(join(directory, 'elsewhere', 'inner'), { recursive: true });
  await writeFile(join(directory, 'elsewhere', 'inner', 'file'), 'x');
  await symlink(join(directory, 'elsewhere'), join(taskRoot, 'model'));
  const uri = `${TASK}/model`;
  assert.equal(await blobs.stat(uri), undefined);
  await assert.rejects(blobs.openRead(uri, 'inner/file'), { reason: 'NotFound' });
  await assert.rejects(blobs.openRead(`${uri}/inner/file`, ''), { reason: 'NotFound' });
  await assert.rejects(blobs.prepare(`${uri}/inner`), { reason: 'InvalidUri' });
  await assert.rejects(blobs.seal(`${uri}/inner`), { reason: 'InvalidUri' });
  await assert.rejects(blobs.delete(`${uri}/inner`), { reason: 'InvalidUri' });
  assert.deepEqual(await blobs.seal(uri), { exists: true, sizeBytes: 0 });
  await blobs.delete(uri);
  assert.deepEqual(await readdir(join(directory, 'elsewhere', 'inner')), ['file']);
});

test('a FIFO neither blocks a reader nor a seal', async (t) => {
  const { blobs } = await blobsInTemp(t);
  const path = join(await blobs.prepare(TASK), 'pipe');
  execFileSync('/usr/bin/mkfifo', [path]);
  assert.equal(await blobs.stat(`${TASK}/pipe`), undefined);
  assert.deepEqual(await blobs.seal(`${TASK}/pipe`), { exists: true, sizeBytes: 0 });
  await assert.rejects(blobs.openRead(`${TASK}/pipe`, ''), { reason: 'NotFound' });
});

test('a file that has a second name elsewhere keeps its mode', async (t) => {
  const { blobs, directory } = await blobsInTemp(t);
  await writeFile(join(directory, 'dataset'), 'data');
  await link(join(directory, 'dataset'), join(await blobs.prepare(TASK), 'data'));
  await blobs.seal(`${TASK}/data`);
  assert.notEqual((await stat(join(directory, 'dataset'))).mode & 0o200, 0);
});

test('a huge directory is listed and sealed within bounds', async (t) => {
  const { blobs } = await blobsInTemp(t);
  const model = join(await blobs.prepare(TASK), 'model');
  await mkdir(model);
  const fileCount = 3000;
  for (let i = 0; i < fileCount; i += 500) await Promise.all(Array.from({ length: 500 }, (_, j) => writeFile(join(model, `f${i + j}`), 'x')));
  assert.deepEqual(await blobs.seal(`${TASK}/model`), { exists: true, sizeBytes: fileCount });
  const modes = await Promise.all((await readdir(model)).map(async (name) => (await stat(join(model, name))).mode & 0o222));
  assert.equal(modes.filter((mode) => mode === 0).length, 100);
  assert.equal((await blobs.list(`${TASK}/model`, 1000)).length, 1000);
});

test('deleting takes the artifact and the empty directories above it, and is idempotent', async (t) => {
  const { blobs, directory } = await blobsInTemp(t);
  const taskRoot = await blobs.prepare(TASK);
  await mkdir(join(taskRoot, 'model', 'locked'), { recursive: true });
  await writeFile(join(taskRoot, 'model', 'locked', 'file'), 'x');
  await chmod(join(taskRoot, 'model', 'locked'), 0o500);
  await blobs.prepare(`${ROOT}/iris/run-2`);
  await blobs.delete(`${TASK}/model`);
  await blobs.delete(`${TASK}/model`);
  assert.deepEqual(await readdir(join(directory, 'minio/mlpipeline/v2/artifacts/iris')), ['run-2']);
  await blobs.delete(`${ROOT}/iris`);
  assert.deepEqual(await readdir(join(directory, 'minio')), ['mlpipeline']);
});

test('crash points stand around the seal', async (t) => {
  const { blobs } = await blobsInTemp(t);
  const path = join(await blobs.prepare(TASK), 'model');
  await writeFile(path, 'x');
  const passed: [CrashPointName, boolean][] = [];
  armCrashPoints((name) => passed.push([name, (statSync(path).mode & 0o222) === 0]));
  t.after(() => armCrashPoints(undefined));
  await blobs.seal(`${TASK}/model`);
  assert.deepEqual(passed, [['blobs.seal.before', false], ['blobs.seal.after', true]]);
});

test('a default root that is not kept here is refused at once', () => {
  assert.throws(() => openLocalBlobs({ directory: tmpdir(), defaultRootUri: 'https://example.org/x', log: silentLog }), { reason: 'InvalidUri' });
});
