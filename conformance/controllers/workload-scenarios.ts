// What Deployments, ReplicaSets, StatefulSets, DaemonSets and CronJobs go through, step by step; the node is played.
import type { JsonObject } from '../../src/base/mod.ts';
import type { Scenario, Step } from './scenario.ts';
import type { Kind } from './stage.ts';
import { change, deletePod, ends, leave, notReady, POD, run, settle } from './steps.ts';

const LABELS = { app: 'web' };
const SELECTED = { selector: { matchLabels: LABELS } };
const template = (image = 'busybox'): JsonObject => ({ metadata: { labels: LABELS }, spec: { containers: [{ name: 'main', image }] } });

const create = (kind: Kind, spec: JsonObject): Step => ({ name: 'create', run: (stage) => stage.create(kind, 'web', { ...SELECTED, template: template(), ...spec }) });
const toImage = (kind: Kind, image: string): Step => change(kind, 'web', `to ${image}`, { template: template(image) });
const scale = (kind: Kind, replicas: number): Step => change(kind, 'web', `scale to ${replicas}`, { replicas });
const remove = (kind: Kind): Step => ({ name: 'remove', run: (stage) => stage.remove(kind, 'web') });
const runFirst: Step = { name: 'the first Pod runs', run: async (stage) => stage.report((await stage.active()).find(({ status }) => status?.['phase'] !== 'Running')!, 'Running') };

const rolling = (maxSurge: number | string, maxUnavailable: number | string): JsonObject => ({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } });
const deployment = (replicas: number, spec: JsonObject = {}) => create('Deployment', { replicas, ...spec });
const deploymentTo = (image: string) => toImage('Deployment', image);
const replicationController = (replicas: number) => create('ReplicationController', { replicas, selector: LABELS });
const statefulSet = (replicas: number, spec: JsonObject = {}) => create('StatefulSet', { replicas, serviceName: 'web', ...spec });
const statefulSetTo = (image: string) => toImage('StatefulSet', image);
const CLAIM = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
const claims = (whenScaled: string, whenDeleted: string): JsonObject => ({ volumeClaimTemplates: [CLAIM], persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted } });
const everyYear = (spec: JsonObject): Step => ({ name: 'create', run: (stage) => stage.create('CronJob', 'web', { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: { template: { spec: POD } } }, ...spec }) });
const lastRan = (lastScheduleTime: string): Step => ({ name: `last ran ${lastScheduleTime}`, run: (stage) => stage.patchStatus('CronJob', 'web', { lastScheduleTime }) });
const changeCronJob = (name: string, spec: JsonObject): Step => change('CronJob', 'web', name, spec);

const DEPLOYMENTS: readonly Pick<Scenario, 'name' | 'steps'>[] = [
  { name: 'deployment: made, scaled up and down', steps: [deployment(2), runFirst, run, scale('Deployment', 4), run, scale('Deployment', 1), leave, scale('Deployment', 0), leave] },
  { name: 'deployment: rolls out by quarters', steps: [deployment(4), run, deploymentTo('two'), run, leave, run, leave, settle] },
  { name: 'deployment: none more than wanted', steps: [deployment(3), run, change('Deployment', 'web', 'strategy', rolling(0, 1)), deploymentTo('two'), leave, run, settle] },
  { name: 'deployment: none fewer than wanted', steps: [deployment(3, rolling('50%', 0)), run, deploymentTo('two'), runFirst, run, settle] },
  { name: 'deployment: paused, resumed', steps: [deployment(2), run, change('Deployment', 'web', 'pause', { paused: true }), deploymentTo('two'), scale('Deployment', 3), run, change('Deployment', 'web', 'resume', { paused: false }), settle] },
  { name: 'deployment: too late, taken back', steps: [deployment(2, { progressDeadlineSeconds: 1 }), run, deploymentTo('two'), deploymentTo('busybox'), leave, settle] },
  { name: 'deployment: without a deadline', steps: [deployment(2, { progressDeadlineSeconds: 2 ** 31 - 1 }), run, deploymentTo('two'), settle, change('Deployment', 'web', 'pause', { paused: true }), deploymentTo('three'), change('Deployment', 'web', 'resume', { paused: false }), settle] },
  { name: 'deployment: Recreate', steps: [deployment(2, { strategy: { type: 'Recreate' } }), run, deploymentTo('two'), leave, run, settle] },
  { name: 'deployment: undone', steps: [deployment(2), run, deploymentTo('two'), settle, deploymentTo('three'), settle, deploymentTo('two'), settle] },
  { name: 'deployment: history of one', steps: [deployment(1, { revisionHistoryLimit: 1 }), run, deploymentTo('two'), settle, deploymentTo('three'), settle, deploymentTo('four'), settle] },
  { name: 'deployment: scaled while it rolls out', steps: [deployment(10, rolling(3, 2)), run, deploymentTo('two'), scale('Deployment', 20), scale('Deployment', 5), settle] },
  { name: 'deployment: changed while it rolls out', steps: [deployment(4), run, deploymentTo('two'), deploymentTo('three'), runFirst, settle] },
  { name: 'deployment: its Pods end and go', steps: [deployment(2), run, ends(0, 'Failed'), run, deletePod(0), settle] },
  { name: 'deployment: removed', steps: [deployment(2), run, remove('Deployment'), leave] },
];

