import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVENTS, fieldOf } from '../../api/mod.ts';
import type { KubeObject, ResourceType } from '../../base/mod.ts';
import { must, testServer } from '../testing/test-server.ts';

const NEW_EVENTS: ResourceType = { group: 'events.k8s.io', version: 'v1', resource: 'events' };
const HPA_V1: ResourceType = { group: 'autoscaling', version: 'v1', resource: 'horizontalpodautoscalers' };
const HPA_V2: ResourceType = { ...HPA_V1, version: 'v2' };

function newEvent(name: string, members: object = {}): KubeObject {
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name },
    eventTime: '2026-01-01T00:00:00.000001Z',
    reportingController: 'example.com/me',
    reportingInstance: 'me-1',
    action: 'Look',
    reason: 'Seen',
    type: 'Normal',
    note: 'there it is',
    regarding: { kind: 'Pod', name: 'p', namespace: 'default' },
    ...members,
  } as unknown as KubeObject;
}

test('an event has two faces and is kept once', async (t) => {
  const { objectApi } = testServer(t);
  const made = must(await objectApi.create(NEW_EVENTS, 'default', newEvent('e')));
  assert.deepEqual([made.apiVersion, made['note'], made['involvedObject']], ['events.k8s.io/v1', 'there it is', undefined]);
  const core = must(await objectApi.get({ type: EVENTS, namespace: 'default', name: 'e' }));
  assert.deepEqual([core.apiVersion, core['message'], core['reportingComponent'], core['note']], ['v1', 'there it is', 'example.com/me', undefined]);
  assert.equal(core.metadata.resourceVersion, made.metadata.resourceVersion);
  const listed = must(await objectApi.list(NEW_EVENTS, 'default', { fieldSelector: 'regarding.name=p,reason=Seen' }));
  assert.deepEqual(listed.items.map((item) => [item.metadata.name, item['note']]), [['e', 'there it is']]);
  assert.equal(must(await objectApi.list(NEW_EVENTS, 'default', { fieldSelector: 'regarding.name=q' })).items.length, 0);
  const ref = { type: NEW_EVENTS, namespace: 'default', name: 'e' };
  const series = { count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z' };
  assert.deepEqual(must(await objectApi.patch(ref, 'merge', { series }))['series'], series);
  assert.deepEqual(must(await objectApi.get({ type: EVENTS, namespace: 'default', name: 'e' }))['series'], series);
  must(await objectApi.delete(ref));
  assert.equal(must(await objectApi.list(EVENTS, 'default')).items.length, 0);
});

test('a watch through one face sees what is written through the other', async (t) => {
  const { objectApi } = testServer(t);
  const events = must(await objectApi.watch(NEW_EVENTS, 'default'));
  const old = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'old' }, involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' }, message: 'hello', count: 3 };
  must(await objectApi.create(EVENTS, 'default', old as unknown as KubeObject));
  for await (const event of events) {
    assert.equal(event.type, 'ADDED');
    if (event.type === 'ADDED') assert.deepEqual([event.object.apiVersion, event.object['note'], event.object['deprecatedCount']], ['events.k8s.io/v1', 'hello', 3]);
    break;
  }
});

test('the newer face is stricter, and lets only the series change', async (t) => {
  const { objectApi } = testServer(t);
  const refused = async (members: object) => {
    const outcome = await objectApi.create(NEW_EVENTS, 'default', newEvent('e', members));
    return outcome.ok ? [] : outcome.status.details?.causes?.map(({ field }) => field);
  };
  assert.deepEqual(await refused({ eventTime: undefined, type: 'Odd', deprecatedCount: 1 }), ['eventTime', 'type', 'count']);
  assert.deepEqual(await refused({ action: '', reportingController: 'a b' }), ['reportingComponent', 'action']);
  const made = must(await objectApi.create(NEW_EVENTS, 'default', newEvent('e')));
  const changed = await objectApi.update({ type: NEW_EVENTS, namespace: 'default', name: 'e' }, { ...made, note: 'other' } as KubeObject);
  assert.deepEqual(changed.ok ? [] : changed.status.details?.causes?.map(({ field }) => field), ['note']);
});

test('an autoscaler made as v1 is one of v2 with a metric of the CPU, and loses nothing on the way back', async (t) => {
  const { objectApi } = testServer(t);
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const body = { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h' }, spec: { scaleTargetRef, maxReplicas: 3, targetCPUUtilizationPercentage: 60 } };
  const made = must(await objectApi.create(HPA_V1, 'default', body as unknown as KubeObject));
  assert.deepEqual(made.spec, { scaleTargetRef, minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 60 });
  const v2 = { type: HPA_V2, namespace: 'default', name: 'h' };
  const stored = must(await objectApi.get(v2));
  assert.equal(fieldOf(stored, 'spec', 'metrics', 0, 'resource', 'target', 'averageUtilization'), 60);
  const memory = { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } };
  const both = must(await objectApi.patch(v2, 'merge', { spec: { metrics: [fieldOf(stored, 'spec', 'metrics', 0)!, memory], behavior: { scaleDown: { selectPolicy: 'Disabled' } } } }));
  const v1 = { type: HPA_V1, namespace: 'default', name: 'h' };
  const shown = must(await objectApi.get(v1));
  must(await objectApi.update(v1, { ...shown, spec: { ...shown.spec, maxReplicas: 4 } }));
  assert.deepEqual(must(await objectApi.get(v2)).spec, { ...both.spec, maxReplicas: 4 });
});
