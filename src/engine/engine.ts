// The engine: woken by changes of records and Pods and by step results, it plans each run from its records and acts.
import { crashPoint, describeError, Failure, type Clock, type KubeObject, type Log, type ObjectApi } from '../base/mod.ts';
import { hasEnded, LOG_ARTIFACT_KEY, RUN_ID_LABEL, TASK_ID_LABEL, type StepResult, type StepResultSink } from '../api/mod.ts';
import type { Blobs } from '../blobs/mod.ts';
import type { Informer, InformerChange } from '../client/mod.ts';
import { createKeyedQueue, type KeyedQueue, type ReconcileResult } from '../control/mod.ts';
import { hasRunEnded, type RecordChange, type Records, type RecordWriter, type Run, type RunState } from '../records/mod.ts';
import { checkOutputs } from './act/outputs-presence.ts';
import { PodRequests } from './act/pods.ts';
import { earlierEntries } from './act/earlier-entries.ts';
import { remainsGoAtMs, runsWithRemains } from './act/run-remains.ts';
import { createClaim, deleteClaim, deleteWorkspaceOf } from './act/volume-claims.ts';
import { hasPuts, isWrite, writeActions } from './act/write.ts';
import { ActiveRuns, isRunChanged, type ActiveRun, type RunCounts } from './active-run.ts';
import type { Action, Effect } from './plan/action.ts';
import type { PlanFacts, PlanSettings } from './plan/facts.ts';
import { isUntold } from './plan/observe-pod.ts';
import { planResult, planTree } from './plan/plan.ts';
import { unreadableRun } from './plan/run-life.ts';
import { isSettled } from './plan/task-life.ts';
import { planSettings, type EngineSettings } from './settings.ts';

export interface EngineOptions {
  readonly records: Records;
  readonly api: ObjectApi;
  /** Pods of all namespaces; the engine starts it (starting is idempotent) and never stops it. */
  readonly pods: Informer;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings?: EngineSettings;
}

export interface EngineStatus {
  readonly queue: ReturnType<KeyedQueue['status']>;
  readonly activeRunCount: number;
  readonly counts: RunCounts;
  /** Pods asked for that the cache does not show yet. */
  readonly podRequestCount: number;
}

export interface Engine {
  /** Resolves when every unfinished run has been taken up. */
  start(): Promise<void>;
  /** Resolves when nothing is planned or written any more; runs stay as they are and go on at the next start. */
  stop(): Promise<void>;
  readonly stepResults: StepResultSink;
  status(): EngineStatus;
}

/** Runs planned at the same time; planning is synchronous, so this bounds writes in flight. */
const RECONCILE_CONCURRENCY = 16;
/** News of a Pod that only shows progress waits this long, so that short steps cost no write of their own. */
const PROGRESS_DELAY_MS = 20;
/** Timers do not go for weeks. */
const REMAINS_LOOK_MS_MAX = 24 * 3_600_000;
/** Entries of the cache that are looked at for a step; of those whose outputs are gone none is of use. */
const CACHE_ENTRIES_MAX = 5;
/** Times that a result is planned anew because the run was changed in between; then the caller is told to try again. */
const RESULT_TRIES_MAX = 5;

export function createEngine(options: EngineOptions): Engine {
  return new RunEngine(options);
}

