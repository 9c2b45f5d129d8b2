import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { podSpecOf } from './pod-spec.ts';

test('the grace of a Pod: its own, none, thirty seconds by default, and one second for a negative one', () => {
  const graceOf = (spec: JsonObject) => podSpecOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec }).terminationGracePeriodSeconds;
  assert.deepEqual([{ terminationGracePeriodSeconds: 5 }, { terminationGracePeriodSeconds: 0 }, {}, { terminationGracePeriodSeconds: -1 }].map(graceOf), [5, 0, 30, 1]);
});
