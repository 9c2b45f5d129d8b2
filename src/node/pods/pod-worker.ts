// One Pod on this node: takes its object and the exits of its processes, plans, acts, publishes its status. The node calls
// `reconcile` whenever something changed; calls never overlap.
import {
  crashPoint,
  describeError,
  Failure,
  type Clock,
  type KubeObject,
  type Log,
  type ObjectApi,
} from '../../base/mod.ts';
import type { StepResultSink } from '../../api/mod.ts';
import type { Blobs } from '../../blobs/mod.ts';
import type { EventRecorder } from '../../client/mod.ts';
import type { ReconcileResult } from '../../control/mod.ts';
import type { Logs } from '../../logs/mod.ts';
import type { ExitRecord, Supervisor } from '../supervisor/protocol.ts';
import { NOT_STARTED, type ContainerState, type Termination } from './container-state.ts';
import { startContainer } from './container-start.ts';
import type { Programs } from './container-program.ts';
import { podDirectory, type PodDirectory } from './pod-directory.ts';
import { afterTermination, planPod, type PodAction } from './pod-plan.ts';
import { podSpecOf, type ContainerSpec, type PodSpec } from './pod-spec.ts';
import { podStatus } from './pod-status.ts';
import { createStatusPublisher, type StatusPublisher } from './status-publisher.ts';
import { collectStepResult, stepDocumentOf } from './step.ts';
import { terminationOf } from './termination.ts';

export interface PodWorkerPorts {
  readonly api: ObjectApi;
  /** The supervisor of this moment; a lost one is replaced. */
  readonly supervisor: () => Supervisor;
  readonly programs: Programs;
  readonly logs: Logs;
  readonly blobs: Blobs;
  readonly stepResults: StepResultSink;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Log;
  /** Directory of all Pods' directories. */
  readonly podsDirectory: string;
  readonly addressIp: string;
}

const PODS = { group: '', version: 'v1', resource: 'pods' } as const;
const SIGTERM = 15;
/** A container whose configuration is not there yet is tried again in this time. */
const CONFIG_RETRY_MS = 2_000;

export class PodWorker {
  readonly uid: string;
  readonly #ports: PodWorkerPorts;
  readonly #directory: PodDirectory;
  readonly #states = new Map<string, ContainerState>();
  readonly #abort = new AbortController();
  readonly #startedAtMs: number;
  readonly #publisher: StatusPublisher;
  #pod: KubeObject;
  #spec: PodSpec;
  #isTerminating = false;
  #isFinished = false;
  #isGone = false;
  #failure: { reason: string; message: string } | undefined;

  constructor(pod: KubeObject, ports: PodWorkerPorts) {
    this.uid = pod.metadata.uid!;
    this.#ports = ports;
    this.#pod = pod;
    this.#spec = podSpecOf(pod);
    this.#directory = podDirectory(ports.podsDirectory, this.uid);
    this.#publisher = createStatusPublisher({ ...ports, pod, signal: this.#abort.signal });
    const started = pod.status?.['startTime'];
    this.#startedAtMs = typeof started === 'string' ? Date.parse(started) : ports.clock.now();
  }

  get pod(): KubeObject {
    return this.#pod;
  }

  /** Takes a newer version of the object. */
  observe(pod: KubeObject): void {
    this.#pod = pod;
    this.#spec = podSpecOf(pod);
  }

