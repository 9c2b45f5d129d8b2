import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheFingerprint, type StepIdentity } from './cache-fingerprint.ts';

const step: StepIdentity = {
  componentName: 'comp-train',
  container: {
    image: 'python:3.11',
    command: ['python3', 'train.py'],
    args: ['--rounds', "{{$.inputs.parameters['rounds']}}"],
    env: [{ name: 'MODE', value: 'fast' }],
    resources: { cpuLimit: 2 },
  },
  parameterValues: { rate: 0.1, rounds: 3, small: 1e-7, text: '<a&b> \u2028', list: [1, 'x'], nothing: null },
  inputArtifactNames: { data: ['17'], none: [] },
  outputParameters: { accuracy: 'NUMBER_DOUBLE' },
  outputArtifacts: {
    model: { name: 'model', type: { schemaTitle: 'system.Model', schemaVersion: '0.0.1' }, metadata: { k: 1 } },
  },
  pvcNames: ['b', 'a', 'b'],
};

test('the hash is the one that Go computes over its own JSON text', () => {
  // Computed with encoding/json and crypto/sha256 of Go 1.26.
  assert.equal(cacheFingerprint(step), '1d81b1566c752ec808babc4d7b08f1cda83cc8c64a40eb43e24e8a207ebad8a7');
  const bare: StepIdentity = {
    componentName: 'c',
    container: { image: 'busybox' },
    parameterValues: {},
    inputArtifactNames: {},
    outputParameters: {},
    outputArtifacts: {},
  };
  assert.equal(cacheFingerprint(bare), '0c702eb18dd07d98d19808a860407aec66f16eeece0275869256e1d24e305c9c');
});

test('variables and resources do not count, everything else does', () => {
  const same = { ...step, container: { ...step.container, env: [], resources: {} } };
  assert.equal(cacheFingerprint(same), cacheFingerprint(step));
  const others: readonly StepIdentity[] = [
    { ...step, container: { ...step.container, image: 'python:3.12' } },
    { ...step, container: { ...step.container, args: [] } },
    { ...step, parameterValues: { ...step.parameterValues, rounds: 4 } },
    { ...step, inputArtifactNames: { data: ['18'], none: [] } },
    { ...step, outputParameters: { accuracy: 'STRING' } },
    { ...step, outputArtifacts: {} },
    { ...step, pvcNames: ['a'] },
  ];
  assert.equal(new Set([step, ...others].map(cacheFingerprint)).size, others.length + 1);
});

test('a cache key decides alone, together with the component', () => {
  const keyed = { ...step, cacheKey: 'mine' };
  assert.equal(cacheFingerprint(keyed), '244defc01164179289658bfa82702cd7be24f888d832ccf22e2ac3ecc80bc028');
  assert.equal(cacheFingerprint({ ...keyed, parameterValues: {} }), cacheFingerprint(keyed));
  assert.notEqual(cacheFingerprint({ ...keyed, componentName: 'comp-other' }), cacheFingerprint(keyed));
});
