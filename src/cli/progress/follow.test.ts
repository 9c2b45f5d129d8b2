import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../base/mod.ts';
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

test('a retry has a log of its own', async () => {
  let asked = 0;
  await follow({
    async *views() {
      yield viewOf('RUNNING', stepOf('load', 'RUNNING'));
      yield viewOf('RUNNING', stepOf('load', 'WAITING', { attempt: 1 }));
      yield viewOf('RUNNING', stepOf('load', 'RUNNING', { attempt: 1 }));
      yield viewOf('FAILED', stepOf('load', 'FAILED', { attempt: 1 }));
    },
    async *lines() {
      asked++;
      yield* [];
    },
  });
  assert.equal(asked, 2);
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
