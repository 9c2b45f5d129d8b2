// Drives the planner through a run without any I/O: rows in a map, Pods in another, time by hand. The tree is built anew
// from the rows before every planning, as after a restart of the process, unless the driver is told to keep it.
import assert from 'node:assert/strict';
import type { Json, JsonObject, KubeObject } from '../../base/mod.ts';
import { STEP_ANNOTATION, type StepDocument, type StepResult } from '../../api/mod.ts';
import { parsePipeline, type PipelineSpec } from '../../ir/mod.ts';
import { TERMINATED_AT_ONCE, type Artifact, type Run, type Task } from '../../records/mod.ts';
import type { Action, Effect } from '../plan/action.ts';
import type { ClaimOutcome, EarlierEntry, OutputsPresence, PlanFacts, PodRequest } from '../plan/facts.ts';
import { planResult, planRun, planTree } from '../plan/plan.ts';
import { buildRunTree, type RunTree } from '../plan/run-tree.ts';
import { planRetry } from '../retry.ts';
import { planSettings, type EngineSettings } from '../settings.ts';

export interface StepEnd {
  readonly parameters?: JsonObject;
  readonly artifacts?: JsonObject;
  /** Metadata and the like of output artifacts, as executor_output.json has them. */
  readonly failure?: { readonly reason: string; readonly message: string; readonly exitCode?: number };
  readonly texts?: Readonly<Record<string, string>>;
}

export interface PlanDriverOptions {
  readonly parameters?: JsonObject;
  readonly runId?: string;
  readonly serviceAccount?: string;
  readonly settings?: EngineSettings;
  /** Plans on one tree that its own actions bring up to date, as the engine does between restarts. */
  readonly isTreeKept?: boolean;
}

export class PlanDriver {
  nowMs = 1_000_000;
  run: Run;
  readonly tasks = new Map<string, Task>();
  readonly artifacts = new Map<string, Artifact>();
  readonly pods = new Map<string, KubeObject>();
  readonly podRequests = new Map<string, PodRequest>();
  /** Cache entries of earlier runs by fingerprint, newest first, and whether their bytes are still there. */
  readonly cache = new Map<string, readonly Task[]>();
  readonly presence = new Map<string, OutputsPresence>();
  readonly earlierEntries = new Map<string, readonly EarlierEntry[]>();
  readonly claims = new Map<string, KubeObject>();
  readonly claimOutcomes = new Map<string, ClaimOutcome>();
  arePodsKnown = true;
  nextLookMs: number | undefined;
  readonly pipeline: PipelineSpec;
  readonly #settings: EngineSettings;
  readonly #isTreeKept: boolean;
  #tree: RunTree | undefined;

  constructor(document: JsonObject, options: PlanDriverOptions = {}) {
    const parsed = parsePipeline(document);
    assert.ok(parsed.ok, parsed.ok ? '' : JSON.stringify(parsed.errors));
    this.pipeline = parsed.pipeline;
    this.#settings = options.settings ?? {};
    this.#isTreeKept = options.isTreeKept ?? false;
    this.run = {
      runId: options.runId ?? 'run-1',
      namespace: '',
      creator: 'user',
      createdAtMs: this.nowMs,
      experimentId: 'experiment',
      displayName: 'demo run',
      description: '',
      storageState: 'AVAILABLE',
      pipelineSpec: document,
      pipelineName: parsed.pipeline.name,
      parameters: options.parameters ?? {},
      pipelineRoot: '',
      serviceAccount: options.serviceAccount ?? '',
      state: 'PENDING',
      reason: '',
      message: '',
      stateHistory: [],
      scheduledAtMs: 0,
      retryCount: 0,
    };
  }

  /** Plans until only time or an event can move the run. Returns itself. */
  settle(): this {
    for (let round = 0; ; round++) {
      assert.ok(round < 1_000, 'the planner never comes to rest');
      if (this.planOnce() === 0 && this.nextLookMs !== this.nowMs) return this;
    }
  }

