// Jobs on a real API server: Pods are made once, counted once, and let go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JOBS, PODS } from '../../../api/mod.ts';
import { until, type JsonObject } from '../../../base/mod.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';

const TEMPLATE = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
const job = (name: string, spec: JsonObject = {}) => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template: TEMPLATE, ...spec } });
const labelOf = (name: string) => `job-name=${name}`;

test('Jobs', async (t) => {
  const world = await ControllersWorld.start(t);
  const status = async (name: string) => (await world.get(JOBS, name)).status ?? {};
  const condition = (name: string, type: string) => until(`${name} to be ${type}`, async () => ((await status(name))['conditions'] as JsonObject[] | undefined)?.find((one) => one['type'] === type && one['status'] === 'True'));

  await t.test('twenty Pods, three at a time, one fails on the way: each counted once', async () => {
    await world.create(JOBS, job('many', { completions: 20, parallelism: 3 }));
    let isFirst = true;
    await until('twenty successes', async () => {
      for (const pod of await world.pods(labelOf('many'))) {
        if (['Succeeded', 'Failed'].includes(String(pod.status?.['phase']))) continue;
        await world.report(pod, isFirst ? 'Failed' : 'Succeeded', { agoMs: isFirst ? 3_600_000 : 0 });
        isFirst = false;
      }
      return Number((await status('many'))['succeeded'] ?? 0) === 20;
    });
    await condition('many', 'Complete');
    const { succeeded, failed, active, uncountedTerminatedPods } = await status('many');
    assert.deepEqual([succeeded, failed, active, uncountedTerminatedPods], [20, 1, undefined, {}]);
    const pods = await world.pods(labelOf('many'));
    assert.equal(pods.length, 21, 'none was made too many');
    assert.ok(pods.every(({ metadata }) => metadata.finalizers === undefined));
    await until('the events', async () => (await world.eventReasons('many')).includes('Completed'));
  });

  await t.test('a Job that is deleted in the background takes its Pods along, finalizers and all', async () => {
    await world.create(JOBS, job('dropped'));
    await world.activePods(labelOf('dropped'), 1);
    await world.api.delete({ type: JOBS, namespace: 'default', name: 'dropped' }, { propagationPolicy: 'Background' });
    await until('the Pod to be gone', async () => (await world.pods(labelOf('dropped'))).length === 0);
  });

  await t.test('one that is deleted without its Pods leaves them free of finalizers', async () => {
    await world.create(JOBS, job('orphaning'));
    await world.activePods(labelOf('orphaning'), 1);
    await world.api.delete({ type: JOBS, namespace: 'default', name: 'orphaning' }, { propagationPolicy: 'Orphan' });
    const [pod] = await until('the orphan', async () => {
      const pods = await world.pods(labelOf('orphaning'));
      return pods[0]?.metadata.finalizers === undefined && pods[0]?.metadata.ownerReferences === undefined ? pods : undefined;
    });
    assert.equal(pod?.metadata.deletionTimestamp, undefined);
  });

  await t.test('suspended and resumed; a manual selector adopts; a finished one goes when its time is up', async () => {
    const manual = { manualSelector: true, selector: { matchLabels: { mine: 'yes' } }, template: { ...TEMPLATE, metadata: { labels: { mine: 'yes' } } } };
    await world.create(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'mine', labels: { mine: 'yes' } }, spec: TEMPLATE.spec });
    await world.create(JOBS, job('manual', { ...manual, ttlSecondsAfterFinished: 1 }));
    await until('the adoption', async () => (await world.get(PODS, 'mine')).metadata.ownerReferences?.[0]?.name === 'manual');
    await world.patch(JOBS, 'manual', { spec: { suspend: true } });
    await condition('manual', 'Suspended');
    await world.activePods('mine=yes', 0);
    await world.patch(JOBS, 'manual', { spec: { suspend: false } });
    const [pod] = await world.activePods('mine=yes', 1);
    await world.report(pod!, 'Succeeded');
    await until('the Job to be gone', async () => !(await world.api.get({ type: JOBS, namespace: 'default', name: 'manual' })).ok);
  });

  await t.test('an indexed Job ends when its failure policy says so', async () => {
    const podFailurePolicy = { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }] };
    await world.create(JOBS, job('indexed', { completionMode: 'Indexed', completions: 3, parallelism: 3, podFailurePolicy }));
    const pods = await world.activePods(labelOf('indexed'), 3);
    assert.deepEqual(new Set(pods.map(({ spec }) => spec?.['hostname'])), new Set(['indexed-0', 'indexed-1', 'indexed-2']));
    await world.report(pods[1]!, 'Failed', { exitCode: 42 });
    assert.equal((await condition('indexed', 'Failed'))['reason'], 'PodFailurePolicy');
    assert.equal((await status('indexed'))['failed'], 3);
    await world.activePods(labelOf('indexed'), 0);
  });
});

test('a Job whose Pods a quota refuses has its start, from which its deadline counts, and counts no Pod', async (t) => {
  const world = await ControllersWorld.start(t);
  const quotas = { group: '', version: 'v1', resource: 'resourcequotas' };
  await world.create(quotas, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { pods: '0' } } });
  await world.create(JOBS, job('held', { parallelism: 2, completions: 2 }));
  const status = await until('its start', async () => {
    const { status: told } = await world.get(JOBS, 'held');
    return told?.['startTime'] === undefined ? undefined : told;
  });
  assert.equal(status['active'], undefined);
});
