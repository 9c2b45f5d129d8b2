// Hostile input at every entrance of the KFP dialect of a running system.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Installation } from '../../sim/installation.ts';
import { withstand } from './support/attack.ts';
import { HOSTILE_KFP, HOSTILE_PATHS } from './support/hostile-kfp.ts';
import { HOSTILE_PIPELINES } from './support/hostile-pipelines.ts';
import { differences, stateOf } from './support/state-of.ts';

const installation = new Installation();
let stateBefore: readonly string[] = [];

before(async () => {
  await installation.start();
  stateBefore = await stateOf(installation);
});

after(() => installation.remove());

for (const attack of [...HOSTILE_PIPELINES, ...HOSTILE_KFP]) {
  test(attack.name, () => withstand(installation, attack));
}

for (const { place, attacks } of HOSTILE_PATHS) {
  test(`path: ${place}`, async () => {
    await Promise.all(attacks.map((attack) => withstand(installation, attack)));
  });
}

test('nothing was written, and the server found no fault in itself', async () => {
  assert.deepEqual(differences(stateBefore, await stateOf(installation)), []);
  assert.doesNotMatch(installation.output, /"level":[56]0|request failed/);
});
