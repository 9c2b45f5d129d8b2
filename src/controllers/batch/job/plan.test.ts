// The plan of a Job: what is made, deleted and counted, and how it ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRfc3339, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { formatIndexes, parseIndexes } from './index-set.ts';
import { podOf } from './job-pod.ts';
import { planJob, type JobPlan } from './plan.ts';

const NOW = Date.parse('2030-01-01T12:00:00Z');
const DEFAULTS = { parallelism: 1, completions: 1, backoffLimit: 6, completionMode: 'NonIndexed', podReplacementPolicy: 'TerminatingOrFailed', suspend: false };

function job(spec: JsonObject = {}, status: JsonObject = {}, metadata: object = {}): KubeObject {
  const template = { metadata: { labels: { job: 'work' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'work', namespace: 'ns', uid: 'u-job', ...metadata },
    spec: { ...DEFAULTS, template, ...spec },
    status: { startTime: toRfc3339(NOW - 60_000), ...status },
  };
}

let serial = 0;
interface Given {
  readonly index?: number;
  readonly exitCode?: number;
  readonly agoMs?: number;
  readonly failures?: number;
  readonly isLeaving?: boolean;
  readonly isReleased?: boolean;
  readonly conditions?: readonly JsonObject[];
}

function pod(phase: string, given: Given = {}): KubeObject {
  const uid = `p${++serial}`;
  const made = podOf(job({ completionMode: given.index === undefined ? 'NonIndexed' : 'Indexed' }), {
    ...(given.index === undefined ? {} : { index: given.index }),
    ...(given.failures === undefined ? {} : { failures: { counted: given.failures, ignored: 0 } }),
  });
  const { finalizers, ...metadata } = made.metadata;
  const finishedAt = toRfc3339(NOW - (given.agoMs ?? 3_600_000));
  const terminated = { exitCode: given.exitCode ?? (phase === 'Failed' ? 1 : 0), finishedAt };
  const isOver = phase === 'Failed' || phase === 'Succeeded';
  return {
    ...made,
    metadata: {
      ...metadata,
      name: `work-${uid}`,
      uid,
      creationTimestamp: toRfc3339(NOW - 7_200_000 + serial * 1000),
      ...(given.isReleased === true || finalizers === undefined ? {} : { finalizers }),
      ...(given.isLeaving === true ? { deletionTimestamp: toRfc3339(NOW) } : {}),
    },
    spec: { ...made.spec, nodeName: 'box' },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: phase === 'Running' ? 'True' : 'False' }, ...(given.conditions ?? [])],
      containerStatuses: [{ name: 'main', restartCount: 0, state: isOver ? { terminated } : { running: {} } }],
    },
  };
}

const plan = (one: KubeObject, ...pods: readonly KubeObject[]) => planJob({ job: one, pods }, NOW);
const conditionsOf = ({ status }: JobPlan) => ((status?.['conditions'] ?? []) as JsonObject[]).map(({ type, status: is, reason }) => `${String(type)}=${String(is)} ${String(reason)}`);
const orderedIndexes = ({ orders }: JobPlan) => orders.map(({ index }) => index);

