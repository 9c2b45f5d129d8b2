// Runs in work, in memory: a tree per run, built from the records when it is needed and thrown away when a write of it
// fails or somebody else changed the run.
import { Failure } from '../base/mod.ts';
import { parsePipelineOnce } from '../ir/mod.ts';
import { hasRunEnded, type Records, type Run, type RunState, type Task, type TaskState } from '../records/mod.ts';
import type { ClaimOutcome, OutputsPresence } from './plan/facts.ts';
import { buildRunTree, type RunTree } from './plan/run-tree.ts';

export interface ActiveRun {
  readonly tree: RunTree;
  /** A write of this tree failed: it shows what never happened, and nothing planned on it may be written. */
  isBroken: boolean;
  /** Writes of the run's own row that are not durable yet. */
  pendingRunWriteCount: number;
  /** Whether the outputs of a task of another run, by its id, are still there. */
  readonly outputsPresence: Map<string, OutputsPresence>;
  /** The newest earlier runs of the pipeline, looked up when a step first misses the cache. */
  earlierRunIds: readonly string[] | undefined;
  /** What became of the claims that tasks asked for, by task id. */
  readonly claimOutcomes: Map<string, ClaimOutcome>;
}

export type LoadedRun =
  | { readonly kind: 'active'; readonly active: ActiveRun }
  | { readonly kind: 'unreadable'; readonly run: Run; readonly message: string }
  /** There is no such run, or it has ended. */
  | { readonly kind: 'none' };

/** How many there are in each state; states without any are left out. */
export interface RunCounts {
  /** In work. */
  readonly runs: ReadonlyMap<RunState, number>;
  /** Of those runs: what has a Pod, or would have one. */
  readonly steps: ReadonlyMap<TaskState, number>;
  /** Runs that ended since the engine was made, by the state in which they did. */
  readonly ended: ReadonlyMap<RunState, number>;
}

const STEP_TYPES: ReadonlySet<Task['type']> = new Set(['RUNTIME', 'IMPORTER']);

export class ActiveRuns {
  readonly #records: Records;
  readonly #active = new Map<string, ActiveRun>();
  readonly #ended = new Map<RunState, number>();

  constructor(records: Records) {
    this.#records = records;
  }

  get count(): number {
    return this.#active.size;
  }

  /** Looks at every task of every run in work. */
  counts(): RunCounts {
    const counts = { runs: new Map<RunState, number>(), steps: new Map<TaskState, number>(), ended: new Map(this.#ended) };
    for (const { tree } of this.#active.values()) {
      increment(counts.runs, tree.run.state);
      for (const { row } of tree.byId.values()) if (STEP_TYPES.has(row.type)) increment(counts.steps, row.state);
    }
    return counts;
  }

  /** Only what is in memory. */
  get(runId: string): ActiveRun | undefined {
    return this.#active.get(runId);
  }

  load(runId: string): LoadedRun {
    const existing = this.#active.get(runId);
    if (existing !== undefined) return { kind: 'active', active: existing };
    const snapshot = this.#records.snapshot(runId);
    if (snapshot === undefined || hasRunEnded(snapshot.run.state)) return { kind: 'none' };
    const parsed = parsePipelineOnce(snapshot.run.pipelineSpec);
    if (!parsed.ok) return { kind: 'unreadable', run: snapshot.run, message: describeErrors(parsed.errors) };
    const active: ActiveRun = {
      tree: buildRunTree(snapshot, parsed.pipeline),
      isBroken: false,
      pendingRunWriteCount: 0,
      outputsPresence: new Map(),
      earlierRunIds: undefined,
      claimOutcomes: new Map(),
    };
    this.#active.set(runId, active);
    return { kind: 'active', active };
  }

  /** Forgets the tree; the next `load` builds it from the records. */
  drop(runId: string): void {
    const active = this.#active.get(runId);
    if (active !== undefined) active.isBroken = true;
    this.#active.delete(runId);
  }

  /** Forgets a run that has ended. */
  release(active: ActiveRun): void {
    const { runId, state } = active.tree.run;
    if (!hasRunEnded(state) || this.#active.get(runId) !== active) return;
    this.#active.delete(runId);
    increment(this.#ended, state);
  }
}

function increment<State>(counts: Map<State, number>, state: State): void {
  counts.set(state, (counts.get(state) ?? 0) + 1);
}

/** The run was deleted or changed by somebody else between planning and writing. */
export function isRunChanged(error: unknown): boolean {
  return error instanceof Failure && error.reason === 'RunChanged';
}

export function runChanged(runId: string): Failure {
  return new Failure('RunChanged', 'the run was changed while it was being planned', { fields: { runId } });
}

function describeErrors(errors: readonly { readonly field: string; readonly message: string }[]): string {
  const [first, ...more] = errors;
  if (first === undefined) return 'the pipeline can not be read';
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `the pipeline can not be read: ${first.field === '' ? '' : `${first.field} `}${first.message}${rest}`;
}
