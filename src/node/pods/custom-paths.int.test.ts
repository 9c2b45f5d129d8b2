import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { moveArtifact } from './custom-paths.ts';

function taskRootOf(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'slipway-custom-paths-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

test('what was written elsewhere is moved to its place, over what is there', async (t) => {
  const root = taskRootOf(t);
  mkdirSync(join(root, 'mine'));
  writeFileSync(join(root, 'mine', 'weights'), 'new');
  writeFileSync(join(root, 'model'), 'old');
  await moveArtifact({ root, path: join(root, 'mine') }, join(root, 'model'), 'output artifact "model"');
  assert.equal(readFileSync(join(root, 'model', 'weights'), 'utf8'), 'new');
  assert.equal(existsSync(join(root, 'mine')), false);
  await moveArtifact({ root, path: join(root, 'never-written') }, join(root, 'model'), 'output artifact "model"');
  assert.equal(readFileSync(join(root, 'model', 'weights'), 'utf8'), 'new');
});

test('a step that names the place where its artifact lies anyway keeps it', async (t) => {
  const root = taskRootOf(t);
  writeFileSync(join(root, 'model'), 'weights');
  for (const path of [join(root, 'model'), `${root}/./model`]) {
    await moveArtifact({ root, path }, join(root, 'model'), 'output artifact "model"');
    assert.equal(readFileSync(join(root, 'model'), 'utf8'), 'weights');
  }
});

test('a link out of the step is not followed', async (t) => {
  const [root, elsewhere] = [taskRootOf(t), taskRootOf(t)];
  writeFileSync(join(elsewhere, 'secret'), 'secret');
  symlinkSync(elsewhere, join(root, 'out'));
  symlinkSync(join(elsewhere, 'secret'), join(root, 'link'));
  for (const path of ['out/secret', 'link', 'out']) {
    await assert.rejects(moveArtifact({ root, path: join(root, path) }, join(root, 'model'), 'output artifact "model"'), { reason: 'OutputInvalid', message: /symbolic link/ }, path);
  }
  assert.equal(readFileSync(join(elsewhere, 'secret'), 'utf8'), 'secret');
});

test('what the step made immovable fails the step, and is not tried for ever', { skip: process.getuid?.() === 0 ? 'root moves everything' : false }, async (t) => {
  const root = taskRootOf(t);
  mkdirSync(join(root, 'closed'));
  writeFileSync(join(root, 'closed', 'file'), 'x');
  chmodSync(join(root, 'closed'), 0o555);
  try {
    await assert.rejects(moveArtifact({ root, path: join(root, 'closed', 'file') }, join(root, 'model'), 'output artifact "model"'), { reason: 'OutputInvalid', message: /output artifact "model" can not be moved/ });
  } finally {
    chmodSync(join(root, 'closed'), 0o700);
  }
});
