import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SortedKeys } from './sorted-keys.ts';

const key = fc.integer({ min: 0, max: 4_000 }).map((number) => `${number % 7}/${number}`);

test('keys come out in order whatever came and went', () => {
  fc.assert(
    fc.property(fc.array(key, { minLength: 1_500, maxLength: 3_000 }), fc.nat(6), (keys, part) => {
      const [sorted, model] = [new SortedKeys(), new Set<string>()];
      for (const each of keys) {
        if (model.delete(each)) sorted.delete(each);
        else {
          model.add(each);
          sorted.add(each);
        }
      }
      const expected = (prefix: string) => [...model].filter((each) => each.startsWith(prefix)).sort();
      for (const prefix of ['', `${part}/`, `${part}/1`, 'z']) assert.deepEqual([...sorted.startingWith(prefix)], expected(prefix));
    }),
    { numRuns: 20 },
  );
});
