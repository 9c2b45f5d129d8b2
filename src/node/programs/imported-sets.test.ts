import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ImportedSets, includesSet, moduleSet } from './imported-sets.ts';

const PARENT = { parentId: 'parent', program: 'train' };

test('a habit is what the last two runs have in common', () => {
  const sets = new ImportedSets();
  sets.note({ ...PARENT, modules: ['numpy', 'pandas'] }, []);
  assert.equal(sets.habit('train'), undefined);
  sets.note({ ...PARENT, modules: ['numpy', 'pandas', 'sklearn'] }, []);
  assert.deepEqual(sets.habit('train')?.modules, ['numpy', 'pandas']);
  assert.equal(sets.habit('another'), undefined);
});

test('a fork of a preloaded parent tells what came on top, and the habit grows when that comes again', () => {
  const sets = new ImportedSets();
  for (let run = 0; run < 2; run++) sets.note({ ...PARENT, modules: ['numpy', 'pandas'] }, []);
  sets.note({ ...PARENT, modules: ['sklearn'] }, ['numpy', 'pandas']);
  assert.deepEqual(sets.habit('train')?.modules, ['numpy', 'pandas']);
  sets.note({ ...PARENT, modules: ['sklearn'] }, ['numpy', 'pandas']);
  assert.deepEqual(sets.habit('train')?.modules, ['numpy', 'pandas', 'sklearn']);
});

test('runs with nothing in common have no habit', () => {
  const sets = new ImportedSets();
  sets.note({ ...PARENT, modules: ['numpy'] }, []);
  sets.note({ ...PARENT, modules: ['torch'] }, []);
  assert.equal(sets.habit('train'), undefined);
});

test('programs that have not run for longest are forgotten', () => {
  const sets = new ImportedSets();
  for (const program of ['train', ...Array.from({ length: 2_000 }, (_, index) => `other-${index}`)]) {
    for (let run = 0; run < 2; run++) sets.note({ parentId: 'parent', program, modules: ['numpy'] }, []);
  }
  assert.equal(sets.habit('train'), undefined);
  assert.notEqual(sets.habit('other-1999'), undefined);
});

test('a set is the same in any order of its modules', () => {
  assert.equal(moduleSet(['a', 'b']).key, moduleSet(['b', 'a']).key);
  assert.notEqual(moduleSet(['a', 'b']).key, moduleSet(['a']).key);
  assert.equal(includesSet(moduleSet(['a', 'b']), moduleSet(['b'])), true);
  assert.equal(includesSet(moduleSet(['b']), moduleSet(['a', 'b'])), false);
});
