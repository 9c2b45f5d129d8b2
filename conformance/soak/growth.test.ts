import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complainOfGrowth } from './growth.ts';

const LIMITS = { ratioMax: 1.1, differenceMax: 20 };

test('what grows is told, warming up and noise are not', () => {
  assert.equal(complainOfGrowth('memory', [10, 50, 90, 100, 105, 98, 103, 99, 104], LIMITS), undefined);
  assert.equal(complainOfGrowth('memory', [100, 100, 100, 100, 100, 100, 115, 115, 115], LIMITS), undefined, 'below the difference');
  assert.equal(complainOfGrowth('memory', [1000, 1000, 1000, 1000, 1000, 1000, 1050, 1050, 1050], LIMITS), undefined, 'below the ratio');
  assert.match(complainOfGrowth('memory', [100, 110, 120, 130, 140, 150, 160, 170, 180], LIMITS) ?? '', /^memory grows: 140 in the second third, 170 in the last$/);
  assert.equal(complainOfGrowth('memory', [1, 1000], LIMITS), undefined, 'too short to tell');
});