class RunEngine implements Engine {
  readonly stepResults: StepResultSink = { report: (result) => this.#report(result) };
  readonly #options: EngineOptions;
  readonly #settings: PlanSettings;
  readonly #runs: ActiveRuns;
  readonly #requests: PodRequests;
  readonly #queue: KeyedQueue;
  readonly #inFlight = new Set<Promise<unknown>>();
  #unsubscribe: (() => void)[] = [];
  #arePodsKnown = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#settings = planSettings(options.settings ?? {}, options.blobs.defaultRootUri);
    this.#runs = new ActiveRuns(options.records);
    this.#requests = new PodRequests(options);
    this.#queue = createKeyedQueue({
      name: 'runs',
      clock: options.clock,
      log: options.log,
      concurrency: RECONCILE_CONCURRENCY,
      reconcile: (runId) => this.#reconcile(runId),
    });
  }

  async start(): Promise<void> {
    const { records, pods, log } = this.#options;
    this.#unsubscribe.push(records.onChange((changes) => this.#onRecordChanges(changes)));
    await pods.start();
    this.#arePodsKnown = true;
    this.#unsubscribe.push(pods.onChange((change) => this.#onPodChange(change)));
    const runIds = records.unfinishedRunIds();
    for (const runId of new Set([...runIds, ...(await runsWithRemains(this.#options.api, pods))])) this.#queue.add(runId);
    this.#queue.start();
    log.info('engine started', { unfinishedRuns: runIds.length });
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#unsubscribe = [];
    await this.#queue.stop();
    await Promise.allSettled(this.#inFlight);
  }

  status(): EngineStatus {
    return { queue: this.#queue.status(), activeRunCount: this.#runs.count, counts: this.#runs.counts(), podRequestCount: this.#requests.count };
  }

  async #reconcile(runId: string): Promise<ReconcileResult> {
    const loaded = this.#runs.load(runId);
    if (loaded.kind === 'none') return this.#removeRemains(runId);
    if (loaded.kind === 'unreadable') {
      await this.#failUnreadable(loaded.run, loaded.message);
      return { kind: 'done' };
    }
    const { active } = loaded;
    const from = active.tree.run.state;
    const actions = this.#plan(active, (facts, nowMs) => planTree(active.tree, facts, nowMs));
    try {
      await this.#act(active, actions, from);
    } catch (error) {
      if (!isRunChanged(error)) throw error;
      this.#queue.add(runId);
    }
    return { kind: 'done' };
  }

  /** Of a run that has ended, when their time has come. */
  async #removeRemains(runId: string): Promise<ReconcileResult> {
    const run = this.#options.records.run(runId);
    const dueMs = run && remainsGoAtMs(run);
    if (dueMs === undefined) return { kind: 'done' };
    const leftMs = dueMs - this.#options.clock.now();
    if (leftMs > 0) return { kind: 'after', delayMs: Math.min(leftMs, REMAINS_LOOK_MS_MAX) };
    for (const pod of this.#podsOf(runId)) if (hasEnded(pod)) this.#deletePod(pod);
    await deleteWorkspaceOf(this.#options, runId);
    return { kind: 'done' };
  }

  async #report(result: StepResult): ReturnType<StepResultSink['report']> {
    for (let attempt = 1; ; attempt++) {
      const loaded = this.#runs.load(result.runId);
      if (loaded.kind !== 'active') return this.#receptionAfterEnd(result);
      const { active } = loaded;
      const from = active.tree.run.state;
      const { reception, actions } = this.#plan(active, (facts, nowMs) => planResult(active.tree, result, facts, nowMs));
      if (reception === 'early') throw this.#tooEarly(result);
      try {
        await this.#act(active, actions, from);
        // A duplicate is only told once the first report of it is durable.
        if (reception === 'duplicate') await Promise.all(this.#inFlight);
        return reception;
      } catch (error) {
        if (!isRunChanged(error) || attempt === RESULT_TRIES_MAX) throw error;
      }
    }
  }

  /** Planning changes the tree as it goes; one that throws leaves a tree that shows what nobody has written. */
  #plan<T>(active: ActiveRun, plan: (facts: PlanFacts, nowMs: number) => T): T {
    try {
      return plan(this.#factsOf(active), this.#options.clock.now());
    } catch (error) {
      this.#drop(active);
      throw error;
    }
  }

  /** The caller reports again; meanwhile the run catches up. */
  #tooEarly({ runId, taskId }: StepResult): Failure {
    this.#queue.add(runId);
    return new Failure('ResultEarly', 'the step is not known to have started; report its result again', { fields: { runId, taskId } });
  }

  #receptionAfterEnd({ taskId, podUid }: StepResult): 'duplicate' | 'stale' {
    return this.#options.records.task(taskId)?.podUid === podUid ? 'duplicate' : 'stale';
  }

  /**
   * One write for all records, and the Pods in the same turn of the loop, so that they share its commit. Resolves when
   * the records are durable; rejects when they are not, and then the tree is forgotten.
   */
  async #act(active: ActiveRun, actions: readonly Action[], from: RunState): Promise<void> {
    if (actions.length === 0) return;
    crashPoint('engine.act.before');
    const written = hasPuts(actions) ? this.#write(active, actions, from) : Promise.resolve();
    for (const action of actions) this.#start(active, action);
    await written;
    crashPoint('engine.act.after');
  }

  async #write(active: ActiveRun, actions: readonly Action[], from: RunState): Promise<void> {
    const isRunWrite = actions.some(({ kind }) => kind === 'putRun');
    if (isRunWrite) active.pendingRunWriteCount++;
    try {
      await this.#track(this.#options.records.write((writer) => this.#writeNow(writer, active, actions, from)));
    } catch (error) {
      this.#drop(active);
      this.#forgetAsked(actions);
      throw error;
    } finally {
      if (isRunWrite) active.pendingRunWriteCount--;
    }
    this.#forgetEnded(actions);
    forgetLogs(active, actions);
    this.#runs.release(active);
    if (remainsGoAtMs(active.tree.run) !== undefined) this.#queue.add(active.tree.run.runId);
    // Somebody else's change of the run may have come by while ours was on its way, and was taken for ours.
    if (isRunWrite) this.#onRunChanged(active.tree.run.runId);
  }

  /** What was planned since on the same tree may be in the same commit: when this fails, it must fail as well. */
  #writeNow(writer: RecordWriter, active: ActiveRun, actions: readonly Action[], from: RunState): void {
    try {
      writeActions(writer, active, actions, from);
    } catch (error) {
      this.#drop(active);
      throw error;
    }
  }

  #start(active: ActiveRun, action: Action): void {
    const { runId } = active.tree.run;
    if (action.kind === 'lookAgain') {
      const delayMs = action.atMs - this.#options.clock.now();
      if (delayMs > 0) this.#queue.addAfter(runId, delayMs);
      else this.#queue.add(runId);
    } else if (!isWrite(action)) {
      void this.#track(this.#perform(active, action));
    }
  }

  /** Never rejects. */
  async #perform(active: ActiveRun, effect: Effect): Promise<void> {
    const { runId } = active.tree.run;
    if (effect.kind === 'deletePod') return this.#requests.delete(effect.namespace, effect.name);
    if (effect.kind === 'checkOutputs') await this.#checkOutputs(active, effect);
    else if (effect.kind === 'createClaim') active.claimOutcomes.set(effect.taskId, await createClaim(this.#options, effect.claim));
    else if (effect.kind === 'deleteClaim') active.claimOutcomes.set(effect.taskId, await deleteClaim(this.#options, effect.namespace, effect.name));
    else if ((await this.#requests.create(effect.pod)) === 'created') return;
    // Its records could not be written: whoever wanted that tries again, and asks again.
    if (active.isBroken) return;
    // A Pod that existed may have news that nobody was there for; a refused one is to be asked for later, or never.
    this.#markDirty(active, effect.taskId);
    this.#queue.add(runId);
  }

  async #checkOutputs(active: ActiveRun, effect: Extract<Effect, { kind: 'checkOutputs' }>): Promise<void> {
    const { records, blobs, log } = this.#options;
    try {
      active.outputsPresence.set(effect.candidate.taskId, await checkOutputs(records, blobs, effect.candidate));
    } catch (error) {
      log.warn('outputs of a cached task can not be looked at; the step runs', { task: effect.candidate.path, error: describeError(error) });
      active.outputsPresence.set(effect.candidate.taskId, { arePresent: false, missingUri: effect.candidate.displayName });
    }
  }

  #factsOf(active: ActiveRun): PlanFacts {
    const { records, pods } = this.#options;
    return {
      settings: this.#settings,
      arePodsKnown: this.#arePodsKnown,
      pod: (namespace, name) => pods.get(namespace, name),
      podRequest: (namespace, name) => this.#requests.get(namespace, name),
      artifact: (artifactId) => records.artifact(artifactId),
      artifactByUri: (namespace, uri, type) => records.artifactByUri(namespace, uri, type),
      cachedTasks: (namespace, fingerprint) => records.cachedTasks(namespace, fingerprint, CACHE_ENTRIES_MAX),
      earlierEntries: (path) => earlierEntries(records, active, path),
      claimOutcome: (taskId) => active.claimOutcomes.get(taskId),
      outputsOf: (task) => active.outputsPresence.get(task.taskId),
    };
  }

  #onRecordChanges(changes: readonly RecordChange[]): void {
    for (const { table, id, kind } of changes) {
      if (table !== 'runs') continue;
      if (kind === 'delete') this.#onRunDeleted(id);
      else this.#onRunChanged(id);
    }
  }

  /** Somebody may have terminated, renamed or retried the run; our own writes come by here too. */
  #onRunChanged(runId: string): void {
    const active = this.#runs.get(runId);
    if (active !== undefined && active.pendingRunWriteCount > 0) return;
    const run = this.#options.records.run(runId);
    if (run === undefined || hasRunEnded(run.state)) return;
    if (active !== undefined && run.retryCount !== active.tree.run.retryCount) this.#drop(active);
    else if (active !== undefined) active.tree.run = run;
    this.#queue.add(runId);
  }

  #onRunDeleted(runId: string): void {
    this.#runs.drop(runId);
    void this.#track(deleteWorkspaceOf(this.#options, runId));
    for (const pod of this.#podsOf(runId)) if (!hasEnded(pod)) this.#deletePod(pod);
  }

  #podsOf(runId: string): readonly KubeObject[] {
    return this.#options.pods.list().filter(({ metadata }) => metadata.labels?.[RUN_ID_LABEL] === runId);
  }

  #onPodChange({ kind, object: pod }: InformerChange): void {
    const runId = pod.metadata.labels?.[RUN_ID_LABEL];
    if (runId === undefined) return;
    const { namespace = '', name } = pod.metadata;
    if (kind === 'upsert') this.#requests.forget(namespace, name);
    const active = this.#runs.get(runId);
    if (active === undefined) return this.#onIdlePod(runId, pod);
    const taskId = pod.metadata.labels?.[TASK_ID_LABEL] ?? '';
    const row = active.tree.byId.get(taskId)?.row;
    if (row?.podName !== name) return;
    // Its Pod has nothing to add to a step that has ended; only a run that is being canceled waits for Pods.
    if (isSettled(row.state) && active.tree.run.state !== 'CANCELING') return;
    // Every step has such a Pod first: to plan the run for it would change nothing.
    if (kind === 'upsert' && isUntold(pod) && active.tree.run.state === 'RUNNING') return;
    this.#markDirty(active, taskId);
    if (kind === 'upsert' && !hasEnded(pod)) this.#queue.addAfter(runId, PROGRESS_DELAY_MS);
    else this.#queue.add(runId);
  }

  /** A Pod that outlived its run is deleted; one of a run that is not in memory wakes the run. */
  #onIdlePod(runId: string, pod: KubeObject): void {
    if (hasEnded(pod)) return;
    const run = this.#options.records.run(runId);
    if (run !== undefined && !hasRunEnded(run.state)) this.#queue.add(runId);
    else if (!this.#isResultKnown(pod)) this.#deletePod(pod);
  }

  /** Its result came before the sight of its end: the Pod is about to end by itself, and stays for those who look at it. */
  #isResultKnown({ metadata: { uid, labels } }: KubeObject): boolean {
    const task = this.#options.records.task(labels?.[TASK_ID_LABEL] ?? '');
    return task !== undefined && task.podUid === uid && isSettled(task.state) && task.state !== 'CANCELED';
  }

  #deletePod(pod: KubeObject): void {
    if (pod.metadata.deletionTimestamp !== undefined) return;
    void this.#track(this.#requests.delete(pod.metadata.namespace ?? '', pod.metadata.name));
  }

  async #failUnreadable(run: Run, message: string): Promise<void> {
    const failed = unreadableRun(run, message, this.#options.clock.now());
    await this.#options.records.write((writer) => {
      const current = writer.read.run(run.runId);
      if (current?.state === run.state) writer.putRun({ ...current, ...failed });
    });
  }

  #markDirty(active: ActiveRun, taskId: string): void {
    const node = active.tree.byId.get(taskId);
    if (node !== undefined) active.tree.dirty.add(node);
  }

  #drop(active: ActiveRun): void {
    active.isBroken = true;
    if (this.#runs.get(active.tree.run.runId) === active) this.#runs.drop(active.tree.run.runId);
  }

  /** What was asked for together with a write that failed: no record names these Pods, so nothing would ever forget them. */
  #forgetAsked(actions: readonly Action[]): void {
    for (const action of actions) {
      if (action.kind === 'createPod') this.#requests.forget(action.pod.metadata.namespace ?? '', action.pod.metadata.name);
    }
  }

  #forgetEnded(actions: readonly Action[]): void {
    for (const action of actions) {
      if (action.kind !== 'putTask' || !isSettled(action.task.state)) continue;
      const { podNamespace = '', podName } = action.task;
      if (podName !== undefined) this.#requests.forget(podNamespace, podName);
    }
  }

  /** `stop` waits for it. */
  #track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
    return tracked;
  }
}

/** What steps printed is an artifact that hardly a task takes: once it is in the records, a long loop need not keep it in memory. */
function forgetLogs({ tree }: ActiveRun, actions: readonly Action[]): void {
  for (const action of actions) {
    if (action.kind === 'putArtifact' && action.artifact.producerKey === LOG_ARTIFACT_KEY) tree.artifacts.delete(action.artifact.artifactId);
  }
}
