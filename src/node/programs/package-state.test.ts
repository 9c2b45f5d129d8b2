import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageState } from './package-state.ts';

test('the state of directories of packages is another one when a package comes or goes', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-packages-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const directories = [directory, join(directory, 'not-there')];
  const before = await packageState(directories);
  assert.equal(await packageState(directories), before);
  mkdirSync(join(directory, 'package-1.0.dist-info'));
  assert.notEqual(await packageState(directories), before);
});
