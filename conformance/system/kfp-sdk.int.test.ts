// The official SDK, newest and oldest, against the whole system: its pipelines really run, and every method of its client
// works on what they left. Skipped where the SDK can not be installed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Installation } from '../../sim/installation.ts';
import { sdkPython } from './support/sdk-python.ts';

const execute = promisify(execFile);
const PROGRAMS = join(import.meta.dirname, '../kfp-sdk');
const VERSIONS: readonly { readonly name: string; readonly requirement?: string }[] = [{ name: 'newest' }, { name: '2.0.0', requirement: 'kfp==2.0.0' }];
const PROGRAM_TIME_MS_MAX = 300_000;

const installation = new Installation();
const marks = join(installation.dataDir, 'marks');
const home = mkdtempSync(join(tmpdir(), 'slipway-kfp-sdk-'));

before(async () => {
  mkdirSync(marks);
  const recipe = { image: 'python:3', interpreter: 'python3', directories: [{ source: marks, target: marks, readOnly: false }] };
  writeFileSync(join(installation.dataDir, 'recipes.yaml'), JSON.stringify({ recipes: [recipe] }));
  await installation.start();
});

after(async () => {
  await installation.remove();
  rmSync(home, { recursive: true, force: true });
});

async function runProgram(python: string, program: string, ...more: readonly string[]): Promise<string> {
  const variables = { ...process.env, HOME: home, PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore' };
  const options = { env: variables, timeout: PROGRAM_TIME_MS_MAX };
  return (await execute(python, [join(PROGRAMS, program), '--host', installation.url, ...more], options)).stdout;
}

for (const { name, requirement } of VERSIONS) {
  test(`kfp ${name}: pipelines run, results are cached, runs are retried and terminated`, async (t) => {
    const python = await sdkPython(t, requirement);
    if (python === undefined) return;
    assert.match(await runProgram(python, 'run_pipelines.py', '--marks', marks), /kfp \d+\.\d+\.\d+: everything holds/);
    assert.match(await runProgram(python, 'client_methods.py'), /kfp \d+\.\d+\.\d+: \d+ methods/);
  });
}

test('the server found no fault in itself', () => {
  assert.doesNotMatch(installation.output, /"level":[56]0|request failed/);
});
