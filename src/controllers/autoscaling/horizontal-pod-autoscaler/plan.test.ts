// What an autoscaler does with the figures of its Pods.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRfc3339, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { planAutoscaler, type AutoscalerFacts, type AutoscalerPlan } from './plan.ts';

const NOW = Date.parse('2030-01-01T12:00:00Z');
const CPU_50 = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } };

function autoscaler(spec: JsonObject = {}, status: JsonObject = {}): KubeObject {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  return { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web', namespace: 'ns', generation: 1 }, spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 10, metrics: [CPU_50], ...spec }, status };
}

interface Given {
  readonly cpu?: string;
  readonly request?: string;
  readonly phase?: string;
  readonly isReady?: boolean;
  readonly ageSeconds?: number;
  /** Since when it is ready, or is not. */
  readonly readySeconds?: number;
  readonly isLeaving?: boolean;
  readonly containers?: readonly { readonly name: string; readonly cpu: string; readonly request: string }[];
}

/** A Pod and its figures; without `cpu` there are none. */
function measured(name: string, { cpu, request = '100m', phase = 'Running', isReady = true, ageSeconds = 3600, readySeconds = ageSeconds - 10, isLeaving = false, containers }: Given = {}) {
  const parts = containers ?? [{ name: 'main', cpu: cpu ?? '', request }];
  const condition = { type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: toRfc3339(NOW - readySeconds * 1000) };
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'ns', uid: name, ...(isLeaving ? { deletionTimestamp: toRfc3339(NOW) } : {}) },
    spec: { containers: parts.map((part) => ({ name: part.name, resources: part.request === '' ? {} : { requests: { cpu: part.request, memory: '64Mi' } } })) },
    status: { phase, startTime: toRfc3339(NOW - ageSeconds * 1000), conditions: [condition] },
  };
  const metric = { kind: 'PodMetrics', apiVersion: 'metrics.k8s.io/v1beta1', metadata: { name, namespace: 'ns' }, timestamp: toRfc3339(NOW), window: '15.017s', containers: parts.map((part) => ({ name: part.name, usage: { cpu: part.cpu, memory: '100Mi' } })) };
  return { pod, metrics: cpu === undefined && containers === undefined ? [] : [metric as unknown as KubeObject] };
}

type MeasuredPod = ReturnType<typeof measured>;

function facts(one: KubeObject, wanted: number, pods: readonly MeasuredPod[], more: Partial<AutoscalerFacts> = {}): AutoscalerFacts {
  const figures = { pods: pods.map(({ pod }) => pod), metrics: { kind: 'known', value: pods.flatMap(({ metrics }) => metrics) }, nowMs: NOW, startOf: ({ status }: KubeObject) => Date.parse(String(status?.['startTime'])) } as const;
  return { autoscaler: one, target: { kind: 'found', wanted, selector: 'app=web' }, metrics: { kind: 'measured', measured: figures }, history: { recommendations: [], steps: [] }, steadyMs: 0, ...more };
}

const plan = (one: KubeObject, wanted: number, ...pods: readonly MeasuredPod[]) => planAutoscaler(facts(one, wanted, pods), NOW);
const replicas = (one: KubeObject, wanted: number, ...pods: readonly MeasuredPod[]) => plan(one, wanted, ...pods).rescale?.replicas ?? wanted;
const conditions = ({ status }: AutoscalerPlan) => ((status?.['conditions'] ?? []) as JsonObject[]).map(({ type, status: is, reason }) => `${String(type)}=${String(is)} ${String(reason)}`);
const currentMetrics = ({ status }: AutoscalerPlan) => (status?.['currentMetrics'] ?? []) as readonly JsonObject[];
const messageOf = ({ status }: AutoscalerPlan, type: string) => ((status?.['conditions'] ?? []) as JsonObject[]).find((one) => one['type'] === type)?.['message'];

