import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { silentLog, systemClock, until, type Clock } from '../../base/mod.ts';
import { ImportHabits } from './import-habits.ts';

function setUp(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-habits-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const due: (() => void)[] = [];
  const clock: Clock = { ...systemClock, schedule: (_delayMs, callback) => (due.push(callback), () => undefined) };
  const file = join(directory, 'habits.json');
  return { file, due, open: () => new ImportHabits({ file, clock, log: silentLog }) };
}

test('a habit that was learned is known after a restart, and goes on from there', async (t) => {
  const { due, open } = setUp(t);
  const habits = open();
  for (const program of ['train', 'predict']) for (let run = 0; run < 2; run++) habits.note({ parentId: 'p', program, modules: ['numpy', 'pandas'] }, []);
  assert.equal(due.length, 1, 'one write for all');
  due[0]!();
  await until('the file', () => open().habit('predict') !== undefined);
  const later = open();
  assert.deepEqual(later.habit('train'), habits.habit('train'));
  assert.deepEqual(later.withKey(habits.habit('train')!.key)?.modules, ['numpy', 'pandas']);
  assert.equal(later.withKey('another'), undefined);
  later.note({ parentId: 'p', program: 'train', modules: ['numpy'] }, []);
  assert.deepEqual(later.habit('train')?.modules, ['numpy']);
});

test('a file that says something else is as if there were none', (t) => {
  const { file, open } = setUp(t);
  for (const text of ['', '[]', '{"sets": {"a": [1], "b": []}, "programs": {"x": "a", "y": "b", "z": "constructor", "w": 5}}']) {
    writeFileSync(file, text);
    for (const program of ['x', 'y', 'z', 'w']) assert.equal(open().habit(program), undefined);
  }
});
