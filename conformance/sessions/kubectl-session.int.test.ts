// Every command of the session in kubectl-commands.ts against the whole system. Skipped where there is no kubectl.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { kubectlPath, noKubectl as skip } from '../../src/server/testing/kubectl.ts';
import { Installation } from '../../sim/installation.ts';
import { failuresOf, holdSession } from './command-session.ts';
import { KUBECTL_COMMANDS } from './kubectl-commands.ts';

test('a session with kubectl ends as its table says', { skip }, async (t) => {
  const installation = new Installation();
  t.after(() => installation.remove());
  await installation.start();
  const version = JSON.parse(execFileSync(kubectlPath!, ['version', '--client', '-o', 'json'], { encoding: 'utf8' })) as { clientVersion: { minor: string } };
  const minor = Number.parseInt(version.clientVersion.minor, 10);
  const answers = await holdSession({ program: [kubectlPath!], kubeconfig: join(installation.dataDir, 'kubeconfig'), minor }, KUBECTL_COMMANDS);
  assert.deepEqual(failuresOf(answers), []);
  assert.ok(answers.length > 100);
  assert.doesNotMatch(installation.output, /"level":[56]0|request failed/);
});