  /** True while any of its processes may run. */
  get isRunning(): boolean {
    return [...this.#states.values()].some((state) => state.phase === 'running');
  }

  containerState(name: string): ContainerState | undefined {
    return this.#states.get(name);
  }

  /** After a restart of the server: what the supervisor says of a container, or its exit record on disk. */
  restore(container: string, state: ContainerState): void {
    this.#states.set(container, state);
  }

  async onExit(container: string, restart: number, exit: ExitRecord): Promise<void> {
    const state = this.#states.get(container);
    if (state?.phase !== 'running' || state.restartCount !== restart) return;
    await this.#terminate(container, await terminationOf(exit, this.#logKey(container, restart), this.#ports.logs));
  }

  /** The supervisor died and everything it held with it. */
  async onSupervisorLost(): Promise<void> {
    for (const [container, state] of this.#states) {
      if (state.phase !== 'running') continue;
      const recorded = this.#directory.readExit(container, state.restartCount);
      if (recorded !== undefined) await this.onExit(container, state.restartCount, recorded);
      else await this.#terminate(container, nodeLost(state.startedAtMs, this.#ports.clock.now()));
    }
  }

  async reconcile(): Promise<ReconcileResult> {
    if (this.#isGone || this.#isFinished) return { kind: 'done' };
    let wakeAtMs = Number.POSITIVE_INFINITY;
    for (const action of this.#plan()) {
      const at = await this.#act(action);
      if (at !== undefined) wakeAtMs = Math.min(wakeAtMs, at);
    }
    if (!this.#isFinished && !this.#isGone) this.#publish();
    return wakeAtMs === Number.POSITIVE_INFINITY
      ? { kind: 'done' }
      : { kind: 'after', delayMs: Math.max(0, wakeAtMs - this.#ports.clock.now()) };
  }

  /** Ends what a reconcile may be waiting for (an environment that is being built); `discard` follows. */
  abort(): void {
    this.#isGone = true;
    this.#abort.abort(new Failure('PodGone', 'the Pod was deleted'));
  }

  /** The object is gone: kill everything and forget. */
  async discard(): Promise<void> {
    this.abort();
    await this.#cleanUp();
  }

  #plan(): readonly PodAction[] {
    const { deletionTimestamp, deletionGracePeriodSeconds } = this.#pod.metadata;
    const graceMs = (deletionGracePeriodSeconds ?? this.#spec.terminationGracePeriodSeconds) * 1000;
    return planPod(
      {
        spec: this.#spec,
        states: this.#states,
        startedAtMs: this.#startedAtMs,
        isTerminating: this.#isTerminating,
        ...(deletionTimestamp === undefined
          ? {}
          : { deletion: { requestedAtMs: Date.parse(deletionTimestamp) - graceMs, graceMs } }),
      },
      this.#ports.clock.now(),
    );
  }

  async #act(action: PodAction): Promise<number | undefined> {
    switch (action.kind) {
      case 'start':
        return this.#start(action.container, action.restartCount);
      case 'terminate':
        this.#isTerminating = true;
        for (const [container, state] of this.#states) {
          if (state.phase === 'running') await this.#signal(container, state.restartCount);
        }
        return undefined;
      case 'kill':
        await this.#ports.supervisor().killPod(this.uid);
        return undefined;
      case 'look-again':
        return action.atMs;
      case 'finish':
        await this.#finish(action.phase);
        return undefined;
    }
  }

  async #start(container: ContainerSpec, restart: number): Promise<number | undefined> {
    const previous = this.#states.get(container.name) ?? NOT_STARTED;
    const last = previous.last === undefined ? {} : { last: previous.last };
    const waiting = (reason: string, message: string): ContainerState => ({ phase: 'waiting', reason, message, restartCount: restart, ...last });
    const outcome = await startContainer({
      ...this.#ports,
      pod: this.#pod,
      spec: this.#spec,
      container,
      restart,
      directory: this.#directory,
      logKey: this.#logKey(container.name, restart),
      signal: this.#abort.signal,
      onProgress: (message) => {
        this.#states.set(container.name, waiting('PreparingEnvironment', message));
        this.#publish();
      },
    });
    const nowMs = this.#ports.clock.now();
    switch (outcome.kind) {
      case 'started':
        this.#states.set(container.name, { phase: 'running', restartCount: restart, pid: outcome.pid, startedAtMs: nowMs, ...last });
        return undefined;
      case 'aborted':
        return undefined;
      case 'not-configured':
        this.#states.set(container.name, waiting('CreateContainerConfigError', outcome.message));
        return nowMs + CONFIG_RETRY_MS;
      case 'refused':
        this.#failure = { reason: outcome.reason, message: outcome.message };
        this.#ports.events.record(this.#pod, { type: 'Warning', reason: outcome.reason, message: outcome.message });
        await this.#terminate(container.name, { exitCode: 128, reason: outcome.reason, message: outcome.message, finishedAtMs: nowMs }, true);
        return nowMs;
    }
  }

  async #signal(container: string, restart: number): Promise<void> {
    try {
      await this.#ports.supervisor().signal(`${this.uid}/${container}/${restart}`, SIGTERM);
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'NotFound') throw error;
    }
  }

  async #terminate(container: string, termination: Termination, isFinal = false): Promise<void> {
    const state = this.#states.get(container) ?? NOT_STARTED;
    const isInit = this.#spec.initContainers.some(({ name }) => name === container);
    const spec: PodSpec = isFinal || this.#isTerminating ? { ...this.#spec, restartPolicy: 'Never' } : this.#spec;
    this.#states.set(container, afterTermination(spec, isInit, state, termination, this.#ports.clock.now()));
  }

