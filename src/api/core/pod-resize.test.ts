import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { applyDefaults } from '../schema/defaults.ts';
import { validateObject } from '../validation.ts';
import { podKind } from './pod.ts';
import { resizedPod } from './pod-resize.ts';

const GIVEN = { requests: { cpu: '200m', memory: '100Mi' }, limits: { memory: '200Mi', 'ephemeral-storage': '1Gi' } };

function podOf(resources: JsonObject, spec: JsonObject = {}, own: JsonObject = {}): KubeObject {
  const init = { name: 'init', image: 'x', resources: GIVEN };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n' }, spec: { containers: [{ name: 'main', image: 'x', resources, ...own }], initContainers: [init, { ...init, name: 'side', restartPolicy: 'Always', resources }], ...spec }, status: { qosClass: 'Burstable' } } as unknown as KubeObject;
  return applyDefaults(podKind, pod);
}

function causes(wanted: KubeObject, current: KubeObject): readonly string[] {
  const next = applyDefaults(podKind, resizedPod(wanted, current));
  return validateObject(podKind, next, current, 'resize').map(({ field, message }) => `${field} ${message}`);
}

test('a resize takes the resources of containers and sidecars, and nothing else', () => {
  const current = podOf(GIVEN);
  const next = resizedPod(podOf({ ...GIVEN, limits: { memory: '1Gi' } }, { hostname: 'other' }, { image: 'y', resizePolicy: [] }), current);
  assert.deepEqual([next.spec?.['containers'], next.spec?.['initContainers']].flatMap((list) => (list as readonly JsonObject[]).map(({ image, resources }) => [image, (resources as typeof GIVEN).limits.memory])), [['x', '1Gi'], ['x', '200Mi'], ['x', '1Gi']]);
  assert.deepEqual([next.spec?.['hostname'], next.metadata], [undefined, current.metadata]);
});

test('CPU and memory are resized, nothing is taken away, and the Pod stays of its quality of service', () => {
  const current = podOf(GIVEN);
  assert.deepEqual(causes(podOf({ requests: { cpu: '1', memory: '100Mi' }, limits: { cpu: '2', memory: '1Gi', 'ephemeral-storage': '1Gi' } }), current), []);
  assert.deepEqual(causes(podOf({ requests: GIVEN.requests, limits: { 'ephemeral-storage': '1Gi' } }), current), [
    'spec.containers[0].resources.limits Forbidden: resource limits cannot be removed', 'spec.initContainers[1].resources.limits Forbidden: resource limits cannot be removed',
  ]);
  assert.deepEqual(new Set(causes(podOf({ ...GIVEN, limits: { memory: '200Mi', 'ephemeral-storage': '2Gi' } }), current)), new Set(['spec Forbidden: only cpu and memory resources are mutable']));
  const free: KubeObject = { ...podOf({}), status: { qosClass: 'BestEffort' } };
  assert.deepEqual(causes(podOf({ requests: { cpu: '1' } }), free), ['spec Invalid value: "BestEffort": Pod QOS Class may not change as a result of resizing']);
  const foreign = podOf(GIVEN, { os: { name: 'windows' } });
  assert.deepEqual(causes(foreign, foreign), ['spec Forbidden: windows pods cannot be resized']);
  const whole = podOf(GIVEN, { resources: { limits: { cpu: '4' } } });
  assert.deepEqual(causes(whole, whole), ['spec Forbidden: pods with resources of their own (spec.resources) cannot be resized']);
});

test('a resize names all containers in their order, and no init container that ends', () => {
  const current = podOf(GIVEN);
  assert.deepEqual(causes(podOf(GIVEN, { containers: [{ name: 'main', image: 'x', resources: GIVEN }, { name: 'more', image: 'x' }] }), current), ['spec.containers Forbidden: containers may not be added or removed on resize']);
  assert.deepEqual(causes(podOf(GIVEN, {}, { name: 'other' }), current), ['spec.containers[0].name Forbidden: containers may not be renamed or reordered on resize']);
  const [init, side] = current.spec!['initContainers'] as readonly JsonObject[];
  assert.deepEqual(causes(podOf(GIVEN, { initContainers: [{ ...init, resources: {} }, side!] }), current), ['spec Forbidden: resources for non-sidecar init containers are immutable']);
});

test('an update that does not come through the subresource changes no resources', () => {
  const current = podOf(GIVEN);
  assert.match(validateObject(podKind, resizedPod(podOf({ ...GIVEN, limits: { memory: '1Gi', 'ephemeral-storage': '1Gi' } }), current), current)[0]?.message ?? '', /pod updates may not change fields/);
});
