// The official Python client against the whole system: the programs say what must hold. Skipped where it can not be installed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Installation } from '../../sim/installation.ts';
import { sdkPython } from '../system/support/sdk-python.ts';

const PROGRAMS = ['python_client.py', 'hostile_client.py'] as const;
const PROGRAM_TIME_MS_MAX = 120_000;
// The first releases of 36 lose the token of a kubeconfig.
const REQUIREMENTS: readonly string[] = ['kubernetes>=35,<36', 'kubernetes>=36.0.3,<37', 'kubernetes>=37'];

for (const requirement of REQUIREMENTS) {
  test(`a session with ${requirement}`, async (t) => {
    const python = await sdkPython(t, requirement);
    if (python === undefined) return;
    const installation = new Installation();
    t.after(() => installation.remove());
    await installation.start();
    for (const program of PROGRAMS) {
      const { stdout } = await promisify(execFile)(python, [join(import.meta.dirname, program), join(installation.dataDir, 'kubeconfig')], { timeout: PROGRAM_TIME_MS_MAX });
      assert.match(stdout, /kubernetes \d+\.\d+\.\d+: everything holds\n$/);
    }
    assert.doesNotMatch(installation.output, /"level":[56]0|request failed/);
  });
}
