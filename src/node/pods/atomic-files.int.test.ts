import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { replaceFiles } from './atomic-files.ts';

const files = (contents: Readonly<Record<string, string>>) => new Map(Object.entries(contents).map(([path, text]) => [path, { bytes: Buffer.from(text), mode: 0o644 }]));

test('files are there for every user of a container, whatever the server masks; old ones go', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-files-'));
  const mask = process.umask(0o077);
  t.after(() => {
    process.umask(mask);
    rmSync(directory, { recursive: true });
  });
  const modeOf = (path: string) => statSync(join(directory, path)).mode & 0o777;
  assert.equal(await replaceFiles(directory, files({ 'a/b/c': '1', top: '2' }), { versionName: 'one' }), true);
  assert.deepEqual(['..data', 'a', 'a/b', 'a/b/c', 'top'].map(modeOf), [0o755, 0o755, 0o755, 0o644, 0o644]);
  assert.equal(await replaceFiles(directory, files({ 'a/b/c': '1', top: '2' }), { versionName: 'same' }), false);
  assert.equal(await replaceFiles(directory, files({ 'a/d': '3' }), { versionName: 'two' }), true);
  assert.deepEqual([readdirSync(directory).toSorted(), readFileSync(join(directory, 'a/d'), 'utf8')], [['..data', '..two', 'a'], '3']);
});

test('what a crash left half done is brought to its end: names that are missing, versions that nobody needs', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-files-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const wanted = files({ a: '1', 'b/c': '2' });
  await replaceFiles(directory, wanted, { versionName: 'one' });
  rmSync(join(directory, 'b'));
  mkdirSync(join(directory, '..torn'));
  assert.equal(await replaceFiles(directory, wanted, { versionName: 'two' }), false);
  assert.deepEqual(readdirSync(directory).toSorted(), ['..data', '..one', 'a', 'b']);
  assert.equal(readFileSync(join(directory, 'b/c'), 'utf8'), '2');
});