const SETS: readonly Pick<Scenario, 'name' | 'steps'>[] = [
  { name: 'replicaset: made, scaled, a Pod fails', steps: [create('ReplicaSet', { replicas: 2 }), runFirst, run, ends(0, 'Failed'), run, scale('ReplicaSet', 1), leave, scale('ReplicaSet', 3), run] },
  { name: 'replicaset: takes what fits its labels', steps: [{ name: 'a Pod alone', run: (stage) => stage.create('Pod', 'alone', POD, { labels: LABELS }) }, create('ReplicaSet', { replicas: 2 }), run, { name: 'a Pod loses its label', run: (stage) => stage.patch('Pod', 'alone', { metadata: { labels: { app: 'other' } } }) }, run] },
  { name: 'replicaset: the ones that wait go first', steps: [create('ReplicaSet', { replicas: 3 }), runFirst, scale('ReplicaSet', 1), leave] },
  { name: 'daemonset: rolls', steps: [create('DaemonSet', {}), run, toImage('DaemonSet', 'two'), leave, run, toImage('DaemonSet', 'busybox'), settle] },
  { name: 'daemonset: a new one before the old one goes', steps: [create('DaemonSet', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }), run, toImage('DaemonSet', 'two'), run, leave] },
  { name: 'daemonset: a new one for an old one that is not ready', steps: [create('DaemonSet', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }), notReady(0), toImage('DaemonSet', 'two'), leave, run, settle] },
  { name: 'daemonset: OnDelete', steps: [create('DaemonSet', { updateStrategy: { type: 'OnDelete' } }), run, toImage('DaemonSet', 'two'), deletePod(0), leave, run] },
  { name: 'daemonset: not for this node, then for it', steps: [create('DaemonSet', { template: { ...template(), spec: { containers: [{ name: 'main', image: 'busybox' }], nodeSelector: { disk: 'ssd' } } } }), change('DaemonSet', 'web', 'any node', { template: { spec: { nodeSelector: null } } }), run] },
  { name: 'daemonset: its Pod fails', steps: [create('DaemonSet', {}), run, ends(0, 'Failed'), settle] },
];

