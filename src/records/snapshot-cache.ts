// Snapshots of the runs that are being worked on. The engine asks for one after every event, so a run of a thousand tasks
// must not be read and parsed a thousand times: a change marks its rows as stale, and only stale rows are read again.
import type { RecordReader } from './records.ts';
import type { RecordChange, Run, RunSnapshot, Task } from './types.ts';

/** Runs and tasks kept in memory; a single larger run is still kept, alone. */
const CACHED_ROW_COUNT_MAX = 4_000;

/** A run that has ended and has more rows is not kept: nobody works on it any more. */
const ENDED_ROW_COUNT_MAX = 500;
/** More changed rows than this are not noted one by one: the run is read anew when somebody asks for it. */
const STALE_COUNT_MAX = 2_000;
const UNENDED_STATES: readonly Run['state'][] = ['PENDING', 'RUNNING', 'CANCELING'];

type SnapshotSource = Pick<RecordReader, 'run' | 'task' | 'snapshot'>;

interface CachedRun {
  snapshot: RunSnapshot;
  isRunStale: boolean;
  /** In order of creation, as the table gives them. */
  readonly tasks: Map<string, Task>;
  readonly staleTaskIds: Set<string>;
}

export class SnapshotCache {
  readonly #source: SnapshotSource;
  /** Least recently used first. */
  readonly #runs = new Map<string, CachedRun>();
  #rowCount = 0;

  constructor(source: SnapshotSource) {
    this.#source = source;
  }

  /** The same object as before when nothing changed. */
  get(runId: string): RunSnapshot | undefined {
    const cached = this.#runs.get(runId);
    if (cached === undefined) return this.#load(runId);
    if (cached.isRunStale || cached.staleTaskIds.size > 0) this.#refresh(runId, cached);
    if (!this.#runs.delete(runId)) return undefined;
    this.#runs.set(runId, cached);
    this.#dropWhenEnded(runId, cached);
    return cached.snapshot;
  }

  /** Must be called with every change before anybody learns of it, and again when it was not committed. */
  apply(changes: readonly RecordChange[]): void {
    for (const { table, id, runId } of changes) {
      const cached = runId === undefined ? undefined : this.#runs.get(runId);
      if (cached === undefined) continue;
      if (table === 'runs') cached.isRunStale = true;
      if (table === 'tasks') cached.staleTaskIds.add(id);
      if (cached.staleTaskIds.size > STALE_COUNT_MAX) this.#drop(runId!, cached);
    }
  }

  #dropWhenEnded(runId: string, cached: CachedRun): void {
    if (cached.tasks.size > ENDED_ROW_COUNT_MAX && !UNENDED_STATES.includes(cached.snapshot.run.state)) this.#drop(runId, cached);
  }

  #drop(runId: string, cached: CachedRun): void {
    this.#runs.delete(runId);
    this.#rowCount -= 1 + cached.tasks.size;
  }

  #load(runId: string): RunSnapshot | undefined {
    const snapshot = this.#source.snapshot(runId);
    if (snapshot === undefined) return undefined;
    const tasks = new Map(snapshot.tasks.map((task) => [task.taskId, task]));
    const cached: CachedRun = { snapshot, isRunStale: false, tasks, staleTaskIds: new Set() };
    this.#runs.set(runId, cached);
    this.#rowCount += 1 + tasks.size;
    this.#evict(runId);
    this.#dropWhenEnded(runId, cached);
    return snapshot;
  }

  #refresh(runId: string, cached: CachedRun): void {
    const run = cached.isRunStale ? this.#source.run(runId) : cached.snapshot.run;
    this.#rowCount -= 1 + cached.tasks.size;
    if (run === undefined) {
      this.#runs.delete(runId);
      return;
    }
    for (const taskId of cached.staleTaskIds) {
      const task = this.#source.task(taskId);
      if (task === undefined) cached.tasks.delete(taskId);
      else cached.tasks.set(taskId, task);
    }
    this.#rowCount += 1 + cached.tasks.size;
    cached.isRunStale = false;
    cached.staleTaskIds.clear();
    cached.snapshot = { run, tasks: [...cached.tasks.values()] };
    this.#evict(runId);
  }

  #evict(keptRunId: string): void {
    for (const [runId, cached] of this.#runs) {
      if (this.#rowCount <= CACHED_ROW_COUNT_MAX) return;
      if (runId === keptRunId) continue;
      this.#drop(runId, cached);
    }
  }
}
