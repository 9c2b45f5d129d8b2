import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stableSuffix } from '../base/mod.ts';
import { artifactIdOf, attemptUuidOf, podNameOf, runResourceNameOf, stableUuid, type AttemptKey } from './ids.ts';

const key: AttemptKey = { runId: 'r', path: 'root.train', retryCount: 0, groupAttempts: [], attempt: 0 };

test('a Pod name is a DNS label, readable in front', () => {
  assert.match(podNameOf(key, 'iris', 'train'), /^iris-train-[a-z0-9]{10}$/);
  fc.assert(
    fc.property(fc.string(), fc.string(), (pipeline, task) => {
      assert.match(podNameOf(key, pipeline, task), /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    }),
  );
});

test('every attempt of every task of every retry has a name of its own, always the same', () => {
  const keys = [key, { ...key, attempt: 1 }, { ...key, retryCount: 1 }, { ...key, path: 'root.test' }, { ...key, runId: 's' }, { ...key, groupAttempts: [0, 1] }, { ...key, groupAttempts: [1, 0] }];
  assert.equal(new Set(keys.map((each) => podNameOf(each, 'p', 't'))).size, keys.length);
  assert.equal(new Set(keys.map(attemptUuidOf)).size, keys.length);
  assert.equal(new Set(keys.map((each) => artifactIdOf(each, 'model', 0))).size, keys.length);
  assert.equal(podNameOf(key, 'p', 't'), podNameOf({ ...key }, 'p', 't'));
});

test('rows and Pods that an earlier version made keep their names', () => {
  assert.equal(stableUuid(['a']), 'ca978112-ca1b-8dca-bac2-31b39a23dc4d');
  assert.equal(stableSuffix(['a'], 5), 'rv4xr');
});

test('ids look like UUIDs, and the run’s resource name begins with the pipeline', () => {
  assert.match(stableUuid(['a']), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(runResourceNameOf('r', 'iris'), /^iris-[a-z0-9]{5}$/);
});
