import assert from 'node:assert/strict';
import { test } from 'node:test';
import { horizontalPodAutoscalerKind } from '../autoscaling/horizontal-pod-autoscaler.ts';
import { complaints, created } from '../testing/objects.ts';
import { replicationControllerKind } from './replication-controller.ts';

const spec = { containers: [{ name: 'main', image: 'web:1' }] };

function refused(change: object): readonly string[] {
  return complaints(replicationControllerKind, created(replicationControllerKind, { spec: { template: { metadata: { labels: { app: 'web' } }, spec }, ...change } }));
}

test('a ReplicationController selects by what its template says, unless it says otherwise', () => {
  assert.deepEqual(refused({}), []);
  assert.deepEqual(refused({ selector: { app: 'web' } }), []);
  assert.deepEqual(refused({ selector: { app: 'other' } }), ['Invalid spec.template.metadata.labels']);
  assert.deepEqual(refused({ template: { spec } }), ['Required spec.selector']);
  assert.deepEqual(refused({ template: undefined, selector: { app: 'web' } }), ['Required spec.template']);
  assert.deepEqual(refused({ replicas: -1 }), ['Invalid spec.replicas']);
});

test('it is the only kind without a group that an autoscaler may name', () => {
  const autoscaler = (kind: string) => created(horizontalPodAutoscalerKind, { spec: { maxReplicas: 2, scaleTargetRef: { apiVersion: 'v1', kind, name: 'x' } } });
  assert.deepEqual(complaints(horizontalPodAutoscalerKind, autoscaler('ReplicationController')), []);
  assert.deepEqual(complaints(horizontalPodAutoscalerKind, autoscaler('Pod')), ['Invalid spec.scaleTargetRef.apiVersion']);
  assert.deepEqual(complaints(horizontalPodAutoscalerKind, autoscaler('Pod'), autoscaler('Pod')), []);
});
