import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog, systemClock } from '../../base/mod.ts';
import { EnvironmentUses } from './environment-uses.ts';

const [FIRST, SECOND] = ['a', 'b'].map((digit) => `py3.11-${digit.repeat(20)}`) as [string, string];

test('what a Pod uses since before a restart of the server still counts when it asks for something again, and goes with it', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-uses-'));
  t.after(() => rmSync(root, { recursive: true }));
  const newUses = () => new EnvironmentUses(root, { clock: systemClock, log: silentLog });
  const before = newUses();
  before.add('pod', FIRST);
  before.add('pod', SECOND);
  await before.noteAll();
  const after = newUses();
  after.add('pod', FIRST);
  after.add('other', FIRST);
  assert.deepEqual(await after.count(), new Map([[FIRST, 2], [SECOND, 1]]));
  await after.remove('pod');
  await after.remove('other');
  assert.deepEqual([await after.count(), existsSync(join(root, 'pod'))], [new Map(), false]);
});
