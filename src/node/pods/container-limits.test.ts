import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STEP_ANNOTATION } from '../../api/mod.ts';
import { containerLimits } from './container-limits.ts';

function limitsOf(limits: Record<string, string>, annotations: Record<string, string> = {}) {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', annotations }, spec: { containers: [{ name: 'main', image: 'x', resources: { limits } }] } };
  return containerLimits(pod, 'main', 100);
}

test('every container has a limit of processes; a step only beside limits of its own', () => {
  const step = { [STEP_ANNOTATION]: '{}' };
  assert.deepEqual(limitsOf({}), { processCountMax: 100 });
  assert.deepEqual(limitsOf({}, step), {});
  assert.deepEqual(limitsOf({ memory: '64Mi', cpu: '500m' }, step), { memoryBytes: 64 * 1024 ** 2, cpuMilli: 500, processCountMax: 100 });
});