  async #finish(phase: 'Succeeded' | 'Failed'): Promise<void> {
    if (this.#overDeadline()) {
      this.#failure = { reason: 'DeadlineExceeded', message: `the Pod ran longer than its activeDeadlineSeconds of ${this.#spec.activeDeadlineSeconds}` };
    }
    const reported = await this.#reportStep();
    if (reported?.reason !== undefined && this.#failure === undefined) this.#failure = reported;
    this.#isFinished = true;
    this.#publish(reported === undefined ? phase : 'Failed');
    await this.#publisher.flush();
    await this.#cleanUp();
    if (this.#pod.metadata.deletionTimestamp !== undefined) await this.#removeObject();
  }

  #overDeadline(): boolean {
    const seconds = this.#spec.activeDeadlineSeconds;
    return seconds !== undefined && this.#ports.clock.now() >= this.#startedAtMs + seconds * 1000 && this.#states.size > 0;
  }

  /** Tells the engine what the step yielded, before anybody can see the Pod as ended. Returns why it failed, if it did. */
  async #reportStep(): Promise<{ reason: string; message: string } | undefined> {
    const document = stepDocumentOf(this.#pod);
    if (document === undefined) return undefined;
    const state = this.#states.get(this.#spec.containers[0]!.name);
    const nowMs = this.#ports.clock.now();
    const termination: Termination =
      state?.phase === 'terminated' ? state.termination : { exitCode: 143, reason: 'Terminated', message: 'the Pod was deleted before the step ended', finishedAtMs: nowMs };
    const collected = await collectStepResult(document, this.uid, termination, this.#ports.blobs, this.#directory.tmp);
    const result = this.#failure === undefined || collected.outcome === 'Succeeded' ? collected : { ...collected, ...this.#failure };
    crashPoint('node.step-result.before');
    await this.#ports.stepResults.report(result);
    crashPoint('node.step-result.after');
    if (result.outcome === 'Succeeded') return undefined;
    return { reason: result.reason ?? 'Error', message: result.message ?? `the step ended with exit code ${termination.exitCode}` };
  }

  #publish(finalPhase?: 'Succeeded' | 'Failed'): void {
    this.#publisher.publish(
      podStatus(
        {
          pod: this.#pod,
          spec: this.#spec,
          states: this.#states,
          startedAtMs: this.#startedAtMs,
          addressIp: this.#ports.addressIp,
          ...(finalPhase === undefined ? {} : { finalPhase }),
          ...this.#failure,
        },
        this.#ports.clock.now(),
      ),
    );
  }

  async #cleanUp(): Promise<void> {
    try {
      await this.#ports.supervisor().removePod(this.uid);
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'SupervisorLost') throw error;
    }
    this.#ports.programs.release(this.uid);
    await this.#directory.remove().catch((error: unknown) => {
      this.#ports.log.warn('the directory of a Pod could not be removed', { path: this.#directory.path, error: describeError(error) });
    });
  }

  async #removeObject(): Promise<void> {
    const ref = { type: PODS, namespace: this.#pod.metadata.namespace, name: this.#pod.metadata.name };
    await this.#ports.api.delete(ref, { gracePeriodSeconds: 0, preconditions: { uid: this.uid } });
  }

  #logKey(container: string, restart: number) {
    const { namespace = '', name } = this.#pod.metadata;
    return { namespace, podName: name, podUid: this.uid, container, restart };
  }
}

function nodeLost(startedAtMs: number, nowMs: number): Termination {
  return {
    exitCode: 137,
    signal: 9,
    reason: 'NodeLost',
    message: 'the supervisor of this node died and the process with it; how far it got is not known',
    startedAtMs,
    finishedAtMs: nowMs,
  };
}
