import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LOCK, openDataDirectory, readServerRecord } from './data-directory.ts';

test('one server per directory; the second one is told who holds it and what to do', (t) => {
  const path = mkdtempSync(join(tmpdir(), 'slipway-data-'));
  t.after(() => rmSync(path, { recursive: true }));
  const first = openDataDirectory(path);
  first.writeServerRecord({ pid: 42, url: 'http://localhost:8080', startedAt: '2030-01-01T00:00:00Z' });
  assert.throws(() => openDataDirectory(path), {
    reason: 'DataDirectoryInUse',
    message: /the server at http:\/\/localhost:8080 \(pid 42\) already uses .* --data-dir .* --port/,
  });
  first.release();
  assert.equal(readServerRecord(path), undefined);
  openDataDirectory(path).release();
});

test('a directory that can not be made is one sentence, also where mkdir -p would never return', (t) => {
  const path = mkdtempSync(join(tmpdir(), 'slipway-data-'));
  t.after(() => rmSync(path, { recursive: true }));
  writeFileSync(join(path, 'file'), '');
  for (const bad of ['/proc/nope/deep', join(path, 'file', 'below')]) {
    assert.throws(() => openDataDirectory(bad), { reason: 'DataDirectoryNotWritable', message: /can not be written; make it yours/ });
  }
});

test('a lock that can not be written, as on a full disk, says what to look at', (t) => {
  const path = mkdtempSync(join(tmpdir(), 'slipway-data-'));
  t.after(() => rmSync(path, { recursive: true }));
  mkdirSync(join(path, LOCK));
  assert.throws(() => openDataDirectory(path), { reason: 'DataDirectoryNotWritable', message: /its disk has room, or choose another with --data-dir$/ });
});
