// Where the time of a step goes: a Slipway in this process, a chain of steps one after the other, and the moments at which its
// crash points are passed.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { armCrashPoints, silentLog, until } from '../../src/base/mod.ts';
import { parseConfig, startSlipway } from '../../src/main/mod.ts';
import { median } from '../median.ts';
import type { FinishedRun } from './measured-server.ts';
import { pipelineOf, type Bench, type Figure } from './sections.ts';

const ROUNDS = 6;
/** Moments in the life of a step, and what ends with each. The first one begins with the end of the step before. */
const PARTS = [
  { until: 'engine.act.before', name: 'plan: outputs taken, next step decided' },
  { until: 'engine.act.after', name: 'commit: task and Pod in one group, durable' },
  { until: 'node.fork.before', name: 'queue: watch, node, environment, directories' },
  { until: 'node.fork.after', name: 'fork: a waiting sandbox is furnished, its command runs' },
  { until: 'node.exit-record.before', name: 'executor: the official executor, its end, the durable exit record' },
  { until: 'node.step-result.before', name: 'output: parameters and artifacts read and sealed' },
] as const;

/** The chain's own steps only: the server of the bench stays idle meanwhile. */
export async function measureTimeline(bench: Bench): Promise<Figure[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-timeline-'));
  const moments: { readonly name: string; readonly atMs: number }[] = [];
  const config = parseConfig({ 'data-dir': dataDir, port: '0', 'pipeline-cache': 'false' }, {});
  const slipway = await startSlipway(config, silentLog);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      if (round === ROUNDS - 3) armCrashPoints((name) => moments.push({ name, atMs: performance.now() }));
      await runChain(slipway.url, pipelineOf(bench, 'cached'));
    }
  } finally {
    armCrashPoints(undefined);
    await slipway.stop();
    await endSupervisor(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  }
  return tableOf(moments);
}

function tableOf(moments: readonly { readonly name: string; readonly atMs: number }[]): Figure[] {
  const durationsMs = new Map<string, number[]>(PARTS.map(({ name }) => [name, []]));
  let next = 0;
  let beforeMs: number | undefined;
  for (const { name, atMs } of moments) {
    // A chain has one step at a time, so that its moments come in their order; others are passed over.
    const part = PARTS[next]!;
    if (name !== part.until) continue;
    if (beforeMs !== undefined) durationsMs.get(part.name)!.push(atMs - beforeMs);
    beforeMs = atMs;
    next = (next + 1) % PARTS.length;
  }
  const rows = [...durationsMs].map(([name, values]) => ({ name, ms: median(values) }));
  const sumMs = rows.reduce((sum, { ms }) => sum + ms, 0);
  return [...rows, { name: 'a step of a chain, together', ms: sumMs }].map(({ name, ms }) => ({ name, value: `${ms.toFixed(2)} ms`, goal: '' }));
}

async function runChain(url: string, spec: unknown): Promise<void> {
  const body = JSON.stringify({ display_name: 'chain', pipeline_spec: spec, runtime_config: { parameters: { number: 1 } } });
  const created = await fetch(`${url}/apis/v2beta1/runs`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  const { run_id: runId } = (await created.json()) as FinishedRun;
  const run = await until(
    'the end of the chain',
    async () => {
      const answer = (await (await fetch(`${url}/apis/v2beta1/runs/${runId}`)).json()) as FinishedRun;
      return ['SUCCEEDED', 'FAILED'].includes(answer.state) ? answer : undefined;
    },
    { timeoutMs: 120_000, intervalMs: 500 },
  );
  if (run.state !== 'SUCCEEDED') throw new Error(`the chain failed: ${run.error?.message ?? ''}`);
}

async function endSupervisor(dataDir: string): Promise<void> {
  const card = join(dataDir, 'supervisor', 'supervisor.json');
  const { pid } = JSON.parse(readFileSync(card, 'utf8')) as { pid: number };
  process.kill(pid, 'SIGTERM');
  // It takes its card away last.
  await until('the end of the supervisor', () => !existsSync(card));
}