test('as many Pods as bring the use to its target', () => {
  const grown = plan(autoscaler(), 2, measured('a', { cpu: '90m' }), measured('b', { cpu: '60m' }));
  assert.deepEqual(grown.rescale, { replicas: 3, reason: 'cpu resource utilization (percentage of request) above target' });
  assert.deepEqual(conditions(grown), ['AbleToScale=True SucceededRescale', 'ScalingActive=True ValidMetricFound', 'ScalingLimited=False DesiredWithinRange']);
  assert.deepEqual(grown.status?.['currentMetrics'], [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 75, averageValue: '75m' } } }]);
  assert.deepEqual([grown.status?.['currentReplicas'], grown.status?.['desiredReplicas'], grown.status?.['lastScaleTime']], [2, 3, toRfc3339(NOW)]);
  assert.deepEqual(grown.events, [{ type: 'Normal', reason: 'SuccessfulRescale', message: 'New size: 3; reason: cpu resource utilization (percentage of request) above target' }]);
  const shrunk = plan(autoscaler(), 4, ...['a', 'b', 'c', 'd'].map((name) => measured(name, { cpu: '10m' })));
  assert.deepEqual(shrunk.rescale, { replicas: 1, reason: 'All metrics below target' });
  const steady = plan(autoscaler(), 2, measured('a', { cpu: '54m' }), measured('b', { cpu: '55m' }));
  assert.deepEqual([steady.rescale, conditions(steady)[0]], [undefined, 'AbleToScale=True ReadyForNewScale'], 'a tenth more or less is nothing');
  const strict = autoscaler({ behavior: { scaleUp: { tolerance: '0.05', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }] } } });
  assert.equal(replicas(strict, 2, measured('a', { cpu: '54m' }), measured('b', { cpu: '55m' })), 3);
  const value = { type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '10' } } };
  const tiny = (tolerance: string) => autoscaler({ metrics: [value], behavior: { scaleUp: { tolerance, policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }] } } });
  assert.deepEqual(['0.0008', '0.0005'].map((tolerance) => replicas(tiny(tolerance), 1, measured('a', { cpu: '10006m' }))), [1, 2], 'no tolerance is too fine');
});

test('the metric that asks for the most decides; a value for each Pod, and single containers', () => {
  const memory = { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '40Mi' } } };
  const both = plan(autoscaler({ metrics: [CPU_50, memory] }), 2, measured('a', { cpu: '50m' }), measured('b', { cpu: '50m' }));
  assert.deepEqual(both.rescale, { replicas: 4, reason: 'memory resource above target' }, 'five were wanted, four are the most at a time');
  assert.deepEqual(currentMetrics(both)[1], { type: 'Resource', resource: { name: 'memory', current: { averageValue: '104857600' } } });
  const sidecar = { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'main', target: { type: 'Utilization', averageUtilization: 50 } } };
  const containers = [{ name: 'main', cpu: '100m', request: '100m' }, { name: 'proxy', cpu: '0', request: '' }];
  const byContainer = plan(autoscaler({ metrics: [sidecar] }), 1, measured('a', { containers }));
  assert.deepEqual(byContainer.rescale, { replicas: 2, reason: 'cpu container resource utilization (percentage of request) above target' });
  assert.deepEqual(byContainer.status?.['currentMetrics'], [{ type: 'ContainerResource', containerResource: { name: 'cpu', container: 'main', current: { averageUtilization: 100, averageValue: '100m' } } }]);
  const unasked = plan(autoscaler(), 1, measured('a', { containers }));
  assert.equal(messageOf(unasked, 'ScalingActive'), 'the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container proxy of Pod a');
});

