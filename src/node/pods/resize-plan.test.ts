import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import type { ContainerState } from './container-state.ts';
import { podSpecOf } from './pod-spec.ts';
import { requestsOf, resizedContainers, resizeObstacle } from './resize-plan.ts';

const GIVEN = { requests: { cpu: '200m', memory: '100Mi' }, limits: { memory: '200Mi' } };

function podOf(resources: JsonObject, more: JsonObject = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', uid: 'u' }, spec: { containers: [{ name: 'main', image: 'x', resources, ...more }] } };
}

function running(resources?: JsonObject): ReadonlyMap<string, ContainerState> {
  return new Map([['main', { phase: 'running', restartCount: 1, quickEndCount: 0, pid: 1, startedAtMs: 0, ...(resources === undefined ? {} : { resources }) }]]);
}

function changes(pod: KubeObject, states = running(GIVEN)): readonly unknown[] {
  return resizedContainers(podSpecOf(pod), states).map(({ container, restartCount, startsAgain, hasOtherLimits }) => [container.name, restartCount, startsAgain, hasOtherLimits]);
}

test('a running container that asks for other CPU or memory than it was given is resized', () => {
  assert.deepEqual(changes(podOf(GIVEN)), []);
  assert.deepEqual(changes(podOf({ ...GIVEN, requests: { cpu: '300m', memory: '100Mi' } })), [['main', 1, false, false]]);
  assert.deepEqual(changes(podOf({ ...GIVEN, limits: { memory: '300Mi' } })), [['main', 1, false, true]]);
  const more = { resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }, { resourceName: 'cpu', restartPolicy: 'NotRequired' }] };
  assert.deepEqual(changes(podOf({ ...GIVEN, limits: { memory: '300Mi' } }, more)), [['main', 1, true, true]]);
  assert.deepEqual(changes(podOf({ ...GIVEN, requests: { cpu: '1', memory: '100Mi' } }, more)), [['main', 1, false, false]]);
  assert.deepEqual(changes(podOf({}), running()), [], 'nobody knows what it was given');
  assert.deepEqual(changes(podOf({}), new Map()), []);
});

test('more than the node has is infeasible, more than others leave is deferred, less is always to be had', () => {
  const others = requestsOf([podOf({ requests: { cpu: '1500m', memory: '1Gi' } }), { ...podOf({ requests: { cpu: '8' } }), status: { phase: 'Succeeded' } }]);
  const room = { allocatable: { cpu: '2', memory: '4Gi' }, others };
  const wish = (requests: JsonObject, given: JsonObject = GIVEN) => {
    const found = resizeObstacle(podOf({ requests }), running(given), room);
    return found === undefined ? 'fits' : `${found.reason}: ${found.message}`;
  };
  assert.equal(wish({ cpu: '500m', memory: '3Gi' }), 'fits');
  assert.equal(wish({ cpu: '501m', memory: '100Mi' }), "Deferred: Node didn't have enough resource: cpu, requested: 501, used: 1500, capacity: 2000");
  assert.equal(wish({ cpu: '3', memory: '100Mi' }), "Infeasible: Node didn't have enough capacity: cpu, requested: 3000, capacity: 2000");
  assert.equal(wish({ cpu: '3', memory: '5Gi' }), "Infeasible: Node didn't have enough capacity: memory, requested: 5368709120, capacity: 4294967296");
  assert.equal(wish({ cpu: '8', memory: '100Mi' }, { requests: { cpu: '16', memory: '100Mi' } }), 'fits', 'it was let in with more');
});
