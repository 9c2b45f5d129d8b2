import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../base/mod.ts';
import { builtinKinds } from '../../api/mod.ts';
import { isUntold } from './observe-pod.ts';

const podKind = builtinKinds.find(({ kind }) => kind === 'Pod')!;

test('a Pod that was just made is untold, one that its node or a scheduler has spoken of is not', () => {
  const created = podKind.prepareForCreate!({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'step' }, spec: { containers: [{ name: 'main' }] } }, 0);
  assert.equal(isUntold(created), true);
  const told = (status: object): KubeObject => ({ ...created, status: { ...created.status, ...status } });
  assert.equal(isUntold(told({ phase: 'Running' })), false);
  assert.equal(isUntold(told({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] })), false);
  assert.equal(isUntold(told({ containerStatuses: [{ name: 'main', state: { waiting: { reason: 'PreparingEnvironment' } } }] })), false);
});
