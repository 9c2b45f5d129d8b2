// npm run bench -- spine [--skip-iris]: the spine's figures: ready, idle memory, 40 sequential steps, beside a hand-written loop of subprocesses as the floor.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemClock } from '../src/base/mod.ts';
import { ensureKfpSdk } from '../src/main/mod.ts';
import { Installation } from '../sim/installation.ts';
import { followRun } from './follow-run.ts';
import { median } from './median.ts';
import { memoryOf } from './process-memory.ts';

const STEPS = 40;
const ROUNDS = 5;
/** The process compiles its hot code in the first rounds; they are printed, not counted. */
const WARM_UP_ROUNDS = 3;
const IDLE_AFTER_IRIS_MS = 120_000;
const IRIS = fileURLToPath(new URL('../examples/iris/pipeline.py', import.meta.url));
const CHAIN = fileURLToPath(new URL('./chain.py', import.meta.url));

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal: string;
}

/** `--skip-iris` leaves out the two minutes of waiting. */
export async function run(args: readonly string[]): Promise<void> {
  const { python } = await ensureKfpSdk({ onProgress: (sentence) => console.log(sentence) });
  const work = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const figures: Figure[] = [];
  const installation = new Installation();
  try {
    figures.push(...(await measureStart(installation)));
    await promisify(execFile)(python, [CHAIN, String(STEPS), join(work, 'chain.yaml')]);
    figures.push(...(await measureChain(installation, readFileSync(join(work, 'chain.yaml'), 'utf8'), python)));
    if (!args.includes('--skip-iris')) figures.push(...(await measureAfterIris(installation, python, work)));
  } finally {
    await installation.remove();
    rmSync(work, { recursive: true });
  }
  print(figures);
}

async function measureStart(installation: Installation): Promise<Figure[]> {
  const readyMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    await installation.start();
    await installation.request('GET', '/apis/v2beta1/healthz');
    readyMs.push(performance.now() - begin);
    if (round < ROUNDS - 1) await installation.kill('SIGTERM');
  }
  await systemClock.sleep(3_000);
  return [
    { name: 'start to ready (first, with certificates)', value: `${readyMs[0]!.toFixed(0)} ms`, goal: '≤ 1000 ms' },
    { name: `start to ready (median of ${ROUNDS})`, value: `${median(readyMs).toFixed(0)} ms`, goal: '≤ 1000 ms' },
    memoryFigure(installation, 'idle before the first step', '≤ 150 MB'),
  ];
}

async function measureChain(installation: Installation, pipelineText: string, python: string): Promise<Figure[]> {
  const { parse } = await import('yaml');
  const spec: unknown = parse(pipelineText);
  const once = async (name: string): Promise<number> => {
    const begin = performance.now();
    const { run_id: runId } = await installation.submit(name, spec);
    await followRun(installation, runId);
    const elapsedMs = performance.now() - begin;
    const run = await installation.waitForRun(runId);
    if (run.state !== 'SUCCEEDED') throw new Error(`the chain ended ${run.state}: ${run.error?.message ?? ''}`);
    return elapsedMs;
  };
  await once('builds the environment');
  const warmUp: number[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS; round++) warmUp.push(await once(`warm-up ${round}`));
  const ours: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await once(`round ${round}`));
    floor.push(subprocessLoop(python));
  }
  const ratio = median(ours.map((value, index) => value / floor[index]!));
  return [
    { name: `${STEPS} sequential steps of 10 ms (median of ${ROUNDS})`, value: `${median(ours).toFixed(0)} ms`, goal: '≤ 1000 ms' },
    { name: 'all rounds (warm-up in brackets)', value: `[${inWords(warmUp)}] ${inWords(ours)} ms`, goal: '' },
    { name: 'floor: one `python3 -c "sleep 10 ms"` after the other', value: `${median(floor).toFixed(0)} ms`, goal: '' },
    { name: 'ratio to the floor, pair by pair', value: ratio.toFixed(2), goal: '' },
  ];
}

function subprocessLoop(python: string): number {
  const begin = performance.now();
  for (let step = 0; step < STEPS; step++) execFileSync(python, ['-c', 'import time; time.sleep(0.01)']);
  return performance.now() - begin;
}

async function measureAfterIris(installation: Installation, python: string, work: string): Promise<Figure[]> {
  const file = join(work, 'iris.yaml');
  await promisify(execFile)(python, ['-c', 'from kfp.cli.__main__ import main; main()', 'dsl', 'compile', '--py', IRIS, '--output', file]);
  const { parse } = await import('yaml');
  const { run_id: runId } = await installation.submit('iris', parse(readFileSync(file, 'utf8')));
  const finished = await installation.waitForRun(runId, 600_000);
  if (finished.state !== 'SUCCEEDED') throw new Error(`iris ended ${finished.state}: ${finished.error?.message ?? ''}`);
  await systemClock.sleep(IDLE_AFTER_IRIS_MS);
  return [memoryFigure(installation, 'idle two minutes after iris', '≤ 170 MB')];
}

function memoryFigure(installation: Installation, name: string, goal: string): Figure {
  const supervisor = JSON.parse(readFileSync(join(installation.dataDir, 'supervisor', 'supervisor.json'), 'utf8')) as { pid: number };
  const processes = memoryOf([installation.pid!, supervisor.pid]);
  const server = processes.find(({ pid }) => pid === installation.pid);
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  const all = processes.reduce((sum, { privateBytes }) => sum + privateBytes, 0);
  return {
    name: `${name}: private bytes of all ${processes.length} processes`,
    value: `${megabytes(all)} MB (server: ${megabytes(server?.privateBytes ?? 0)} private, ${megabytes(server?.residentBytes ?? 0)} resident)`,
    goal,
  };
}

function inWords(values: readonly number[]): string {
  return values.map((value) => value.toFixed(0)).join(' ');
}

function print(figures: readonly Figure[]): void {
  console.log(`\n${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}\n`);
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const { name, value, goal } of figures) console.log(`${name.padEnd(width)}  ${value}${goal === '' ? '' : `   (goal ${goal})`}`);
}
