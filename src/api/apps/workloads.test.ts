import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaints, created, withSpec } from '../testing/objects.ts';
import type { KindDefinition } from '../kind.ts';
import { controllerRevisionKind } from './controller-revision.ts';
import { daemonSetKind } from './daemon-set.ts';
import { deploymentKind } from './deployment.ts';
import { replicaSetKind } from './replica-set.ts';
import { statefulSetKind } from './stateful-set.ts';

const selector = { matchLabels: { app: 'web' } };
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } };
const spec = { selector, template };

function refused(kind: KindDefinition, change: object): readonly string[] {
  return complaints(kind, created(kind, { spec: { ...spec, ...change } }));
}

test('every workload takes a selector and a template that fit each other', () => {
  for (const kind of [deploymentKind, replicaSetKind, statefulSetKind, daemonSetKind]) {
    assert.deepEqual(refused(kind, {}), [], kind.kind);
    assert.deepEqual(refused(kind, { selector: undefined }).filter((each) => !each.includes('template')), ['Required spec.selector'], kind.kind);
    assert.deepEqual(refused(kind, { selector: {} }), ['Invalid spec.selector'], kind.kind);
    assert.deepEqual(refused(kind, { selector: { matchLabels: { app: 'other' } } }), ['Invalid spec.template.metadata.labels'], kind.kind);
    const expression = { matchExpressions: [{ key: 'app', operator: 'Near', values: ['web'] }] };
    assert.ok(refused(kind, { selector: expression }).includes('Invalid spec.selector.matchExpressions[0].operator'), kind.kind);
    const once = { ...template, spec: { ...template.spec, restartPolicy: 'Never', activeDeadlineSeconds: 5 } };
    assert.deepEqual(refused(kind, { template: once }), ['NotSupported spec.template.spec.restartPolicy', 'Forbidden spec.template.spec.activeDeadlineSeconds'], kind.kind);
    assert.deepEqual(refused(kind, { template: { metadata: template.metadata } }), ['Required spec.template.spec.containers'], kind.kind);
  }
});

test('the selector of a workload stays as it was', () => {
  for (const kind of [deploymentKind, replicaSetKind, daemonSetKind]) {
    const old = created(kind, { spec });
    const labels = { app: 'web', tier: 'front' };
    const other = withSpec(old, { selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } });
    assert.ok(complaints(kind, other, old).includes('Invalid spec.selector'), kind.kind);
  }
});

test('a deployment rolls by a quarter, unless it is told to do otherwise', () => {
  const built = created(deploymentKind, { spec: { ...spec, replicas: 0 } });
  assert.equal(built.spec?.['replicas'], 0);
  assert.deepEqual(built.spec?.['strategy'], { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } });
  assert.deepEqual(created(deploymentKind, { spec: { ...spec, strategy: { type: 'Recreate' } } }).spec?.['strategy'], { type: 'Recreate' });
  const rolling = (rollingUpdate: object) => refused(deploymentKind, { strategy: { type: 'RollingUpdate', rollingUpdate } });
  assert.deepEqual(rolling({ maxUnavailable: 0, maxSurge: 0 }), ['Invalid spec.strategy.rollingUpdate.maxUnavailable']);
  assert.deepEqual(rolling({ maxUnavailable: '120%', maxSurge: 'many' }), [
    'Invalid spec.strategy.rollingUpdate.maxSurge',
    'Invalid spec.strategy.rollingUpdate.maxUnavailable',
  ]);
  assert.deepEqual(refused(deploymentKind, { strategy: { type: 'Recreate', rollingUpdate: {} } }), ['Forbidden spec.strategy.rollingUpdate']);
  assert.deepEqual(refused(deploymentKind, { strategy: { type: 'Jump' } }), ['NotSupported spec.strategy']);
  assert.deepEqual(refused(deploymentKind, { replicas: -1, minReadySeconds: 600 }), ['Invalid spec.replicas', 'Invalid spec.progressDeadlineSeconds']);
});

test('a status counts no more parts than there are', () => {
  const built = created(deploymentKind, { spec });
  const status = { replicas: 2, readyReplicas: 3, availableReplicas: 1 };
  assert.deepEqual(complaints(deploymentKind, { ...built, status }, built), ['Invalid status.readyReplicas']);
  assert.deepEqual(complaints(replicaSetKind, { ...created(replicaSetKind, { spec }), status: { replicas: 0, observedGeneration: -1 } }), ['Invalid status.observedGeneration']);
});

test('clients find the counts that they need in a new object', () => {
  assert.deepEqual(created(replicaSetKind, { spec }).status, { replicas: 0 });
  assert.deepEqual(created(statefulSetKind, { spec }).status, { replicas: 0, availableReplicas: 0 });
  assert.equal(created(daemonSetKind, { spec }).status?.['numberReady'], 0);
});

test('claims of a stateful set are volumes of its Pods, and only some of its spec may change', () => {
  const claim = { metadata: { name: 'disk' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
  const mounting = { ...template, spec: { containers: [{ name: 'main', image: 'web:1', volumeMounts: [{ name: 'disk', mountPath: '/disk' }] }] } };
  const set = created(statefulSetKind, { spec: { ...spec, serviceName: 'web', template: mounting, volumeClaimTemplates: [claim] } });
  assert.deepEqual(complaints(statefulSetKind, set), []);
  assert.deepEqual(refused(statefulSetKind, { template: mounting }), ['NotFound spec.template.spec.containers[0].volumeMounts[0].name']);
  assert.deepEqual(refused(statefulSetKind, { volumeClaimTemplates: [{ metadata: { name: 'disk' }, spec: {} }] }), [
    'Required spec.volumeClaimTemplates[0].spec.accessModes',
    'Required spec.volumeClaimTemplates[0].spec.resources[storage]',
  ]);
  assert.deepEqual(complaints(statefulSetKind, withSpec(set, { replicas: 5, minReadySeconds: 1 }), set), []);
  assert.deepEqual(complaints(statefulSetKind, withSpec(set, { serviceName: 'other' }), set), ['Forbidden spec']);
  assert.deepEqual(refused(statefulSetKind, { updateStrategy: { type: 'OnDelete', rollingUpdate: {} } }), ['Invalid spec.updateStrategy.rollingUpdate']);
});

test('a daemon set counts its templates in an annotation', () => {
  const name = 'deprecated.daemonset.template.generation';
  const set = created(daemonSetKind, { spec });
  assert.equal(set.metadata.annotations?.[name], '1');
  const same = daemonSetKind.prepareForUpdate!({ ...set, metadata: { ...set.metadata, annotations: {} } }, set);
  assert.equal(same.metadata.annotations?.[name], '1');
  const changed = daemonSetKind.prepareForUpdate!(withSpec(set, { template: { ...template, metadata: { labels: { app: 'web', v: '2' } } } }), set);
  assert.equal(changed.metadata.annotations?.[name], '2');
  assert.deepEqual(refused(daemonSetKind, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } } }), [
    'Invalid spec.updateStrategy.rollingUpdate.maxSurge',
  ]);
});

test('a revision holds an object that stays', () => {
  const revision = created(controllerRevisionKind, { data: { a: 1 }, revision: 1 });
  assert.deepEqual(complaints(controllerRevisionKind, revision), []);
  assert.deepEqual(complaints(controllerRevisionKind, created(controllerRevisionKind, { revision: -1 })), ['Invalid revision', 'Required data']);
  assert.deepEqual(complaints(controllerRevisionKind, { ...revision, data: { a: 2 } }, revision), ['Invalid data']);
});