test('a new Job starts, and makes as many Pods as may run at a time and are wanted', () => {
  const first = planJob({ job: { ...job({ parallelism: 3, completions: 2 }), status: {} }, pods: [] }, NOW);
  assert.equal(first.orders.length, 2);
  assert.deepEqual(first.status, { startTime: toRfc3339(NOW), active: 2, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
  assert.equal(plan(job({ parallelism: 3, completions: 9 }), pod('Running')).orders.length, 2);
  assert.equal(plan(job({ managedBy: 'example.com/other' })).orders.length, 0);
});

test('an end is written down before the finalizer goes, and counted when it is gone', () => {
  const done = pod('Succeeded');
  const noted = plan(job(), done);
  assert.deepEqual(noted.status?.['uncountedTerminatedPods'], { succeeded: [done.metadata.uid] });
  assert.deepEqual(noted.releases, [done]);
  assert.deepEqual(conditionsOf(noted), ['SuccessCriteriaMet=True CompletionsReached']);
  const again = plan({ ...job(), status: noted.status! }, done);
  assert.equal(again.status, undefined, 'the same state asks for nothing new');
  assert.deepEqual(again.releases, [done]);
  const { finalizers: _gone, ...metadata } = done.metadata;
  const counted = plan({ ...job(), status: noted.status! }, { ...done, metadata });
  assert.deepEqual(conditionsOf(counted), ['SuccessCriteriaMet=True CompletionsReached', 'Complete=True CompletionsReached']);
  assert.equal(counted.status?.['succeeded'], 1);
  assert.equal(counted.status?.['completionTime'], toRfc3339(NOW));
  assert.deepEqual(counted.events.map(({ reason }) => reason), ['Completed']);
  const forgotten = plan({ ...job(), status: noted.status! });
  assert.equal(forgotten.status?.['succeeded'], 1, 'a Pod that is gone altogether counts as well');
});

test('a failure is replaced after ten seconds, doubled with each one since the last success', () => {
  const fresh = plan(job(), pod('Failed', { agoMs: 1000 }));
  assert.deepEqual([fresh.orders.length, fresh.wakeAtMs], [0, NOW + 9000]);
  const third = plan(job(), pod('Failed'), pod('Failed'), pod('Failed', { agoMs: 1000 }));
  assert.equal(third.wakeAtMs, NOW + 39_000);
  assert.equal(plan(job(), pod('Failed', { agoMs: 10_000 })).orders.length, 1);
  const since = plan(job({ completions: 5 }), pod('Failed'), pod('Succeeded', { agoMs: 3_000 }), pod('Failed', { agoMs: 1000 }));
  assert.equal(since.wakeAtMs, NOW + 9000);
});

test('too many failures end it when the Pods that still ran are gone', () => {
  const running = pod('Running');
  const failing = plan(job({ backoffLimit: 1, parallelism: 2, completions: 4 }, { failed: 1 }), pod('Failed'), running);
  assert.deepEqual(conditionsOf(failing), ['FailureTarget=True BackoffLimitExceeded']);
  assert.deepEqual(failing.deletions.map(({ isCounted }) => isCounted), [true]);
  assert.equal(failing.orders.length, 0);
  const leaving = plan(job({ backoffLimit: 1 }, failing.status), pod('Running', { isLeaving: true, isReleased: true }));
  assert.deepEqual(conditionsOf(leaving), ['FailureTarget=True BackoffLimitExceeded']);
  assert.equal(leaving.status?.['terminating'], 1);
  const over = plan(job({ backoffLimit: 1 }, leaving.status));
  assert.deepEqual(conditionsOf(over), ['FailureTarget=True BackoffLimitExceeded', 'Failed=True BackoffLimitExceeded']);
  assert.equal(over.status?.['failed'], 3);
  assert.equal(over.status?.['completionTime'], undefined);
});

test('restarts inside a Pod count towards the limit', () => {
  const template = { metadata: {}, spec: { restartPolicy: 'OnFailure', containers: [{ name: 'main', image: 'busybox' }] } };
  const restarted = { ...pod('Running'), status: { phase: 'Running', containerStatuses: [{ name: 'main', restartCount: 2 }] } };
  assert.deepEqual(conditionsOf(plan(job({ backoffLimit: 2, template }), restarted)), ['FailureTarget=True BackoffLimitExceeded']);
});

test('a deadline ends it and is waited for; a suspended Job has none', () => {
  assert.deepEqual(conditionsOf(plan(job({ activeDeadlineSeconds: 60 }), pod('Running'))), ['FailureTarget=True DeadlineExceeded']);
  assert.equal(plan(job({ activeDeadlineSeconds: 90 }), pod('Running')).wakeAtMs, NOW + 30_000);
  assert.deepEqual(conditionsOf(plan(job({ activeDeadlineSeconds: 60, suspend: true }))), ['Suspended=True JobSuspended']);
});

test('a clock that was set ends no Job early and holds back no Pod for longer', () => {
  const dayMs = 86_400_000;
  const aheadBy = (jumpMs: number, one: KubeObject, ...pods: readonly KubeObject[]) => planJob({ job: one, pods, read: (_uid, stampMs) => stampMs + jumpMs }, NOW + jumpMs);
  const limited = job({ activeDeadlineSeconds: 90 });
  assert.deepEqual([conditionsOf(aheadBy(dayMs, limited, pod('Running'))), aheadBy(dayMs, limited, pod('Running')).wakeAtMs], [[], NOW + dayMs + 30_000]);
  assert.deepEqual(conditionsOf(aheadBy(-dayMs, job({ activeDeadlineSeconds: 60 }), pod('Running'))), ['FailureTarget=True DeadlineExceeded']);
  assert.equal(aheadBy(-dayMs, job(), pod('Failed', { agoMs: 10_000 })).orders.length, 1);
  assert.equal(aheadBy(dayMs, job(), pod('Failed', { agoMs: 1000 })).wakeAtMs, NOW + dayMs + 9000);
  const complete = { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: toRfc3339(NOW - 5000) }] };
  assert.equal(aheadBy(dayMs, job({ ttlSecondsAfterFinished: 6 }, complete)).wakeAtMs, NOW + dayMs + 1000);
});