  /** Returns how many actions change anything. */
  planOnce(): number {
    if (this.#isTreeKept) return this.apply(planTree(this.#openTree(), this.facts(), this.nowMs));
    return this.apply(planRun(this.#snapshot(), this.pipeline, this.facts(), this.nowMs));
  }

  /** Terminates the run; for the second time, at once. */
  terminate(): this {
    const reason = this.run.state === 'CANCELING' ? TERMINATED_AT_ONCE : 'Terminated';
    this.#changeRun({ ...this.run, state: 'CANCELING', reason, stateHistory: [...this.run.stateHistory, { atMs: this.nowMs, state: 'CANCELING' }] });
    return this.settle();
  }

  retry(): this {
    const plan = planRetry(this.#snapshot(), this.nowMs);
    assert.ok(plan.ok, plan.ok ? '' : plan.message);
    for (const task of plan.tasks) this.tasks.set(task.taskId, task);
    for (const taskId of plan.deletedTaskIds) this.tasks.delete(taskId);
    this.#changeRun(plan.run);
    return this.settle();
  }

  /** Lets time pass until the planner wants to look again. */
  wait(): this {
    assert.ok(this.nextLookMs !== undefined, 'the run waits for nothing that time brings');
    this.nowMs = Math.max(this.nowMs, this.nextLookMs);
    return this.settle();
  }

  /** The step at `path` reports how it ended. */
  end(path: string, { parameters, artifacts, failure, texts = {} }: StepEnd = {}): this {
    const task = this.task(path);
    const result: StepResult = {
      runId: this.run.runId,
      taskId: task.taskId,
      attempt: task.attempt,
      podUid: `uid-${task.podName}`,
      outcome: failure === undefined ? 'Succeeded' : 'Failed',
      ...(failure === undefined ? { exitCode: 0 } : failure),
      startedAtMs: this.nowMs,
      finishedAtMs: this.nowMs + 10,
      executorOutput: {
        ...(parameters === undefined ? {} : { parameterValues: parameters }),
        ...(artifacts === undefined ? {} : { artifacts }),
      },
      parameterTexts: texts,
      artifacts: {},
    };
    assert.equal(this.report(result), 'recorded');
    return this.settle();
  }

  report(result: StepResult): string {
    this.nowMs += 10;
    const { reception, actions } = planResult(this.#openTree(), result, this.facts(), this.nowMs);
    this.apply(actions);
    return reception;
  }

  /** Applies the actions; returns how many of them change anything. */
  apply(actions: readonly Action[]): number {
    this.nextLookMs = undefined;
    for (const action of actions) {
      if (action.kind === 'putRun') this.run = action.run;
      else if (action.kind === 'deleteTask') this.tasks.delete(action.taskId);
      else if (action.kind === 'putTask') this.tasks.set(action.task.taskId, action.task);
      else if (action.kind === 'putArtifact') this.artifacts.set(action.artifact.artifactId, action.artifact);
      else if (action.kind === 'lookAgain') this.nextLookMs = action.atMs;
      else this.#perform(action);
    }
    return actions.filter(({ kind }) => kind !== 'lookAgain').length;
  }

  facts(): PlanFacts {
    return {
      settings: planSettings(this.#settings, 'minio://mlpipeline/v2/artifacts'),
      arePodsKnown: this.arePodsKnown,
      pod: (_namespace, name) => this.pods.get(name),
      podRequest: (_namespace, name) => this.podRequests.get(name),
      artifact: (id) => this.artifacts.get(id),
      artifactByUri: (_namespace, uri, type) => [...this.artifacts.values()].find((a) => a.uri === uri && a.type === type),
      cachedTasks: (_namespace, fingerprint) => this.cache.get(fingerprint) ?? [],
      earlierEntries: (path) => this.earlierEntries.get(path) ?? [],
      claimOutcome: (taskId) => this.claimOutcomes.get(taskId),
      outputsOf: (task) => this.presence.get(task.taskId),
    };
  }

  task(path: string): Task {
    const task = [...this.tasks.values()].find((row) => row.path === path);
    assert.ok(task !== undefined, `there is no task ${path}`);
    return task;
  }

  pod(path: string): KubeObject {
    const pod = this.pods.get(this.task(path).podName ?? '');
    assert.ok(pod !== undefined, `${path} has no Pod`);
    return pod;
  }

  stepDocument(path: string): StepDocument {
    return JSON.parse(this.pod(path).metadata.annotations?.[STEP_ANNOTATION] ?? '') as StepDocument;
  }

  /** The executor input that the step's first argument carries. */
  executorInput(path: string): Json {
    const containers = this.pod(path).spec?.['containers'] as unknown as readonly { args: string[] }[];
    return JSON.parse(containers[0]!.args[0]!) as Json;
  }

  setPodStatus(path: string, status: JsonObject): this {
    const pod = this.pod(path);
    this.pods.set(pod.metadata.name, { ...pod, status });
    this.#touch(this.task(path).taskId);
    return this.settle();
  }

  /** The whole run, a line per row, in order of creation: path, state, reason, message. */
  text(): string {
    const rows = [...this.tasks.values()].map(({ path, state, reason, message }) => line(path, state, reason, message));
    return [line('run', this.run.state, this.run.reason, this.run.message), ...rows].join('\n');
  }

  #snapshot() {
    return { run: this.run, tasks: [...this.tasks.values()] };
  }

  #openTree(): RunTree {
    if (!this.#isTreeKept || this.#tree === undefined) this.#tree = buildRunTree(this.#snapshot(), this.pipeline);
    return this.#tree;
  }

  #changeRun(run: Run): void {
    this.run = run;
    this.#tree = undefined;
  }

  #touch(taskId: string): void {
    const node = this.#tree?.byId.get(taskId);
    if (node !== undefined) this.#tree?.dirty.add(node);
  }

  #perform(effect: Effect): void {
    if (effect.kind === 'checkOutputs') {
      if (!this.presence.has(effect.candidate.taskId)) this.presence.set(effect.candidate.taskId, { arePresent: true });
      this.#touch(effect.taskId);
    }
    else if (effect.kind === 'createClaim' || effect.kind === 'deleteClaim') this.#performOnClaims(effect);
    else if (effect.kind === 'deletePod') this.pods.delete(effect.name);
    else {
      const { name } = effect.pod.metadata;
      assert.ok(!this.pods.has(name), `the Pod ${name} is asked for twice`);
      this.pods.set(name, { ...effect.pod, metadata: { ...effect.pod.metadata, uid: `uid-${name}` }, status: { phase: 'Pending' } });
    }
  }

  #performOnClaims(effect: Extract<Effect, { kind: 'createClaim' | 'deleteClaim' }>): void {
    if (effect.kind === 'deleteClaim') this.claims.delete(effect.name);
    else this.claims.set(effect.claim.metadata.name, effect.claim);
    this.claimOutcomes.set(effect.taskId, { kind: 'done' });
    this.#touch(effect.taskId);
  }
}

function line(path: string, state: string, reason: string, message: string): string {
  return [path, state, reason === '' ? '' : `[${reason}]`, message].filter((part) => part !== '').join(' ');
}
