import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog, systemClock } from '../../base/mod.ts';
import { RefusedSets } from './refused-sets.ts';

const DAY_MS = 24 * 3_600_000;

test('a refusal is remembered over restarts, for a week', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-refused-'));
  t.after(() => rmSync(directory, { recursive: true }));
  let nowMs = 1_000_000_000_000;
  const file = join(directory, 'refused.json');
  const open = () => new RefusedSets({ file, clock: { ...systemClock, now: () => nowMs }, log: silentLog });
  writeFileSync(file, '[{"environment": "old", "key": "k", "reason": "of a release that wrote no time"}, {"environment": "broken"}]');
  const sets = open();
  sets.add({ environment: 'e', key: 'k', reason: 'a module writes' });
  await sets.written();
  nowMs += 6 * DAY_MS;
  const later = open();
  assert.deepEqual(later.list().map(({ environment }) => environment), ['old', 'e']);
  assert.equal(later.has('e', 'k'), true);
  assert.equal(later.has('e', 'other'), false);
  nowMs += 2 * DAY_MS;
  assert.deepEqual([later.has('e', 'k'), later.list().length, open().list().length], [false, 0, 0]);
});
