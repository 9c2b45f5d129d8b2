import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog, systemClock } from '../../base/mod.ts';
import { createEnvironments } from './environments.ts';
import { recognizeKfpCommand } from './kfp-command.ts';
import { machinePython, machineVariables, run } from './testing/machine.ts';
import fixtures from './testing/kfp-commands.json' with { type: 'json' };

const CHOSEN = [
  { kfp: '2.4.0', variant: 'plain' },
  { kfp: '2.14.6', variant: 'venv' },
];

test("what was recognised runs: the SDK's executor in the environment of its pip lines", { timeout: 300_000 }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-kfp-'));
  const environments = createEnvironments({
    directory,
    variables: { ...machineVariables(), PIP_RETRIES: '1', UV_HTTP_RETRIES: '1' },
    sizeBytesMax: 1e12,
    platform: process.platform,
    run,
    clock: systemClock,
    log: silentLog,
  });
  t.after(async () => {
    // What it still compiles beside would be written while the directory goes.
    await environments.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });
  const interpreter = await machinePython();
  const source = join(directory, 'component.py');
  const output = join(directory, 'output.json');
  const input = JSON.stringify({
    inputs: { parameterValues: { a: 1, b: 2 } },
    outputs: { parameters: { Output: { outputFile: join(directory, 'sum') } }, outputFile: output },
  });
  for (const { kfp, variant } of CHOSEN) {
    const fixture = fixtures.find((each) => each.kfp === kfp && each.variant === variant)!;
    const command = recognizeKfpCommand(fixture.command, fixture.args)!;
    const environment = await environments.ensure({ interpreter, inheritsPackages: false, installs: command.installs }).catch((error: Error) => error);
    if (environment instanceof Error) {
      if (environment.message.includes("can't be reached")) return t.skip(environment.message);
      throw environment;
    }
    await rm(output, { force: true });
    await writeFile(source, command.source!);
    const args = command.executorArgs.map((arg) => (arg === '{{$}}' ? input : arg));
    const env = { PATH: '/usr/bin:/bin', ...(command.isRuntimeOnly ? { _KFP_RUNTIME: 'true' } : {}) };
    const { exitCode, lines } = await run(environment.python, ['-m', command.module, '--component_module_path', source, ...args], { cwd: directory, env, timeoutMs: 60_000 });
    assert.equal(exitCode, 0, lines.join('\n'));
    assert.deepEqual(JSON.parse(await readFile(output, 'utf8')), { parameterValues: { Output: 3 } });
  }
});
