// How long a step takes from the request to the recorded exit. Run by hand: node src/node/supervisor/supervisor.bench.ts
// Two busy cores, 2026-11: command runs p50 4.4 ms, exit recorded 9.8 ms, 40 steps of 10 ms 665 ms; plain 3.6, 6.4, 649 ms.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { silentLog, systemClock } from '../../base/mod.ts';
import { connectSupervisor } from './client.ts';
import { SupervisorFixture, findPython, startPythonParent } from './supervisor-fixture.ts';

const SAMPLE_COUNT = 100;
const SEQUENCE_LENGTH = 40;

for (const isSandboxWanted of [true, false]) {
  const dataDir = await mkdtemp(join(tmpdir(), 'slipway-supervisor-bench-'));
  const options = { dataDir, python: await findPython(), log: silentLog, clock: systemClock, isSandboxWanted };
  const fixture = new SupervisorFixture(dataDir, options);
  await mkdir(fixture.tmpDir);
  await fixture.connect();
  const command = await startPythonParent(fixture);
  console.log(fixture.supervisor.hello.sandbox ? 'PID, mount and UTS namespaces:' : 'plain:');
  const step = (source: string) => fixture.request(command(), fixture.step(source));
  await runOnce(fixture, step('pass'));

  const startedMs: number[] = [];
  const exitedMs: number[] = [];
  for (let n = 0; n < SAMPLE_COUNT; n++) {
    const sample = await runOnce(fixture, step('pass'));
    startedMs.push(sample.startedMs);
    exitedMs.push(sample.exitedMs);
    await systemClock.sleep(20);
  }
  console.log(`  request → command runs     ${quantiles(startedMs)}`);
  console.log(`  request → exit recorded    ${quantiles(exitedMs)}   (no-op step)`);

  const before = performance.now();
  for (let n = 0; n < SEQUENCE_LENGTH; n++) await runOnce(fixture, step('import time; time.sleep(0.01)'));
  console.log(`  ${SEQUENCE_LENGTH} steps of 10 ms in sequence  ${(performance.now() - before).toFixed(0)} ms`);
  const { supervisor, parents } = await fixture.supervisor.stats();
  const megabytes = [supervisor, ...parents].map(({ privateBytes }) => (privateBytes / 1024 ** 2).toFixed(1));
  console.log(`  private MB: supervisor ${megabytes[0]}, parents with their spares ${megabytes.slice(1).join(', ')}`);
  await (await connectSupervisor(options)).shutdown({ force: true });
  await rm(dataDir, { recursive: true, force: true });
}

async function runOnce(fixture: SupervisorFixture, request: ReturnType<SupervisorFixture['request']>) {
  const begin = performance.now();
  const exited = new Promise<number>((resolve) => {
    const stop = fixture.supervisor.onExit((exit) => {
      if (exit.id !== request.id) return;
      stop();
      resolve(performance.now() - begin);
    });
  });
  await fixture.supervisor.startContainer(request);
  const startedMs = performance.now() - begin;
  return { startedMs, exitedMs: await exited };
}

function quantiles(samples: number[]): string {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(2).padStart(6);
  return `p50 ${at(0.5)} ms   p90 ${at(0.9)} ms   p99 ${at(0.99)} ms`;
}
