import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock, until } from '../../base/mod.ts';
import { createLineDisplay } from './display.ts';
import { followRun, type RunFeed } from './follow.ts';
import type { RunView, StepView } from './run-view.ts';

function stepOf(id: string, state: StepView['state'], rest: Partial<StepView> = {}): StepView {
  return { id, name: id, place: id, state, message: '', attempt: 0, lastLine: '', ...rest };
}

function viewOf(state: RunView['state'], ...steps: StepView[]): RunView {
  return { id: 'r', name: 'iris', state, message: '', createdAtMs: 0, steps };
}

async function follow(feed: RunFeed, signal = new AbortController().signal) {
  let text = '';
  const final = await followRun(feed, createLineDisplay((chunk) => (text += chunk)), { clock: systemClock, signal });
  return { text, final };
}

test('states and lines are shown; the lines of a step that is over before its log is asked for too', async () => {
  const asked: string[] = [];
  const { text, final } = await follow({
    async *views() {
      yield viewOf('RUNNING', stepOf('load', 'RUNNING'));
      yield viewOf('RUNNING', stepOf('load', 'SUCCEEDED'), stepOf('train', 'CACHED'));
      yield viewOf('SUCCEEDED', stepOf('load', 'SUCCEEDED'), stepOf('train', 'CACHED'), stepOf('fast', 'SUCCEEDED'));
    },
    async *lines(id) {
      asked.push(id);
      yield `${id} speaks`;
      yield ' ';
      yield `\u001b[1m${id} ends\u001b[0m`;
    },
  });
  assert.deepEqual(asked, ['load', 'fast']);
  for (const line of [/^load +\| load speaks$/m, /^load +\| load ends$/m, /^fast +\| fast ends$/m, /^train +cached$/m]) assert.match(text, line);
  assert.deepEqual(final.steps.map(({ lastLine }) => lastLine), ['load ends', '', 'fast ends']);
});

test('a step is read once over all its tries, and again when it runs anew after its end', async () => {
  let [askedCount, endedCount] = [0, 0];
  const isTriedTwice = Promise.withResolvers<void>();
  const { text } = await follow({
    async *views() {
      yield viewOf('RUNNING', stepOf('load', 'RUNNING', { startedAtMs: 1 }));
      yield viewOf('RUNNING', stepOf('load', 'WAITING', { attempt: 1 }));
      yield viewOf('RUNNING', stepOf('load', 'RUNNING', { attempt: 1, startedAtMs: 2 }));
      isTriedTwice.resolve();
      await until('the end of the log', () => endedCount === 1);
      yield viewOf('RUNNING', stepOf('load', 'RUNNING', { attempt: 1, startedAtMs: 2 }));
      yield viewOf('RUNNING', stepOf('load', 'FAILED', { attempt: 1, startedAtMs: 2 }));
      yield viewOf('RUNNING', stepOf('load', 'RUNNING', { startedAtMs: 3 }));
      yield viewOf('SUCCEEDED', stepOf('load', 'SUCCEEDED', { startedAtMs: 3 }));
    },
    async *lines() {
      const reading = ++askedCount;
      if (reading === 1) await isTriedTwice.promise;
      yield `reading ${reading}`;
      endedCount++;
    },
  });
  assert.equal(askedCount, 2);
  for (const line of [/^load +\| reading 1$/m, /^load +\| reading 2$/m]) assert.match(text, line);
});

test('a log that can not be read does not end the watch', async () => {
  const { final } = await follow({
    async *views() {
      yield viewOf('RUNNING', stepOf('load', 'RUNNING'));
      yield viewOf('SUCCEEDED', stepOf('load', 'SUCCEEDED'));
    },
    lines() {
      throw new Error('gone');
    },
  });
  assert.equal(final.state, 'SUCCEEDED');
});

test('a step with many siblings gets its log when its turn comes', async () => {
  const steps = Array.from({ length: 40 }, (_, index) => stepOf(`step-${index}`, 'SUCCEEDED'));
  let [open, openMax] = [0, 0];
  const { final } = await follow({
    async *views() {
      yield viewOf('SUCCEEDED', ...steps);
    },
    async *lines(id) {
      openMax = Math.max(openMax, ++open);
      await Promise.resolve();
      yield `line of ${id}`;
      open--;
    },
  });
  assert.ok(openMax <= 16, String(openMax));
  assert.ok(final.steps.every(({ id, lastLine }) => lastLine === `line of ${id}`));
});

test('Ctrl-C ends following with its reason', async () => {
  const controller = new AbortController();
  const following = follow(
    {
      async *views(signal) {
        yield viewOf('RUNNING', stepOf('load', 'WAITING'));
        await systemClock.sleep(60_000, { signal });
      },
      async *lines() {},
    },
    controller.signal,
  );
  controller.abort(new Error('stop'));
  await assert.rejects(following, /stop/);
});
