// What happens in one schedule, drawn from its seed: runs, series of runs, Jobs and workloads that users submit, what they do to them, and kills of the server.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { documentOf, runShape } from '../../src/engine/testing/random-runs.ts';
import type { JsonObject } from '../../src/base/mod.ts';
import type { Faults } from './faults.ts';
import type { Behaviour } from './machine.ts';
import { tellWorkloads, type WorkloadStory } from './workloads.ts';

export interface RunStory {
  readonly runId: string;
  readonly atMs: number;
  readonly document: JsonObject;
  /** Moments after its start at which a user terminates or retries it. */
  readonly terminateAfterMs?: number;
  readonly retryAfterMs?: number;
}

/** A recurring run, which strikes until it is over. */
export interface SeriesStory {
  readonly recurringRunId: string;
  readonly atMs: number;
  readonly document: JsonObject;
  readonly intervalSeconds: number;
  readonly lengthMs: number;
  readonly maxConcurrency: number;
  readonly noCatchup: boolean;
}

export interface JobStory {
  readonly name: string;
  readonly atMs: number;
  readonly spec: JsonObject;
}

export interface Story {
  readonly runs: readonly RunStory[];
  readonly series: readonly SeriesStory[];
  readonly jobs: readonly JobStory[];
  readonly workloads: readonly WorkloadStory[];
  readonly killsAtMs: readonly number[];
  /** Until then things go wrong. */
  readonly faultsMs: number;
  readonly behave: (podName: string) => Behaviour;
}

const RUNS_MAX = 2;
const SERIES_MAX = 1;
const SERIES_MS_MAX = 6_000;
const KILLS_MAX = 4;
const FAULTS_MS_MAX = 8_000;
const STEP_MS_MAX = 3_000;
const FAILING_SHARE = 0.2;

export function tellStory(seed: number, faults: Faults): Story {
  const faultsMs = 200 + faults.below(FAULTS_MS_MAX);
  const shapes = fc.sample(runShape, { seed, numRuns: 1 + faults.below(RUNS_MAX) });
  const runs = shapes.map((shape, number): RunStory => {
    const isTouched = faults.random() < 0.25;
    return {
      runId: `run-${number}`,
      atMs: faults.below(faultsMs),
      document: documentOf(shape),
      ...(isTouched && faults.random() < 0.6 ? { terminateAfterMs: faults.below(4_000) } : {}),
      ...(isTouched && faults.random() < 0.6 ? { retryAfterMs: faults.below(20_000) } : {}),
    };
  });
  const jobs = Array.from({ length: faults.below(2) }, (_, number): JobStory => {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'any' }] } };
    const isIndexed = faults.random() < 0.5;
    const spec = { completions: 1 + faults.below(4), parallelism: 1 + faults.below(3), backoffLimit: faults.below(5), ...(isIndexed ? { completionMode: 'Indexed' } : {}), template };
    return { name: `job-${number}`, atMs: faults.below(faultsMs), spec };
  });
  const killsAtMs = Array.from({ length: faults.below(KILLS_MAX) }, () => faults.below(faultsMs)).toSorted((a, b) => a - b);
  return { runs, jobs, killsAtMs, faultsMs, behave: behaviourOf(seed), workloads: tellWorkloads(faults, faultsMs), series: tellSeries(seed, faults, faultsMs) };
}

function tellSeries(seed: number, faults: Faults, faultsMs: number): readonly SeriesStory[] {
  const [shape] = fc.sample(runShape, { seed: seed + 1, numRuns: 1 });
  return Array.from({ length: faults.below(SERIES_MAX + 1) }, (_, number): SeriesStory => ({
    recurringRunId: `series-${number}`,
    atMs: faults.below(faultsMs),
    document: documentOf(shape!),
    intervalSeconds: 1 + faults.below(3),
    lengthMs: faults.below(SERIES_MS_MAX),
    maxConcurrency: 1 + faults.below(2),
    noCatchup: faults.random() < 0.3,
  }));
}

/** From the seed and the Pod's name alone, so that who asks first and how often makes no difference. */
export function behaviourOf(seed: number): (podName: string) => Behaviour {
  return (podName) => {
    const digest = createHash('sha256').update(`${seed} ${podName}`).digest();
    return { isFailing: digest[0]! / 256 < FAILING_SHARE, durationMs: Math.floor(STEP_MS_MAX ** (digest[1]! / 256)), share: digest[2]! / 256 };
  };
}
