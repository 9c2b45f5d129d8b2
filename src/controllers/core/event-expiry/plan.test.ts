import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRfc3339, type KubeObject } from '../../../base/mod.ts';
import { planExpiry } from './plan.ts';

const NOW = Date.parse('2030-01-01T12:00:00Z');
const ago = (minutes: number) => toRfc3339(NOW - minutes * 60_000);

function names(...events: readonly (readonly [name: string, createdAgo: number, more?: object])[]): string[] {
  const made = events.map(([name, createdAgo, more]): KubeObject => ({ apiVersion: 'v1', kind: 'Event', metadata: { name, creationTimestamp: ago(createdAgo) }, ...more }));
  return planExpiry(made, NOW).expired.map(({ metadata }) => metadata.name);
}

test('an Event goes an hour after it was last told', () => {
  assert.deepEqual(names(['old', 61], ['young', 59]), ['old']);
  assert.deepEqual(names(['told again', 200, { lastTimestamp: ago(5) }], ['told long ago', 200, { lastTimestamp: ago(61) }]), ['told long ago']);
  assert.deepEqual(names(['of the new group', 200, { eventTime: ago(200), lastTimestamp: null, series: { count: 7, lastObservedTime: ago(1) } }]), []);
});

test('the next look comes soon when more have to go than one look removes', () => {
  const old: KubeObject = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'old', creationTimestamp: ago(61) } };
  const delays = [1, 3_000].map((count) => planExpiry(Array.from({ length: count }, () => old), NOW).delayMs);
  assert.deepEqual(delays, [60_000, 1_000]);
});

test('one that tells of the past stays an hour all the same', () => {
  assert.deepEqual(names(['of yesterday', 1, { lastTimestamp: ago(1440) }]), []);
});