test('a Pod that is deleted while it runs is replaced ten seconds after it was told to go, whatever ended in it before', () => {
  const told = pod('Running', { isLeaving: true });
  const metadata = { ...told.metadata, deletionTimestamp: toRfc3339(NOW + 30_000), deletionGracePeriodSeconds: 30 };
  const initContainerStatuses = [{ name: 'first', restartCount: 0, state: { terminated: { exitCode: 0, finishedAt: toRfc3339(NOW - 3_600_000) } } }];
  const leaving: KubeObject = { ...told, metadata, status: { ...told.status, initContainerStatuses } };
  const first = plan(job(), leaving);
  assert.deepEqual([first.orders, first.wakeAtMs], [[], NOW + 10_000]);
});

test('of too many Pods those go that have done least', () => {
  const [ready, starting, young] = [pod('Running'), pod('Running'), pod('Running')];
  const notReady: KubeObject = { ...starting, status: { ...starting.status, conditions: [{ type: 'Ready', status: 'False' }] } };
  const gone = (parallelism: number) => plan(job({ parallelism, completions: 9 }), ready, notReady, young).deletions.map((one) => one.pod);
  assert.deepEqual([gone(2), gone(1)], [[notReady], [notReady, young]]);
  const twice = plan(job({ completionMode: 'Indexed', completions: 2, parallelism: 2 }), ...[ready, notReady].map((one) => ({ ...one, metadata: { ...one.metadata, annotations: pod('Running', { index: 0 }).metadata.annotations! } })));
  assert.deepEqual(twice.deletions.map((one) => one.pod.metadata.uid), [notReady.metadata.uid], 'of two with one index, too');
});

test('Pods that went when the Job was suspended hold back none when it is resumed', () => {
  const suspended = plan(job({ suspend: true }), pod('Running'));
  const leaving = pod('Running', { isLeaving: true, isReleased: true });
  assert.equal(plan(job({}, suspended.status), leaving).orders.length, 1);
  const perIndex = { completionMode: 'Indexed', backoffLimitPerIndex: 1 };
  const ofIndex = pod('Running', { index: 0, failures: 1, isLeaving: true, isReleased: true });
  const resumed = plan(job(perIndex, suspended.status), ofIndex);
  assert.deepEqual([resumed.orders, resumed.status?.['failedIndexes']], [[{ index: 0, failures: { counted: 0, ignored: 0 } }], '']);
});

test('suspension takes the Pods without counting them; resuming starts the time anew', () => {
  const suspended = plan(job({ suspend: true }), pod('Running'));
  assert.deepEqual(suspended.deletions.map(({ isCounted }) => isCounted), [false]);
  assert.deepEqual([suspended.status?.['active'], suspended.status?.['startTime'], suspended.events[0]?.reason], [undefined, undefined, 'Suspended']);
  const resumed = plan(job({}, suspended.status));
  assert.deepEqual(conditionsOf(resumed), ['Suspended=False JobResumed']);
  assert.deepEqual([resumed.orders.length, resumed.status?.['startTime'], resumed.events[0]?.reason], [1, toRfc3339(NOW), 'Resumed']);
});

test('indexed: each index once, its marks, and which are done', () => {
  const indexed = job({ completionMode: 'Indexed', completions: 4, parallelism: 2 });
  const first = plan(indexed);
  assert.deepEqual(orderedIndexes(first), [0, 1]);
  const next = plan(indexed, pod('Succeeded', { index: 0 }), pod('Running', { index: 1 }));
  assert.deepEqual([orderedIndexes(next), next.status?.['completedIndexes']], [[2], '0']);
  const made = podOf(indexed, { index: 3 });
  assert.equal(made.metadata.generateName, 'work-3-');
  assert.equal(made.spec?.['hostname'], 'work-3');
  const long = podOf({ ...indexed, metadata: { ...indexed.metadata, name: 'a'.repeat(60) } }, { index: 12 });
  assert.equal(long.metadata.generateName, `${'a'.repeat(54)}-12-`, 'what follows is cut from the name, not from the index');
  assert.deepEqual([made.metadata.labels, made.metadata.annotations], [{ job: 'work', 'batch.kubernetes.io/job-completion-index': '3' }, { 'batch.kubernetes.io/job-completion-index': '3' }]);
  assert.match(JSON.stringify(made.spec), /JOB_COMPLETION_INDEX.*metadata\.labels\['batch\.kubernetes\.io\/job-completion-index'\]/);
  const shrunk = plan(job({ completionMode: 'Indexed', completions: 1, parallelism: 1 }), pod('Running', { index: 0 }), pod('Running', { index: 1 }));
  assert.deepEqual(shrunk.deletions.map(({ pod: { metadata } }) => metadata.annotations?.['batch.kubernetes.io/job-completion-index']), ['1']);
});

