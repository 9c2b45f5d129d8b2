import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLAIMS, CUSTOM_RESOURCE_DEFINITIONS, NODES, PODS, PRIORITY_CLASSES } from '../../../api/mod.ts';
import { until, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { must } from '../../../server/testing/test-server.ts';
import { conditionOf } from '../../pod-state.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';
import { GANG_LABEL } from './demand.ts';

const POD_GROUPS = { group: 'scheduling.x-k8s.io', version: 'v1alpha1', resource: 'podgroups' };

async function machine(world: ControllersWorld, allocatable: JsonObject): Promise<void> {
  must(await world.api.create(NODES, undefined, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'box' }, spec: {} }));
  const status = { allocatable, capacity: allocatable, conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }] };
  must(await world.api.patch({ type: NODES, name: 'box' }, 'merge', { status }, { subresource: 'status' }));
}

function pod(name: string, cpu: string, spec: JsonObject = {}, labels: JsonObject = {}): object {
  const resources = { requests: { cpu } };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { containers: [{ name: 'main', image: 'busybox', resources }], ...spec } };
}

function untilPod(world: ControllersWorld, name: string, what: string, isSo: (pod: KubeObject) => boolean): Promise<KubeObject> {
  return until(`Pod ${name} ${what}`, async () => {
    const found = await world.get(PODS, name);
    return isSo(found) ? found : undefined;
  }, { timeoutMs: 30_000 });
}

const isBound = (found: KubeObject) => found.spec?.['nodeName'] === 'box';
const isWaiting = (reason: string) => (found: KubeObject) => conditionOf(found, 'PodScheduled')?.['reason'] === reason;

test('a Pod that does not fit says why and runs as soon as it can', async (context) => {
  const world = await ControllersWorld.start(context);
  await machine(world, { cpu: '2', memory: '4Gi', pods: '10' });
  await world.create(PODS, pod('first', '1500m'));
  await untilPod(world, 'first', 'has its node', isBound);
  await world.create(PODS, pod('second', '1'));
  const second = await untilPod(world, 'second', 'waits', isWaiting('Unschedulable'));
  const message = String(conditionOf(second, 'PodScheduled')?.['message']);
  assert.match(message, /^0\/1 nodes are available: 1 Insufficient cpu\. .* It asks for 1 CPU; box has 2 CPUs, held by default\/first \(1\.5\)\.$/);
  await until('the events', async () => (await world.eventReasons('second')).includes('FailedScheduling') && (await world.eventReasons('first')).includes('Scheduled'));

  await world.create(PODS, pod('gated', '100m', { schedulingGates: [{ name: 'example.com/gate' }] }));
  await untilPod(world, 'gated', 'is gated', isWaiting('SchedulingGated'));
  await world.patch(PODS, 'gated', { spec: { schedulingGates: [] } });
  await untilPod(world, 'gated', 'has its node', isBound);

  await world.report(await world.get(PODS, 'first'), 'Succeeded');
  await untilPod(world, 'second', 'has its node', isBound);
});

test('a Pod of higher priority displaces one gracefully, is nominated meanwhile, and nobody else takes the room', async (context) => {
  const world = await ControllersWorld.start(context);
  await machine(world, { cpu: '2', memory: '4Gi', pods: '10' });
  must(await world.api.create(PRIORITY_CLASSES, undefined, { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'urgent' }, value: 1000 } as unknown as KubeObject));
  await world.create(PODS, pod('victim', '2'));
  await world.report(await untilPod(world, 'victim', 'has its node', isBound), 'Running');
  await world.create(PODS, pod('urgent', '2', { priorityClassName: 'urgent' }));
  const nominated = await untilPod(world, 'urgent', 'is nominated', (found) => found.status?.['nominatedNodeName'] === 'box');
  assert.match(String(conditionOf(nominated, 'PodScheduled')?.['message']), /a Pod of lower priority leaves for it\.$/);
  const victim = await untilPod(world, 'victim', 'is on its way out', (found) => found.metadata.deletionTimestamp !== undefined);
  assert.equal(conditionOf(victim, 'DisruptionTarget')?.['reason'], 'PreemptionByScheduler');
  assert.equal(victim.metadata.deletionGracePeriodSeconds, 30);
  await world.create(PODS, pod('late', '100m'));
  await untilPod(world, 'late', 'waits', isWaiting('Unschedulable'));
  must(await world.api.delete({ type: PODS, namespace: 'default', name: 'victim' }, { gracePeriodSeconds: 0 }));
  await untilPod(world, 'urgent', 'has its node', isBound);
  assert.ok(!isBound(await world.get(PODS, 'late')));
});

test('the Pods of a PodGroup wait for each other', async (context) => {
  const world = await ControllersWorld.start(context);
  await machine(world, { cpu: '2', memory: '4Gi', pods: '10' });
  const names = { kind: 'PodGroup', plural: 'podgroups', singular: 'podgroup' };
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const spec = { group: POD_GROUPS.group, scope: 'Namespaced', names, versions: [{ name: POD_GROUPS.version, served: true, storage: true, schema }] };
  must(await world.api.create(CUSTOM_RESOURCE_DEFINITIONS, undefined, { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'podgroups.scheduling.x-k8s.io', annotations: { 'api-approved.kubernetes.io': 'unapproved' } }, spec } as unknown as KubeObject));
  const group = { apiVersion: 'scheduling.x-k8s.io/v1alpha1', kind: 'PodGroup', metadata: { name: 'g' }, spec: { minMember: 2 } };
  await until('the kind', async () => (await world.api.create(POD_GROUPS, 'default', group)).ok, { timeoutMs: 30_000 });
  await world.create(PODS, pod('worker-0', '1', {}, { [GANG_LABEL]: 'g' }));
  const alone = await untilPod(world, 'worker-0', 'waits', isWaiting('Unschedulable'));
  assert.match(String(conditionOf(alone, 'PodScheduled')?.['message']), /of which 1 of 2 exist\.$/);
  await world.create(PODS, pod('worker-1', '1', {}, { [GANG_LABEL]: 'g' }));
  await untilPod(world, 'worker-0', 'has its node', isBound);
  await untilPod(world, 'worker-1', 'has its node', isBound);
});

test('a Pod has its node when its claim has its volume', async (context) => {
  const world = await ControllersWorld.start(context);
  await machine(world, { cpu: '2', memory: '4Gi', pods: '10' });
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  await world.create(PODS, pod('user', '1', { volumes }));
  const early = await untilPod(world, 'user', 'waits', isWaiting('Unschedulable'));
  assert.match(String(conditionOf(early, 'PodScheduled')?.['message']), /persistentvolumeclaim "data" not found/);
  await world.create(CLAIMS, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } });
  await untilPod(world, 'user', 'has its node', isBound);
  const claim = await world.get(CLAIMS, 'data');
  assert.equal(claim.status?.['phase'], 'Bound');
  assert.equal(claim.metadata.annotations?.['volume.kubernetes.io/selected-node'], 'box');
});