test('Pods of which nothing is known dampen a change', () => {
  const busy = measured('a', { cpu: '200m' });
  assert.equal(replicas(autoscaler(), 1, busy), 4);
  assert.equal(replicas(autoscaler(), 2, busy, measured('b')), 4, 'counted as idle: 100 % of 50 % by two');
  assert.equal(replicas(autoscaler(), 2, busy, measured('b', { phase: 'Pending' })), 4);
  assert.equal(replicas(autoscaler(), 4, busy, ...['b', 'c', 'd'].map((name) => measured(name, { phase: 'Pending' }))), 4, 'those on their way are enough');
  assert.equal(replicas(autoscaler(), 2, measured('a', { cpu: '10m' }), measured('b')), 2, 'while it shrinks, counted as fully busy');
  assert.equal(replicas(autoscaler(), 2, measured('a', { cpu: '10m' }), measured('b', { phase: 'Pending' })), 1);
  assert.equal(replicas(autoscaler(), 2, measured('a', { cpu: '10m' }), measured('b', { cpu: '500m', isLeaving: true })), 1, 'who leaves does not count');
  assert.match(String(messageOf(plan(autoscaler(), 1, measured('a', { cpu: '200m', phase: 'Pending' })), 'ScalingActive')), /did not receive metrics for targeted pods \(pods might be unready\)$/);
});

test('what the CPU did while a Pod started says nothing', () => {
  const others = [measured('a', { cpu: '50m' }), measured('b', { cpu: '50m' })];
  const with4000 = (given: Given) => replicas(autoscaler(), 3, ...others, measured('c', { cpu: '4', ...given }));
  assert.equal(with4000({ ageSeconds: 60, readySeconds: 40 }), 6, 'ready for longer than the window');
  assert.equal(with4000({ ageSeconds: 60, readySeconds: 10 }), 3, 'the window began before it was ready');
  assert.equal(with4000({ ageSeconds: 60, isReady: false, readySeconds: 50 }), 3);
  assert.equal(with4000({ ageSeconds: 600, isReady: false, readySeconds: 590 }), 3, 'it has never been ready');
  assert.equal(with4000({ ageSeconds: 600, isReady: false, readySeconds: 100 }), 6, 'it was ready once');
});

test('what can not be measured is said; what is known may still make it grow', () => {
  const pods = { type: 'Pods', pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '10' } } };
  const none = plan(autoscaler({ metrics: [pods] }, { desiredReplicas: 2 }), 2, measured('a', { cpu: '90m' }));
  assert.deepEqual([none.rescale, conditions(none), none.status?.['currentMetrics'], none.status?.['desiredReplicas']], [undefined, ['AbleToScale=True SucceededGetScale', 'ScalingActive=False FailedGetPodsMetric'], undefined, 2]);
  assert.match(String(messageOf(none, 'ScalingActive')), /custom\.metrics\.k8s\.io/);
  assert.deepEqual(none.events.map(({ reason }) => reason), ['FailedGetPodsMetric', 'FailedComputeMetricsReplicas']);
  const some = autoscaler({ metrics: [pods, CPU_50] });
  const grown = plan(some, 1, measured('a', { cpu: '100m' }));
  assert.deepEqual([grown.rescale?.replicas, conditions(grown)[1], currentMetrics(grown).map(({ type }) => type)], [2, 'ScalingActive=True ValidMetricFound', ['', 'Resource']]);
  assert.deepEqual([plan(some, 2, measured('a', { cpu: '5m' })).rescale, conditions(plan(some, 2, measured('a', { cpu: '5m' })))[1]], [undefined, 'ScalingActive=False FailedGetPodsMetric']);
  const unmeasured = planAutoscaler({ ...facts(autoscaler(), 1, []), metrics: { kind: 'measured', measured: { pods: [], metrics: { kind: 'unknown', why: 'nothing can be measured now' }, nowMs: NOW, startOf: () => 0 } } }, NOW);
  assert.match(String(messageOf(unmeasured, 'ScalingActive')), /unable to fetch metrics from resource metrics API: nothing can be measured now$/);
  assert.match(unmeasured.events[1]?.message ?? '', /^invalid metrics \(1 invalid out of 1\), first error is: failed to get cpu resource metric value: failed to get cpu utilization: unable to get metrics for resource cpu: /);
});

