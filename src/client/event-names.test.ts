import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventNames } from './event-names.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', uid: 'u' } };
const NOW = Date.parse('2026-12-01T09:00:00Z');

test('names of events are in the order in which they happened, also within a millisecond and after the clock was set back', () => {
  const names = new EventNames();
  const made = [NOW, NOW, NOW, NOW + 1, NOW - 86_400_000].map((nowMs, index) => names.nameOf(pod, `event ${index}`, nowMs));
  assert.deepEqual(made.toSorted(), made);
  assert.equal(new Set(made).size, 5);
  assert.match(made[0]!, /^p\.[0-9a-f]{16}$/);
});

test('a repetition has the name of the first one, of another object a name of its own', () => {
  const names = new EventNames();
  const [first, other] = [names.nameOf(pod, 'Pulled', NOW), names.nameOf({ ...pod, metadata: { name: 'p', uid: 'v' } }, 'Pulled', NOW)];
  assert.notEqual(first, other);
  assert.equal(names.nameOf(pod, 'Pulled', NOW + 5000), first);
  for (let index = 0; index < 4096; index++) names.nameOf(pod, `later ${index}`, NOW);
  assert.notEqual(names.nameOf(pod, 'Pulled', NOW + 5000), first, 'not remembered for ever');
});
