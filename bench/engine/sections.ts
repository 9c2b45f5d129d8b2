// What the engine benchmark measures, one function for each table.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { systemClock } from '../../src/base/mod.ts';
import { median } from '../median.ts';
import { type MeasuredServer, numbersUpTo, secondsOf } from './measured-server.ts';

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal: string;
}

export interface Bench {
  /** Interpreter of the official SDK. */
  readonly python: string;
  /** Where the compiled pipelines are. */
  readonly pipelines: string;
  readonly server: MeasuredServer;
}

const CEILING = fileURLToPath(new URL('./fork_ceiling.py', import.meta.url));
const RUNTIME = 'kfp.dsl.executor_main';
const RUNTIME_ENVIRONMENT = { ...process.env, _KFP_RUNTIME: 'true' };
const CHILDREN = 400;
const PARALLEL = 4;
const LOOP_STEPS = 1_000;
const LOOP_ROUNDS = 3;
const LARGE_LOOP_STEPS = 10_000;
const CHAIN_ROUNDS = 50;
/** Nobody submits a run in the very millisecond in which the last one ended. */
const APART_MS = 100;
const WARM_UP_ROUNDS = 10;
const CACHED_ROUNDS = 10;
const CACHED_STEPS = 40;
const DATASET_MEGABYTES = 1_024;
const SMALL_FILES = 10_000;
const ARTIFACT_STEPS = 4;

export function pipelineOf({ pipelines }: Bench, name: string): unknown {
  return parse(readFileSync(join(pipelines, `${name}.yaml`), 'utf8'));
}

/** Children per second, from a parent with these modules. */
function ceilingOf(python: string, work: 'namespaces' | 'executor', modules: readonly string[]): number {
  const args = [CEILING, String(CHILDREN), String(PARALLEL), work, ...modules];
  return Number(execFileSync(python, args, { env: RUNTIME_ENVIRONMENT }));
}

/** Ceilings and loops take turns, so that what else goes on on the machine meets both. */
async function measureRates(bench: Bench, pipeline: string, python: () => string, modules: readonly string[]) {
  const spec = pipelineOf(bench, pipeline);
  await bench.server.run(spec, { numbers: numbersUpTo(100) });
  const rates = { namespaces: [] as number[], executor: [] as number[], loop: [] as number[], share: [] as number[] };
  for (let round = 0; round < LOOP_ROUNDS; round++) {
    const before = ceilingOf(python(), 'namespaces', modules);
    rates.executor.push(ceilingOf(python(), 'executor', modules));
    const loop = LOOP_STEPS / secondsOf(await bench.server.run(spec, { numbers: numbersUpTo(LOOP_STEPS) }));
    const ceiling = (before + ceilingOf(python(), 'namespaces', modules)) / 2;
    rates.namespaces.push(ceiling);
    rates.loop.push(loop);
    rates.share.push(loop / ceiling);
  }
  return rates;
}

export async function measureLoop(bench: Bench, isWithPandas: boolean): Promise<Figure[]> {
  const what = isWithPandas ? 'with pandas' : 'bare';
  const python = isWithPandas ? () => pandasPython(bench) : () => bench.python;
  const modules = isWithPandas ? [RUNTIME, 'pandas'] : [RUNTIME];
  await bench.server.watchTurns();
  const rates = await measureRates(bench, isWithPandas ? 'pandas-loop' : 'loop', python, modules);
  const turns = await bench.server.turns();
  const perSecond = (values: readonly number[]) => `${median(values).toFixed(0)}/s`;
  return [
    { name: `fork ceiling, ${what}: PID and mount namespaces, ${PARALLEL} in parallel`, value: perSecond(rates.namespaces), goal: '' },
    { name: `the official executor alone, ${what}: forked, no namespaces, no engine`, value: perSecond(rates.executor), goal: '' },
    { name: `loop of ${LOOP_STEPS} steps, ${what}`, value: `${perSecond(rates.loop)} (${rates.loop.map((rate) => rate.toFixed(0)).join(' ')})`, goal: '' },
    { name: `share of the ceiling, ${what}`, value: `${(median(rates.share) * 100).toFixed(0)}%`, goal: '≥ 45%' },
    turnFigure(turns),
  ];
}

function turnFigure({ longestMs, longCount }: { readonly longestMs: number; readonly longCount: number }): Figure {
  return { name: 'longest turn of the loop meanwhile, in processor time', value: `${longestMs.toFixed(1)} ms, ${longCount} above 10 ms`, goal: '≤ 10 ms' };
}

/** The interpreter of the steps' environment, as a warm parent runs it. */
function pandasPython({ server }: Bench): string {
  const found = server.parentInterpreters().find((python) => {
    try {
      execFileSync(python, ['-c', 'import pandas, kfp.dsl.executor_main'], { env: RUNTIME_ENVIRONMENT, stdio: 'ignore' });
      return true;
    } catch {
      return false; // another environment
    }
  });
  if (found === undefined) throw new Error('no warm parent has pandas in its environment');
  return found;
}

