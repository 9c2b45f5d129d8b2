import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeLimits } from './limits.ts';

test('the doctor says how limits are enforced and what would make it better', () => {
  const linux = { platform: 'linux', hasSystemd: true };
  assert.deepEqual(judgeLimits({ mode: 'v2', controllers: ['cpu', 'memory', 'pids'], reason: '' }, linux), {
    subject: 'limits',
    verdict: 'good',
    observation: 'memory, processes and CPU by control groups (version 2)',
  });
  assert.match(judgeLimits({ mode: 'v1', controllers: ['memory', 'pids'], reason: '' }, linux).observation, /version 1\), CPU not at all$/);
  const none = judgeLimits({ mode: 'none', controllers: [], reason: 'Permission denied: /sys/fs/cgroup/memory' }, linux);
  assert.match(none.observation, /twice a second, CPU is not limited \(Permission denied: /);
  assert.match(none.nextStep!, /systemd-run --user --scope -p Delegate=yes slipway up$/);
  assert.match(judgeLimits({ mode: 'none', controllers: [], reason: 'x' }, { ...linux, hasSystemd: false }).nextStep!, /^for exact limits start Slipway where it may write to \/sys\/fs\/cgroup/);
});
