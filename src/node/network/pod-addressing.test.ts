import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { STEP_ANNOTATION } from '../../api/mod.ts';
import { addressingOf } from './pod-addressing.ts';

function addressing(annotations: Record<string, string>, spec: JsonObject = {}) {
  return addressingOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default', annotations }, spec: { containers: [{ name: 'main', image: 'x' }], ...spec } });
}

test('every Pod has an address of its own but for steps, Pods of the host network, and those that ask for something else', () => {
  assert.equal(addressing({}), 'own');
  assert.equal(addressing({ [STEP_ANNOTATION]: '{}' }), 'machine');
  assert.equal(addressing({ [STEP_ANNOTATION]: '{}', 'slipway.dev/network': 'own' }), 'own');
  assert.equal(addressing({ 'slipway.dev/network': 'machine' }), 'machine');
  assert.equal(addressing({ 'slipway.dev/network': 'own' }, { hostNetwork: true }), 'machine');
  assert.equal(addressing({ 'slipway.dev/network': 'anything' }), 'own');
});
