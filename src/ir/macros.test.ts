import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandMacros } from './macros.ts';

const NOW = Date.UTC(2026, 7, 5, 14, 3, 9, 70);
const SCHEDULED = Date.UTC(2026, 0, 31, 0, 0, 0);
const expand = (text: string, values: object = {}) => expandMacros({ text }, { runId: 'id', nowMs: NOW, ...values })['text'];

test('macros of a one-off run: the run and the current time; the others stay', () => {
  assert.equal(expand('[[RunUUID]]/[[CurrentTime]]'), 'id/20260805140309');
  assert.equal(expand('[[CurrentTime.Mon Jan _2 15:04:05.000 2006]]'), 'Wed Aug  5 14:03:09.070 2026');
  assert.equal(expand('[[CurrentTime.January 2, 06 at 3:04PM MST (002)]]'), 'August 5, 26 at 2:03PM UTC (217)');
  assert.equal(expand("{{$.currentTime.strftime('%Y-%m-%dT%H:%M:%S %j %%')}}"), '2026-08-05T14:03:09 217 %');
  for (const text of ['[[Index]]', '[[ScheduledTime]]', "{{$.scheduledTime.strftime('%Y')}}", '[[Unknown]]', '[[]]', '[[[', '{{$.currentTime}}']) {
    assert.equal(expand(text), text);
  }
});

test('runs of a series also have a scheduled time and an index', () => {
  const series = { scheduledAtMs: SCHEDULED, index: 3 };
  assert.equal(expand('[[Index]] [[ScheduledTime]] [[ScheduledTime.2006-01-02]]', series), '3 20260131000000 2026-01-31');
  assert.equal(expand("{{$.scheduledTime.strftime('%a %d %b %y')}}", series), 'Sat 31 Jan 26');
});

test('only strings are expanded, and the result is not expanded again', () => {
  const parameters = { list: ['[[RunUUID]]'], number: 1, text: '[[RunUUID]]' };
  assert.deepEqual(expandMacros(parameters, { runId: '[[CurrentTime]]', nowMs: NOW }), { ...parameters, text: '[[CurrentTime]]' });
});
