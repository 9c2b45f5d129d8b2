// One seeded schedule: the server lives, dies and lives again under faults while users submit work; then the faults end, and
// everything must come to its end. Throws what does not hold.
import { DatabaseSync } from 'node:sqlite';
import { threadId } from 'node:worker_threads';
import { JOBS, SERVICES } from '../../src/api/mod.ts';
import type { ObjectApi, ObjectRef, Outcome } from '../../src/base/mod.ts';
import { nextStrikeMs } from '../../src/ir/mod.ts';
import { planRetry } from '../../src/engine/mod.ts';
import type { RecurringRun, Run } from '../../src/records/mod.ts';
import { checkInvariants } from './invariants.ts';
import { Faults } from './faults.ts';
import { Machine } from './machine.ts';
import { Server } from './server.ts';
import { tellStory, type JobStory, type RunStory, type SeriesStory, type Story } from './story.ts';
import { VirtualTime } from './virtual-time.ts';
import { notAtRest, WORKLOAD_TYPES, type WorkloadChange, type WorkloadStory } from './workloads.ts';

export interface Ended {
  readonly kills: number;
  readonly faults: number;
  readonly steps: number;
  readonly virtualMs: number;
  /** How often each kind of fault has happened. */
  readonly faultCounts: ReadonlyMap<string, number>;
}

/** The server is up again this long after it died. */
const RESTART_MS = 100;
const POLL_MS = 500;
/** Of virtual time, after the last fault: enough for every back-off. */
const END_MS_MAX = 3_600_000;
/** After the last run and Job ended: what follows an end has happened by then. */
const SETTLE_MS = 90_000;
const ENDED_RUN_STATES = new Set(['SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED']);

