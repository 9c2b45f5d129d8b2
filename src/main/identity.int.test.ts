import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createTokenSigner } from '../server/mod.ts';
import { ensureSigningKey, ensureToken } from './identity.ts';
import { writePrivateFile } from './private-file.ts';

function directoryOf(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-identity-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('token and key are made once, and nobody else may read them', (t) => {
  const directory = directoryOf(t);
  for (const ensure of [ensureToken, ensureSigningKey]) {
    const file = join(directory, ensure.name);
    const made = ensure(file);
    assert.equal(ensure(file), made);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  }
  assert.deepEqual(readdirSync(directory).toSorted(), ['ensureSigningKey', 'ensureToken']);
});

test('what a start that was killed left of them is made anew: the next one starts', (t) => {
  const directory = directoryOf(t);
  for (const left of ['', '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49', 'short']) {
    for (const ensure of [ensureToken, ensureSigningKey]) {
      const file = join(directory, ensure.name);
      writeFileSync(file, left);
      const made = ensure(file);
      assert.equal(ensure(file), made, JSON.stringify(left));
      if (ensure === ensureSigningKey) createTokenSigner(made);
    }
  }
});

test('one that can not be read is not replaced', { skip: process.getuid?.() === 0 ? 'root reads everything' : false }, (t) => {
  const file = join(directoryOf(t), 'key');
  writeFileSync(file, 'of somebody else');
  chmodSync(file, 0);
  assert.throws(() => ensureSigningKey(file), { reason: 'DataDirectoryNotWritable', message: /can not be read; make it yours/ });
});

test('a file that others could read is private once it is written again', (t) => {
  const file = join(directoryOf(t), 'kubeconfig');
  writeFileSync(file, 'old', { mode: 0o644 });
  writePrivateFile(file, 'new');
  assert.deepEqual([readFileSync(file, 'utf8'), statSync(file).mode & 0o777], ['new', 0o600]);
});
