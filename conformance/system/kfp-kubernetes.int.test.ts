// The official kfp-kubernetes: what each of its functions asks for is in the Pod, and acts. Skipped where the package index is out of reach.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Installation } from '../../sim/installation.ts';
import { sdkPython } from './support/sdk-python.ts';

const PROGRAM = join(import.meta.dirname, '../kfp-sdk/kubernetes_settings.py');
const PROGRAM_TIME_MS_MAX = 170_000;

const installation = new Installation();
const home = mkdtempSync(join(tmpdir(), 'slipway-kfp-kubernetes-'));

before(() => installation.start());
after(async () => {
  await installation.remove();
  rmSync(home, { recursive: true, force: true });
});

test('every function of kfp-kubernetes lands in the Pod', async (t) => {
  const python = await sdkPython(t, 'kfp-kubernetes==2.17.3');
  if (python === undefined) return;
  const options = { env: { ...process.env, HOME: home, PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore' }, timeout: PROGRAM_TIME_MS_MAX };
  const { stdout } = await promisify(execFile)(python, [PROGRAM, '--host', installation.url], options);
  assert.match(stdout, /kfp-kubernetes \d+\.\d+\.\d+: 22 functions/);
});