export async function playSchedule(seed: number): Promise<Ended> {
  const schedule = new Schedule(seed);
  try {
    return await schedule.play();
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}\n${schedule.trace()}`);
  }
}

/** Each has a database of its own, also when a seed is played twice; databases in memory belong to the whole process. */
let databaseCount = 0;

export class Schedule {
  readonly time = new VirtualTime();
  readonly faults: Faults;
  readonly story: Story;
  readonly machine: Machine;
  /** Runs, series, Jobs and workloads whose creation was answered, and `service NAME`. */
  readonly acknowledged = new Set<string>();
  /** Runs that a user terminated or retried: they need not end as undisturbed ones. */
  readonly touched = new Set<string>();
  /** Workloads that a user has deleted, or tried to. */
  readonly removed = new Set<string>();
  server!: Server;
  #kills = 0;
  readonly #databasePath: string;
  /** Keeps the database in memory while no server lives. */
  readonly #keeper: DatabaseSync;
  readonly #beginMs = this.time.now();

  constructor(seed: number) {
    this.faults = new Faults(seed);
    this.story = tellStory(seed, this.faults);
    this.machine = new Machine(this.time, this.story.behave);
    this.#databasePath = `file:schedule-${threadId}-${++databaseCount}?mode=memory&cache=shared`;
    this.#keeper = new DatabaseSync(this.#databasePath);
    this.time.isBusy = () => this.server.database.isBusy;
  }

  async play(): Promise<Ended> {
    this.#boot();
    try {
      await this.time.drive(this.#happen());
      await this.time.drive(checkInvariants(this));
    } finally {
      this.server.kill();
      this.#keeper.close();
    }
    return { kills: this.#kills, faults: this.faults.trace.length, steps: this.machine.started.length, virtualMs: this.time.now() - this.#beginMs, faultCounts: this.faults.counts };
  }

  trace(): string {
    return this.faults.trace.join('\n');
  }

  async #happen(): Promise<void> {
    const { runs, series, jobs, workloads, killsAtMs, faultsMs } = this.story;
    for (const run of runs) this.time.schedule(run.atMs, () => void this.#submit(run));
    for (const one of series) this.time.schedule(one.atMs, () => void this.#attempt(one.recurringRunId, () => this.server.records.write((writer) => writer.putRecurringRun(this.#seriesOf(one)))));
    for (const job of jobs) this.time.schedule(job.atMs, () => void this.#createJob(job));
    for (const workload of workloads) this.time.schedule(workload.atMs, () => void this.#createWorkload(workload));
    for (const atMs of killsAtMs) this.time.schedule(atMs, () => this.#restart('killed'));
    await this.time.sleep(faultsMs);
    this.faults.end();
    await this.#everythingEnded();
    await this.time.sleep(SETTLE_MS);
    await this.#everythingEnded();
  }

  async #everythingEnded(): Promise<void> {
    for (const deadlineMs = this.time.now() + END_MS_MAX; ; ) {
      const open = [...this.#openRuns(), ...(await this.#openJobs()), ...(await this.#restlessWorkloads())];
      if (open.length === 0) return;
      if (this.time.now() > deadlineMs) throw new Error(`an hour after the last fault these have not ended: ${open.join('; ')}`);
      await this.time.sleep(POLL_MS);
    }
  }

  #openRuns(): string[] {
    const { records } = this.server;
    const runs = [...this.story.runs.map(({ runId }) => records.run(runId)), ...this.story.series.flatMap(({ recurringRunId }) => this.runsOf(recurringRunId))];
    const series = this.story.series.flatMap(({ recurringRunId }) => records.recurringRun(recurringRunId) ?? []);
    return [
      ...runs.flatMap((run) => (run === undefined || ENDED_RUN_STATES.has(run.state) ? [] : [`${run.runId} ${run.state}`])),
      ...series.flatMap((one) => (nextStrikeMs(one, this.time.now()) === undefined ? [] : [`${one.recurringRunId} will strike again`])),
    ];
  }

  /** The runs that a series has made. */
  runsOf(recurringRunId: string): readonly Run[] {
    return this.server.records.runs({ predicates: [{ operation: 'EQUALS', field: 'recurringRunId', value: recurringRunId }], limit: 1_000 }).rows;
  }

  async #openJobs(): Promise<string[]> {
    const listed = await this.server.api.objectApi.list(JOBS, undefined);
    if (!listed.ok) return ['no list of Jobs'];
    const isOver = (status: Run['parameters'] | undefined) => Array.isArray(status?.['conditions']) && status['conditions'].some((condition) => ['Complete', 'Failed'].includes(String((condition as Record<string, unknown>)['type'])));
    return listed.value.items.filter((job) => !isOver(job.status)).map((job) => `${job.metadata.name} ${JSON.stringify(job.status)}`);
  }

  async #restlessWorkloads(): Promise<string[]> {
    const listed = await Promise.all(Object.values(WORKLOAD_TYPES).map((type) => this.server.api.objectApi.list(type, undefined)));
    return listed.flatMap((outcome) => (outcome.ok ? outcome.value.items.flatMap((workload) => notAtRest(workload) ?? []) : ['no list of workloads']));
  }

  #boot(): void {
    const server = new Server({
      time: this.time,
      faults: this.faults,
      machine: this.machine,
      databasePath: this.#databasePath,
      onBroken: () => this.time.schedule(1, () => server.life.isOver || this.#restart('ended by its disk')),
    });
    this.server = server;
    server.start().catch((error: unknown) => server.life.isOver || this.#restart(`did not start: ${String(error)}`));
  }

  /** Its database is open for reading until the next life begins. */
  #restart(why: string): void {
    if (this.server.life.isOver) return;
    this.#kills++;
    this.faults.note(`${this.time.now() - this.#beginMs} ms: the server is ${why}`);
    this.server.kill();
    this.time.schedule(RESTART_MS, () => this.#boot());
  }

  async #submit(story: RunStory): Promise<void> {
    const { records } = this.server;
    await this.#attempt(story.runId, () => records.write((writer) => writer.putRun(this.#runOf(story))));
    const { runId, terminateAfterMs, retryAfterMs } = story;
    if (terminateAfterMs !== undefined) this.time.schedule(terminateAfterMs, () => void this.#touch(runId, 'terminate'));
    if (retryAfterMs !== undefined) this.time.schedule(retryAfterMs, () => void this.#touch(runId, 'retry'));
  }

  async #createJob({ name, spec }: JobStory): Promise<void> {
    await this.#attempt(name, () => this.#asked((api) => api.create(JOBS, 'default', { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec })));
  }

  async #createWorkload({ kind, name, spec, changes }: WorkloadStory): Promise<void> {
    const type = WORKLOAD_TYPES[kind];
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: name }, ports: [{ port: 80 }] } };
    await this.#attempt(`service ${name}`, () => this.#asked((api) => api.create(SERVICES, 'default', service)));
    await this.#attempt(name, () => this.#asked((api) => api.create(type, 'default', { apiVersion: 'apps/v1', kind, metadata: { name }, spec })));
    for (const change of changes) this.time.schedule(change.afterMs, () => void this.#changeWorkload({ type, namespace: 'default', name }, change));
  }

  async #changeWorkload(key: ObjectRef, change: WorkloadChange): Promise<void> {
    if (change.kind === 'delete') this.removed.add(key.name);
    await this.#attempt(`${change.kind} of ${key.name}`, () =>
      this.#asked((api) => (change.kind === 'delete' ? api.delete(key, { propagationPolicy: change.propagationPolicy }) : api.patch(key, 'merge', { spec: change.spec }))),
    );
  }

  async #asked(ask: (api: ObjectApi) => Promise<Outcome<unknown>>): Promise<void> {
    const outcome = await ask(this.server.api.objectApi);
    if (!outcome.ok) throw new Error(outcome.status.message);
  }

  /** A user who is refused, or hears nothing, does nothing about it. */
  async #attempt(name: string, work: () => Promise<void>): Promise<void> {
    if (this.server.life.isOver) return;
    try {
      await this.server.life.unlessOver(work());
      this.acknowledged.add(name);
    } catch (error) {
      this.faults.note(`${name} is refused: ${String(error)}`);
    }
  }

  async #touch(runId: string, verb: 'terminate' | 'retry'): Promise<void> {
    this.touched.add(runId);
    const { records, life } = this.server;
    if (life.isOver) return;
    const nowMs = this.time.now();
    await life.unlessOver(records.write((writer) => {
      const snapshot = writer.read.snapshot(runId);
      if (snapshot === undefined) return;
      if (verb === 'terminate') {
        if (!['PENDING', 'RUNNING'].includes(snapshot.run.state)) return;
        return writer.putRun({ ...snapshot.run, state: 'CANCELING', reason: 'Terminated', message: 'terminated by a user' });
      }
      const plan = planRetry(snapshot, nowMs);
      if (!plan.ok) return;
      for (const taskId of plan.deletedTaskIds) writer.deleteTask(taskId);
      for (const task of plan.tasks) writer.putTask(task);
      writer.putRun(plan.run);
    })).catch(() => undefined);
  }

  #seriesOf({ recurringRunId, document, intervalSeconds, lengthMs, maxConcurrency, noCatchup }: SeriesStory): RecurringRun {
    const nowMs = this.time.now();
    return {
      recurringRunId, namespace: '', creator: 'user', createdAtMs: nowMs, experimentId: 'experiment', displayName: recurringRunId, description: '',
      pipelineSpec: document, parameters: {}, pipelineRoot: '', serviceAccount: '', trigger: { intervalSeconds, endMs: nowMs + lengthMs }, maxConcurrency,
      noCatchup, status: 'ENABLED', updatedAtMs: nowMs, lastIndex: 0, message: '',
    };
  }

  #runOf({ runId, document }: RunStory): Run {
    const nowMs = this.time.now();
    return {
      runId, namespace: '', creator: 'user', createdAtMs: nowMs, experimentId: 'experiment', displayName: runId, description: '', storageState: 'AVAILABLE',
      pipelineSpec: document, pipelineName: 'demo', parameters: {}, pipelineRoot: '', serviceAccount: '', state: 'PENDING', reason: '', message: '',
      stateHistory: [{ atMs: nowMs, state: 'PENDING' }], scheduledAtMs: 0, retryCount: 0,
    };
  }
}
