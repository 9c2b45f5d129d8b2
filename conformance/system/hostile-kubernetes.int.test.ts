// Hostile input at every entrance of the Kubernetes API of a running system.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Installation } from '../../sim/installation.ts';
import { withstand } from './support/attack.ts';
import { HOSTILE_KUBERNETES, HOSTILE_KUBERNETES_PATHS } from './support/hostile-kubernetes.ts';
import { differences, stateOf } from './support/state-of.ts';

const installation = new Installation();
let stateBefore: readonly string[] = [];

before(async () => {
  await installation.start();
  const target = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'target' }, data: { a: 'b' } };
  await installation.request('POST', '/api/v1/namespaces/default/configmaps', target);
  stateBefore = await stateOf(installation);
});

after(() => installation.remove());

for (const attack of HOSTILE_KUBERNETES) {
  test(attack.name, () => withstand(installation, attack));
}

for (const { place, attacks } of HOSTILE_KUBERNETES_PATHS) {
  test(`path: ${place}`, async () => {
    await Promise.all(attacks.map((attack) => withstand(installation, attack)));
  });
}

test('nothing was written, and the server found no fault in itself', async () => {
  assert.deepEqual(differences(stateBefore, await stateOf(installation)), []);
  const target = await installation.request<{ data: object; metadata: { labels?: object } }>('GET', '/api/v1/namespaces/default/configmaps/target');
  assert.deepEqual([target.data, target.metadata.labels], [{ a: 'b' }, undefined]);
  assert.doesNotMatch(installation.output, /"level":[56]0|request failed/);
});
