import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saysKilledForMemory } from './kernel-log.ts';

test('the record of a kill names the group of the task that was killed, not only the one that was full', () => {
  const record = '6,1801,18469843022,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=libpod-c0ffee,mems_allowed=0,oom_memcg=/libpod_parent,task_memcg=/libpod_parent/libpod-ab12,task=tail,pid=28002,uid=0\n';
  assert.equal(saysKilledForMemory(record, 'ab12'), true);
  assert.equal(saysKilledForMemory(record, 'c0ffee'), false);
  assert.equal(saysKilledForMemory(record.replace('oom-kill:', 'x'), 'ab12'), false);
});
