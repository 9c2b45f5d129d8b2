import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkContainerEngine, judgeNoEngine, judgeOwnPodman } from './container-engine.ts';

test('podman without a service of the system is enough', () => {
  assert.deepEqual(judgeOwnPodman('podman version 4.3.1', 'crun'), { subject: 'containers', verdict: 'good', observation: 'podman version 4.3.1 (crun) is started for images without a recipe' });
  assert.match(judgeOwnPodman('podman version 4.3.1', undefined).nextStep ?? '', /podman info/);
});

test('what is missing, and the next step', async () => {
  assert.match(judgeNoEngine('auto', undefined).nextStep ?? '', /install podman \(apt-get install podman/);
  assert.match(judgeNoEngine('auto', 'Docker version 29').nextStep ?? '', /start Docker/);
  assert.equal((await checkContainerEngine('off', {})).verdict, 'good');
  assert.match((await checkContainerEngine('/no/such.sock', {})).observation, /no engine answers at \/no\/such\.sock/);
});
