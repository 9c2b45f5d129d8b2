import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlotHolder } from './slot-holder.ts';
import { Slots } from './slots.ts';

const NEVER = new AbortController().signal;

function waiter(slots: Slots, signal: AbortSignal = NEVER) {
  const holder = new SlotHolder(slots);
  const sentences: string[] = [];
  const state = { isTaken: false, failure: undefined as unknown };
  const taken = holder.take({ signal, onWait: (message) => sentences.push(message) }).then(
    () => void (state.isTaken = true),
    (error: unknown) => void (state.failure = error),
  );
  return { holder, sentences, state, taken };
}

test('slots are given in the order of asking, and a second release gives nothing back', async () => {
  const slots = new Slots(1, 'one at a time');
  const [first, second, third] = [waiter(slots), waiter(slots), waiter(slots)];
  await first.taken;
  assert.deepEqual(slots.status(), { countMax: 1, usedCount: 1, waitingCount: 2 });
  assert.deepEqual(first.sentences, []);
  assert.deepEqual(second.sentences, ['one at a time']);
  first.holder.release();
  first.holder.release();
  await second.taken;
  assert.equal(third.state.isTaken, false);
  second.holder.release();
  await third.taken;
  third.holder.release();
  assert.deepEqual(slots.status(), { countMax: 1, usedCount: 0, waitingCount: 0 });
});

test('one holder that is asked twice takes one slot', async () => {
  const slots = new Slots(2, 'two at a time');
  const holder = new SlotHolder(slots);
  const take = () => holder.take({ signal: NEVER, onWait: () => undefined });
  await Promise.all([take(), take()]);
  await take();
  assert.equal(slots.status().usedCount, 1);
  holder.release();
  assert.equal(slots.status().usedCount, 0);
});

test('who gives up leaves the line', async () => {
  const slots = new Slots(1, 'one at a time');
  const abort = new AbortController();
  const [first, second, third] = [waiter(slots), waiter(slots, abort.signal), waiter(slots)];
  await first.taken;
  abort.abort(new Error('deleted'));
  await second.taken;
  assert.match(String(second.state.failure), /deleted/);
  first.holder.release();
  await third.taken;
  assert.equal(third.state.isTaken, true);
  assert.equal(slots.status().waitingCount, 0);
});

test('what runs already counts even beyond the limit', async () => {
  const slots = new Slots(1, 'one at a time');
  const [a, b] = [new SlotHolder(slots), new SlotHolder(slots)];
  a.occupy();
  b.occupy();
  const next = waiter(slots);
  assert.equal(slots.status().usedCount, 2);
  a.release();
  await Promise.resolve();
  assert.equal(next.state.isTaken, false);
  b.release();
  await next.taken;
  assert.equal(next.state.isTaken, true);
});