test('an indexed Job that was made smaller counts what is left of it alone', () => {
  const smaller = job({ completionMode: 'Indexed', completions: 3, parallelism: 3 }, { completedIndexes: '2-4', succeeded: 3 });
  const going = plan(smaller, pod('Running', { index: 0 }), pod('Failed', { index: 1 }));
  assert.deepEqual([conditionsOf(going), orderedIndexes(going), going.status?.['succeeded'], going.status?.['completedIndexes']], [[], [1], 1, '2']);
});

test('a limit for each index: others go on, and the Job fails when all are over', () => {
  const spec = { completionMode: 'Indexed', completions: 2, parallelism: 2, backoffLimit: 2 ** 31 - 1, backoffLimitPerIndex: 1 };
  const retried = plan(job(spec), pod('Failed', { index: 0, failures: 0 }), pod('Running', { index: 1, failures: 0 }));
  assert.deepEqual(retried.orders, [{ index: 0, failures: { counted: 1, ignored: 0 } }]);
  assert.equal(retried.status?.['failedIndexes'], '');
  assert.deepEqual(retried.releases, [], 'the count of its failures stands on it alone');
  const [gone, next] = [pod('Failed', { index: 0, failures: 0, isLeaving: true }), pod('Running', { index: 0, failures: 1 })];
  assert.deepEqual(plan(job(spec), gone).orders[0], { index: 0, failures: { counted: 1, ignored: 0 } }, 'also of one that somebody deletes');
  assert.deepEqual([plan(job(spec), gone).releases, plan(job(spec), gone, next).releases], [[], [gone]]);
  const killed = pod('Running', { index: 0, failures: 0, isLeaving: true });
  assert.deepEqual(plan(job({ ...spec, completions: 1 }), killed).releases, []);
  const lost = plan(job(spec), pod('Failed', { index: 0, failures: 1 }), pod('Running', { index: 1, failures: 0 }));
  assert.deepEqual([lost.orders, lost.status?.['failedIndexes'], conditionsOf(lost)], [[], '0', []]);
  const over = plan(job(spec), pod('Failed', { index: 0, failures: 1 }), pod('Succeeded', { index: 1, failures: 0 }));
  assert.deepEqual(conditionsOf(over), ['FailureTarget=True FailedIndexes']);
  const capped = plan(job({ ...spec, maxFailedIndexes: 0 }), pod('Failed', { index: 0, failures: 1 }), pod('Running', { index: 1 }));
  assert.deepEqual(conditionsOf(capped), ['FailureTarget=True MaxFailedIndexesExceeded']);
  const ending = plan(job({ ...spec, maxFailedIndexes: 0 }, capped.status), pod('Running', { index: 1, failures: 1, isLeaving: true }));
  assert.equal(ending.status?.['failedIndexes'], '0', 'a Pod that goes because the Job ends says nothing about its index');
});

test('podFailurePolicy: the first rule that matches decides', () => {
  const rules = [
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    { action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } },
    { action: 'Count', onExitCodes: { operator: 'NotIn', values: [0] } },
  ];
  const strict = job({ podFailurePolicy: { rules }, podReplacementPolicy: 'Failed', backoffLimit: 0 });
  const ignored = plan(strict, pod('Failed', { exitCode: 42, conditions: [{ type: 'DisruptionTarget', status: 'True' }] }));
  assert.deepEqual([ignored.orders.length, ignored.releases.length, ignored.status?.['uncountedTerminatedPods']], [1, 1, {}]);
  const fatal = pod('Failed', { exitCode: 42 });
  const failed = plan(strict, fatal);
  assert.deepEqual(conditionsOf(failed), ['FailureTarget=True PodFailurePolicy']);
  assert.match(JSON.stringify(failed.status), new RegExp(`Container main for pod ns/${fatal.metadata.name} failed with exit code 42 matching FailJob rule at index 1`));
  assert.deepEqual(conditionsOf(plan(strict, pod('Failed', { exitCode: 1 }))), ['FailureTarget=True BackoffLimitExceeded']);
  const taken = pod('Running', { conditions: [{ type: 'DisruptionTarget', status: 'True' }] });
  assert.deepEqual(plan(strict, fatal, taken).status?.['uncountedTerminatedPods'], { failed: [fatal.metadata.uid] }, 'also of Pods that go because the Job ends');
  const indexRules = { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [7] } }] };
  const ofIndex = plan(job({ completionMode: 'Indexed', completions: 2, parallelism: 2, backoffLimitPerIndex: 5, podFailurePolicy: indexRules }), pod('Failed', { index: 0, exitCode: 7 }));
  assert.deepEqual([ofIndex.status?.['failedIndexes'], orderedIndexes(ofIndex)], ['0', [1]]);
});

