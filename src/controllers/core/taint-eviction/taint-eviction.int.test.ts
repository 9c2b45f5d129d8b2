import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NODES, PODS } from '../../../api/mod.ts';
import { systemClock, until, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { must } from '../../../server/testing/test-server.ts';
import { conditionOf } from '../../pod-state.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';
import { evictionAtMs } from './plan.ts';

const TAINT = { key: 'k', value: 'v', effect: 'NoExecute' };
const pod = (tolerations: readonly JsonObject[]): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { tolerations } });

test('how long a Pod stays', () => {
  const forSeconds = (tolerationSeconds: number) => ({ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds });
  assert.equal(evictionAtMs(pod([]), [TAINT], 5_000), 0);
  assert.equal(evictionAtMs(pod([{ operator: 'Exists' }]), [TAINT], 5_000), undefined);
  assert.equal(evictionAtMs(pod([forSeconds(60), forSeconds(10), { operator: 'Exists' }]), [TAINT], 5_000), 15_000, 'the shortest counts');
  assert.equal(evictionAtMs(pod([forSeconds(10)]), [{ ...TAINT, timeAdded: '2030-01-01T00:00:01Z' }], 5_000), 15_000, 'stamps of others are on another clock');
  assert.equal(evictionAtMs(pod([forSeconds(10)]), [TAINT, { ...TAINT, key: 'other' }], 5_000), 0, 'each taint has to be tolerated');
  assert.equal(evictionAtMs(pod([]), [{ ...TAINT, effect: 'NoSchedule' }], 5_000), undefined);
});

test('a NoExecute taint: who does not tolerate it leaves, one that does for a second leaves then, one that does stays', async (context) => {
  const world = await ControllersWorld.start(context);
  must(await world.api.create(NODES, undefined, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'box' }, spec: {} }));
  const running = async (name: string, tolerations: readonly JsonObject[]) =>
    world.report(await world.create(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { nodeName: 'box', tolerations, containers: [{ name: 'main', image: 'busybox' }] } }), 'Running');
  await running('leaves', []);
  await running('later', [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 }]);
  await running('stays', [{ operator: 'Exists' }]);
  must(await world.api.patch({ type: NODES, name: 'box' }, 'merge', { spec: { taints: [TAINT] } }));
  const leaving = (name: string) => until(`Pod ${name} to leave`, async () => {
    const found = await world.get(PODS, name);
    return found.metadata.deletionTimestamp === undefined ? undefined : found;
  });
  assert.equal(conditionOf(await leaving('leaves'), 'DisruptionTarget')?.['reason'], 'DeletionByTaintManager');
  await leaving('later');
  const cameMs = systemClock.steadyMs();
  await running('latest', [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 }]);
  await leaving('latest');
  assert.ok(systemClock.steadyMs() - cameMs >= 1_000, 'its second begins when it comes');
  assert.equal((await world.get(PODS, 'stays')).metadata.deletionTimestamp, undefined);
  await until('the event', async () => (await world.eventReasons('leaves')).includes('TaintManagerEviction'));
});