export async function measureScale(bench: Bench): Promise<Figure[]> {
  const { server } = bench;
  const spec = pipelineOf(bench, 'loop');
  const measure = async (count: number) => {
    const beforeMs = server.cpuMs();
    const seconds = secondsOf(await server.run(spec, { numbers: numbersUpTo(count) }));
    return { cpuMs: (server.cpuMs() - beforeMs) / count, heapBytes: await server.heapBytesAfterCollection(), rate: count / seconds };
  };
  await server.run(spec, { numbers: numbersUpTo(LOOP_STEPS) });
  const small = await measure(LOOP_STEPS);
  const large = await measure(LARGE_LOOP_STEPS);
  const told = ({ cpuMs, rate }: typeof small) => `${cpuMs.toFixed(2)} ms (${rate.toFixed(0)}/s)`;
  return [
    { name: `processor time of server, supervisor and parents per task, ${LOOP_STEPS} iterations`, value: told(small), goal: '' },
    { name: `the same, ${LARGE_LOOP_STEPS} iterations`, value: told(large), goal: '' },
    { name: 'ratio', value: (large.cpuMs / small.cpuMs).toFixed(2), goal: '≤ 1.2' },
    { name: `heap after a collection, ${LARGE_LOOP_STEPS} tasks more`, value: `${((large.heapBytes - small.heapBytes) / 1e6).toFixed(1)} MB more`, goal: '≤ 10 MB' },
  ];
}

export async function measureCached(bench: Bench): Promise<Figure[]> {
  const spec = pipelineOf(bench, 'cached');
  const stepMs: number[] = [];
  for (let round = 0; round <= CACHED_ROUNDS; round++) {
    const seconds = secondsOf(await bench.server.run(spec, { number: 1 }));
    // The first run executes its steps.
    if (round > 0) stepMs.push((seconds * 1000) / CACHED_STEPS);
  }
  return [{ name: `cached step, in a chain of ${CACHED_STEPS}`, value: `${median(stepMs).toFixed(2)} ms`, goal: '≤ 2 ms' }];
}

/** From the first byte of the request to the moment when an open stream tells that the run has finished. */
export async function measureChain(bench: Bench): Promise<Figure[]> {
  const spec = pipelineOf(bench, 'chain');
  const elapsedMs: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < CHAIN_ROUNDS; round++) {
    await systemClock.sleep(APART_MS);
    const begin = performance.now();
    await bench.server.run(spec, { number: round });
    // The first ones compile the process's hot code.
    if (round >= 0) elapsedMs.push(performance.now() - begin);
  }
  const p95 = elapsedMs.toSorted((a, b) => a - b)[Math.floor(0.95 * elapsedMs.length)]!;
  return [{ name: `chain of 3 steps, POST to finished_at on an open stream, p50 of ${CHAIN_ROUNDS} (p95)`, value: `${median(elapsedMs).toFixed(1)} ms (${p95.toFixed(1)})`, goal: '≤ 60 ms' }];
}

export async function measureArtifacts(bench: Bench): Promise<Figure[]> {
  const { server } = bench;
  const { dataDir } = server.installation;
  const spec = pipelineOf(bench, 'artifacts');
  await server.run(spec, { megabytes: 1, files: 10 });
  const before = { diskBytes: diskBytesOf(dataDir), outputBytes: diskBytesOf(join(dataDir, 'artifacts')), readBytes: server.readBytes() };
  await server.watchTurns();
  const run = await server.run(spec, { megabytes: DATASET_MEGABYTES, files: SMALL_FILES });
  const turns = await server.turns();
  const readBytes = server.readBytes() - before.readBytes;
  const grown = diskBytesOf(dataDir) - before.diskBytes;
  const outputs = diskBytesOf(join(dataDir, 'artifacts')) - before.outputBytes;
  const steps = await stepsOf(server, run.run_id);
  const inodes = new Set(steps.map(({ inodes: told }) => told));
  const ownMs = (secondsOf(run) * 1000 - steps.reduce((sum, { executorMs }) => sum + executorMs, 0)) / ARTIFACT_STEPS;
  return [
    { name: `1 GB and 4 × ${SMALL_FILES} files through ${ARTIFACT_STEPS} steps: growth of the data directory to distinct outputs`, value: (grown / outputs).toFixed(4), goal: '≤ 1.01' },
    { name: 'producer and consumers see the same inodes', value: inodes.size === 1 && steps.length === ARTIFACT_STEPS ? 'yes' : `no: ${[...inodes].join(' ')}`, goal: 'yes' },
    { name: 'the server read', value: `${(readBytes / 1e6).toFixed(2)} MB`, goal: '≤ 1 MB' },
    { name: "Slipway's own time per step", value: `${ownMs.toFixed(0)} ms`, goal: '≤ 50 ms' },
    turnFigure(turns),
  ];
}

interface ArtifactStep {
  readonly inodes: string;
  /** From the first line of the executor to its end. */
  readonly executorMs: number;
}

async function stepsOf({ installation }: MeasuredServer, runId: string): Promise<readonly ArtifactStep[]> {
  interface Task {
    readonly type?: string;
    readonly state_history?: readonly { readonly state: string; readonly update_time: string }[];
    readonly outputs?: { readonly parameters?: readonly { readonly parameter_key: string; readonly value: unknown }[] };
  }
  const { tasks } = await installation.request<{ tasks: Task[] }>('GET', `/apis/v2beta1/runs/${runId}/tasks?page_size=200`);
  return tasks
    .filter(({ type }) => type === 'RUNTIME')
    .map(({ state_history: history = [], outputs }) => {
      const atMs = (state: string) => Date.parse(history.find((entry) => entry.state === state)?.update_time ?? '');
      return { inodes: JSON.stringify(outputs?.parameters?.[0]?.value), executorMs: atMs('SUCCEEDED') - atMs('RUNNING') };
    });
}

/** Blocks on the disk, each file once. */
function diskBytesOf(directory: string): number {
  return Number(execFileSync('du', ['-s', '-B1', directory]).toString().split('\t')[0]);
}