test('successPolicy: enough of the right indexes, and the rest goes uncounted', () => {
  const spec = { completionMode: 'Indexed', completions: 5, parallelism: 5, successPolicy: { rules: [{ succeededIndexes: '0-2', succeededCount: 1 }] } };
  const met = plan(job(spec), pod('Succeeded', { index: 2 }), pod('Running', { index: 4 }));
  assert.deepEqual(conditionsOf(met), ['SuccessCriteriaMet=True SuccessPolicy']);
  assert.deepEqual(met.deletions.map(({ isCounted }) => isCounted), [false]);
  assert.deepEqual(conditionsOf(plan(job(spec), pod('Succeeded', { index: 3 }))), []);
  const withRule = (rule: JsonObject, ...pods: readonly KubeObject[]) => conditionsOf(plan(job({ ...spec, successPolicy: { rules: [rule] } }), ...pods));
  assert.deepEqual(withRule({ succeededCount: 0 }), [], 'nothing has succeeded yet');
  assert.deepEqual(withRule({ succeededIndexes: '7-9' }, pod('Succeeded', { index: 0 })), [], 'indexes that a smaller Job has no more');
});

test('a deleted Pod counts as failed at once, or is waited for', () => {
  const leaving = pod('Running', { isLeaving: true, agoMs: 0 });
  assert.deepEqual(plan(job(), leaving).status?.['uncountedTerminatedPods'], { failed: [leaving.metadata.uid] });
  const patient = plan(job({ podReplacementPolicy: 'Failed' }), leaving);
  assert.deepEqual([patient.orders.length, patient.status?.['terminating'], patient.releases.length], [0, 1, 0]);
});

test('without completions the first success means: no new ones, the others finish', () => {
  const { completions: _none, ...spec } = job({ parallelism: 2 }).spec!;
  const queueJob: KubeObject = { ...job(), spec };
  assert.deepEqual(conditionsOf(plan(queueJob, pod('Succeeded'), pod('Running'))), []);
  assert.equal(plan(queueJob, pod('Succeeded'), pod('Running')).orders.length, 0);
  assert.deepEqual(conditionsOf(plan(queueJob, pod('Succeeded'), pod('Succeeded'))), ['SuccessCriteriaMet=True CompletionsReached']);
  const slower = { ...queueJob, spec: { ...queueJob.spec, parallelism: 1 } };
  assert.deepEqual(plan(slower, pod('Succeeded'), pod('Running'), pod('Running')).deletions, [], 'what runs finishes, whatever may run now');
});

test('what is finished lets go of its Pods and goes when its time is up', () => {
  const complete = { conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: toRfc3339(NOW - 5000) }] };
  assert.equal(plan(job({}, complete), pod('Failed')).releases.length, 1);
  assert.equal(plan(job({ ttlSecondsAfterFinished: 6 }, complete)).wakeAtMs, NOW + 1000);
  assert.equal(plan(job({ ttlSecondsAfterFinished: 5 }, complete)).isExpired, true);
  const elsewhere = plan(job({ ttlSecondsAfterFinished: 5, managedBy: 'example.com/other' }, complete), pod('Failed'));
  assert.deepEqual([elsewhere.isExpired, elsewhere.releases], [true, []], 'whoever takes care of it');
  assert.equal(plan(job({}, {}, { deletionTimestamp: toRfc3339(NOW) }), pod('Running')).releases.length, 1);
});

test('indexes as text', () => {
  for (const text of ['', '0', '0,1', '0-2,4,7,8', '3-5']) assert.equal(formatIndexes(parseIndexes(text)), text);
});
