import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from '../../base/mod.ts';
import { withDebugPause } from './debug-pause.ts';
import type { StepSettings } from './task-config.ts';

let directory: string;
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-debug-pause-'));
});
after(() => rmSync(directory, { recursive: true }));

function settingsOf(moments: readonly string[], command: readonly string[]): StepSettings {
  const env = moments.map((moment) => ({ name: `ARGO_DEBUG_PAUSE_${moment}`, value: 'true' }));
  const extras = { volumes: [], volumeMounts: [], env: [], labels: {}, annotations: {}, spec: {}, container: {} };
  return { container: { image: 'busybox', command, args: [], env, resources: {} }, extras };
}

/** The step's program as its Pod starts it, but with its marks in a directory of the test. */
function start(name: string, moments: readonly string[], command: readonly string[]) {
  const pausing = withDebugPause(settingsOf(moments, command));
  assert.ok(pausing.ok);
  const [shell, flag, script, marks, ...rest] = pausing.value.container.command;
  assert.equal(marks, '/var/run/argo/ctr/main', 'where Argo has them');
  const child = spawn(shell!, [flag!, script!, join(directory, name), ...rest], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    child,
    ended: once(child, 'close').then(([code]) => code as number),
    output: () => output,
    says: (text: string) => until(`the step to say ${text}`, () => output.includes(text), { timeoutMs: 20_000 }),
    mark: (file: string) => writeFileSync(join(directory, name, file), ''),
  };
}

test('a step that pauses before and after its program runs it once the first file is there, and ends as the program did', async () => {
  const step = start('both', ['BEFORE', 'AFTER'], ['sh', '-c', 'echo "ran $0"; exit 7', 'a b']);
  await step.says('before its program until there is a file');
  step.mark('before');
  await step.says('ran a b');
  assert.equal(step.child.exitCode, null, 'it waits for the second file');
  step.mark('after');
  assert.equal(await step.ended, 7);
});

test('a step that pauses on errors does so when its program fails, and only then', async () => {
  assert.equal(await start('well', ['ON_ERROR'], ['true']).ended, 0);
  const failing = start('failing', ['ON_ERROR'], ['sh', '-c', 'echo failed; exit 3']);
  await failing.says('failed');
  assert.equal(failing.child.exitCode, null);
  assert.match(failing.output(), /failed\n$/, 'the last line is of the program');
  failing.mark('after');
  assert.equal(await failing.ended, 3);
});

test('a step that is stopped while it pauses, or while its program runs, ends at once', async () => {
  const pausing = start('pausing', ['BEFORE'], ['true']);
  await pausing.says('before its program');
  pausing.child.kill('SIGTERM');
  assert.equal(await pausing.ended, 143);
  const running = start('running', ['AFTER'], ['sh', '-c', 'echo running; exec sleep 60']);
  await running.says('running');
  running.child.kill('SIGTERM');
  assert.equal(await running.ended, 143);
});
