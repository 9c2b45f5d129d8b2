import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Task } from '../../api/messages.ts';
import { noEventsSentence } from './step-events.ts';

const task = (state: string, rest: object = {}): Task => ({ name: 'parse', status_metadata: { custom_properties: { state, ...rest } } }) as Task;

test('a step without events is explained by its state', () => {
  const failed = noEventsSentence(task('FAILED', { started_at: '2026-01-01T00:00:00Z', exit_code: 7 }));
  assert.match(failed, /its command ended with exit code 7.*log/i);
  assert.match(noEventsSentence(task('FAILED')), /before its command began/);
  assert.match(noEventsSentence(task('CANCELED')), /stopped/);
  assert.match(noEventsSentence(task('RUNNING', { started_at: '2026-01-01T00:00:00Z' })), /runs/);
  assert.match(noEventsSentence(task('PENDING')), /^None yet/);
  assert.match(noEventsSentence(task('SUCCEEDED')), /Nothing out of the ordinary/);
});

test('only what went well is called ordinary', () => {
  for (const state of ['FAILED', 'CANCELED', 'CANCELING', 'PENDING', 'WAITING', 'RUNNING']) assert.doesNotMatch(noEventsSentence(task(state)), /ordinary/, state);
});