test('the bounds go before the metrics; a target of no Pods is switched off', () => {
  const busy = measured('a', { cpu: '900m' });
  assert.deepEqual(plan(autoscaler({ minReplicas: 3 }), 1, busy).rescale, { replicas: 3, reason: 'Current number of replicas below Spec.MinReplicas' });
  assert.deepEqual(plan(autoscaler(), 12, busy).rescale, { replicas: 10, reason: 'Current number of replicas above Spec.MaxReplicas' });
  const off = plan(autoscaler(), 0);
  assert.deepEqual([off.rescale, conditions(off), off.status?.['desiredReplicas']], [undefined, ['AbleToScale=True SucceededGetScale', 'ScalingActive=False ScalingDisabled'], 0]);
  const limited = plan(autoscaler({ maxReplicas: 3 }), 2, busy, measured('b', { cpu: '900m' }));
  assert.deepEqual([limited.rescale?.replicas, conditions(limited)[2]], [3, 'ScalingLimited=True TooManyReplicas']);
});

test('a target that is not there, one that refuses, and Pods that are not clear', () => {
  const busy = measured('a', { cpu: '100m' });
  const lost = planAutoscaler({ ...facts(autoscaler({}, { currentReplicas: 4, desiredReplicas: 4 }), 1, []), target: { kind: 'missing', reason: 'deployments.apps "web" not found' } }, NOW);
  assert.deepEqual([conditions(lost), lost.status?.['currentReplicas'], lost.events[0]?.reason], [['AbleToScale=False FailedGetScale'], 4, 'FailedGetScale']);
  const refused = planAutoscaler(facts(autoscaler(), 1, [busy], { refusal: 'exceeded quota' }), NOW);
  assert.deepEqual([refused.rescale, conditions(refused)[0], refused.status?.['lastScaleTime'], refused.events], [
    undefined,
    'AbleToScale=False FailedUpdateScale',
    undefined,
    [{ type: 'Warning', reason: 'FailedRescale', message: 'New size: 2; reason: cpu resource utilization (percentage of request) above target; error: exceeded quota' }],
  ]);
  assert.deepEqual(refused.history?.steps, [], 'no step was taken');
  const unclear = planAutoscaler(facts(autoscaler(), 1, [busy], { metrics: { kind: 'refused', reason: 'AmbiguousSelector', message: 'two' } }), NOW);
  assert.deepEqual([unclear.rescale, conditions(unclear)[1]], [undefined, 'ScalingActive=False AmbiguousSelector']);
});

test('between two looks at the metrics nothing is forgotten', () => {
  const first = plan(autoscaler(), 2, measured('a', { cpu: '90m' }), measured('b', { cpu: '60m' }));
  const between = planAutoscaler(facts(autoscaler({}, first.status), 3, [], { metrics: { kind: 'held' }, history: first.history }), NOW + 1000);
  assert.deepEqual(between.status, { ...first.status, currentReplicas: 3 });
  assert.deepEqual(between.history, first.history);
  const same = planAutoscaler(facts(autoscaler({}, between.status), 3, [], { metrics: { kind: 'held' }, history: first.history }), NOW + 2000);
  assert.equal(same.status, undefined);
});

test('what has just started is not made smaller at once', () => {
  const idle = [measured('a', { cpu: '1m' }), measured('b', { cpu: '1m' })];
  const begun = planAutoscaler(facts(autoscaler(), 2, idle, { history: undefined }), NOW);
  assert.deepEqual([begun.rescale, conditions(begun)[0]], [undefined, 'AbleToScale=True ScaleDownStabilized']);
  assert.equal(planAutoscaler(facts(autoscaler(), 2, idle, { history: begun.history, steadyMs: 299_000 }), NOW).rescale, undefined);
  assert.equal(planAutoscaler(facts(autoscaler(), 2, idle, { history: begun.history, steadyMs: 300_000 }), NOW).rescale?.replicas, 1);
});