const STATEFUL_SETS: readonly Pick<Scenario, 'name' | 'steps'>[] = [
  { name: 'statefulset: one after the other', steps: [statefulSet(3), run, run, run, scale('StatefulSet', 1), leave, leave] },
  { name: 'statefulset: all at once', steps: [statefulSet(3, { podManagementPolicy: 'Parallel' }), run, scale('StatefulSet', 1), leave, scale('StatefulSet', 2), run] },
  { name: 'statefulset: rolls', steps: [statefulSet(2), run, run, statefulSetTo('two'), leave, run, leave, run, settle] },
  { name: 'statefulset: rolls down to a partition', steps: [statefulSet(3, { podManagementPolicy: 'Parallel', updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } }), run, statefulSetTo('two'), settle, scale('StatefulSet', 4), run, deletePod(0), leave, run, change('StatefulSet', 'web', 'no partition', { updateStrategy: { rollingUpdate: { partition: 0 } } }), settle] },
  { name: 'statefulset: OnDelete', steps: [statefulSet(2), run, run, change('StatefulSet', 'web', 'strategy', { updateStrategy: { type: 'OnDelete', rollingUpdate: null } }), statefulSetTo('two'), deletePod(0), leave, run] },
  { name: 'statefulset: taken back before it is ready', steps: [statefulSet(2), run, run, statefulSetTo('two'), leave, statefulSetTo('busybox'), settle] },
  { name: 'statefulset: ordinals from 5', steps: [statefulSet(2, { ordinals: { start: 5 } }), run, run] },
  { name: 'statefulset: a member fails', steps: [statefulSet(2), run, run, ends(0, 'Failed'), settle] },
  { name: 'statefulset: a member is not ready', steps: [statefulSet(2), { name: 'it runs, not ready', run: async (stage) => stage.report((await stage.active())[0]!, 'Running', { isReady: false }) }, { name: 'it is ready', run: async (stage) => stage.report((await stage.active())[0]!, 'Running') }] },
  { name: 'statefulset: claims stay', steps: [statefulSet(2, claims('Retain', 'Retain')), run, run, scale('StatefulSet', 1), leave, remove('StatefulSet'), leave] },
  { name: 'statefulset: claims go with members', steps: [statefulSet(2, claims('Delete', 'Retain')), run, run, scale('StatefulSet', 1), leave, remove('StatefulSet'), leave] },
  { name: 'statefulset: claims go with the set', steps: [statefulSet(2, claims('Retain', 'Delete')), run, run, scale('StatefulSet', 1), leave, remove('StatefulSet'), leave] },
];

const REPLICATION_CONTROLLERS: readonly Pick<Scenario, 'name' | 'steps'>[] = [
  { name: 'replicationcontroller: made, scaled, a Pod fails', steps: [replicationController(2), runFirst, run, ends(0, 'Failed'), run, scale('ReplicationController', 1), leave, scale('ReplicationController', 3), run] },
  { name: 'replicationcontroller: takes what fits its labels', steps: [{ name: 'a Pod alone', run: (stage) => stage.create('Pod', 'alone', { ...POD, restartPolicy: 'Always' }, { labels: LABELS }) }, replicationController(2), run, { name: 'a Pod loses its label', run: (stage) => stage.patch('Pod', 'alone', { metadata: { labels: { app: 'other' } } }) }, run] },
  { name: 'replicationcontroller: removed', steps: [replicationController(2), run, remove('ReplicationController'), leave] },
];

const CRON_JOBS: readonly Pick<Scenario, 'name' | 'steps'>[] = [
  { name: 'cronjob: one strike that was missed', steps: [everyYear({}), lastRan('2025-06-01T00:00:00Z'), changeCronJob('resume', { suspend: false }), run, ends(0, 'Succeeded')] },
  { name: 'cronjob: Forbid', steps: [everyYear({ concurrencyPolicy: 'Forbid' }), lastRan('2025-06-01T00:00:00Z'), changeCronJob('resume', { suspend: false }), run, changeCronJob('another day', { schedule: '0 0 2 1 *' }), lastRan('2025-06-01T00:00:00Z'), ends(0, 'Failed')] },
  { name: 'cronjob: Replace', steps: [everyYear({ concurrencyPolicy: 'Replace' }), lastRan('2025-06-01T00:00:00Z'), changeCronJob('resume', { suspend: false }), run, changeCronJob('another day', { schedule: '0 0 2 1 *' }), lastRan('2025-06-01T00:00:00Z'), settle] },
  { name: 'cronjob: too late', steps: [everyYear({ startingDeadlineSeconds: 60 }), lastRan('2025-06-01T00:00:00Z'), changeCronJob('resume', { suspend: false })] },
];

const showing = (kinds: readonly Kind[], stories: readonly Pick<Scenario, 'name' | 'steps'>[]): readonly Scenario[] => stories.map((story) => ({ kinds: [...kinds, 'Pod', 'Event'], ...story }));

export const WORKLOAD_SCENARIOS: readonly Scenario[] = [
  ...showing(['Deployment', 'ReplicaSet'], DEPLOYMENTS),
  ...showing(['ReplicaSet', 'DaemonSet', 'ControllerRevision'], SETS),
  ...showing(['ReplicationController'], REPLICATION_CONTROLLERS),
  ...showing(['StatefulSet', 'ControllerRevision', 'PersistentVolumeClaim'], STATEFUL_SETS),
  ...showing(['CronJob', 'Job'], CRON_JOBS),
];
