// Every command of the session in helm-commands.ts against the whole system. Skipped where there is no helm.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { programPath } from '../../src/server/testing/kubectl.ts';
import { Installation } from '../../sim/installation.ts';
import { failuresOf, holdSession } from './command-session.ts';
import { helmCommands } from './helm-commands.ts';

const helm = programPath('helm');
const skip = helm === undefined ? 'helm is not on PATH' : false;

test('a session with Helm ends as its table says', { skip }, async (t) => {
  const installation = new Installation();
  const directory = mkdtempSync(join(tmpdir(), 'slipway-helm-'));
  t.after(() => installation.remove());
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  cpSync(join(import.meta.dirname, 'helm-chart'), join(directory, 'helm-chart'), { recursive: true });
  await installation.start();
  const [, major, minor] = /^v([34])\.(\d+)/.exec(execFileSync(helm!, ['version', '--short'], { encoding: 'utf8' }))!;
  const place = { program: [helm!], kubeconfig: join(installation.dataDir, 'kubeconfig'), minor: Number(minor), directory };
  const answers = await holdSession(place, helmCommands(major === '3' ? 3 : 4));
  assert.deepEqual(failuresOf(answers), []);
  assert.ok(answers.length > 30);
  assert.doesNotMatch(installation.output, /"level":[56]0|request failed/);
});
