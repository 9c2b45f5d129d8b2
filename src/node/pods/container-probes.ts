// Probes of the running containers of one Pod: whether each has started and is ready, and the end of one that is not alive.
import { describeError, isJsonObject, objectsOf, type Clock, type KubeObject, type Log } from '../../base/mod.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { SupervisorLink } from '../supervisor-link.ts';
import type { RunningAttempt } from './pod-containers.ts';
import type { PodEvents } from './pod-events.ts';
import type { PodSpec } from './pod-spec.ts';
import { countResult, initialWaitMs, NO_RESULTS, restMs, type ProbeKind, type Probes, type ProbeSpec } from './probe-spec.ts';
import { mayStartAgain, restartsOf } from './restart.ts';
import { runProbe, type ProbeTarget } from './run-probe.ts';

export interface ContainerProbesOptions {
  readonly podUid: string;
  readonly pod: () => KubeObject;
  readonly spec: () => PodSpec;
  readonly link: SupervisorLink;
  readonly runtime: Runtime;
  readonly events: PodEvents;
  /** Connects to a port of the Pod. */
  readonly dial: ProbeTarget['dial'];
  readonly clock: Clock;
  readonly log: Log;
  /** Asks for a reconcile of this Pod. */
  readonly wake: (podUid: string) => void;
  /** A container that is not alive has to end. */
  readonly stop: (container: string, restart: number, graceMs: number) => void;
  /** Ends all probes. */
  readonly signal: AbortSignal;
}

interface Watched {
  readonly restart: number;
  /** By the wall clock. */
  readonly startedAtMs: number;
  readonly stop: AbortController;
  hasStarted: boolean;
  isReady: boolean;
}

export class ContainerProbes {
  readonly #options: ContainerProbesOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #ending = new AbortController();

  constructor(options: ContainerProbesOptions) {
    this.#options = options;
  }

  /** Of a running container; one without probes is both at once. */
  readinessOf(container: string): { readonly hasStarted: boolean; readonly isReady: boolean } {
    return this.#watched.get(container) ?? { hasStarted: true, isReady: true };
  }

  /** The Pod is on its way to its end: no probe ends a container any more. Readiness is looked at to the last. */
  endLiveness(): void {
    this.#ending.abort();
  }

  /** Probes exactly these, each attempt anew. */
  follow(running: readonly RunningAttempt[]): void {
    for (const [name, { restart, stop }] of this.#watched) {
      if (running.some((container) => container.name === name && container.restartCount === restart)) continue;
      stop.abort();
      this.#watched.delete(name);
    }
    for (const attempt of running) if (!this.#watched.has(attempt.name)) this.#watch(attempt);
  }

  #watch({ name, restartCount: restart, startedAtMs }: RunningAttempt): void {
    const spec = this.#options.spec();
    const probes = [...spec.initContainers, ...spec.containers].find((container) => container.name === name)?.probes ?? {};
    if (Object.keys(probes).length === 0) return;
    const published = publishedStatus(this.#options.pod(), name, restart);
    const hasStarted = probes.startup === undefined || published?.['started'] === true;
    // After a restart of the server what was ready stays so until a probe says otherwise.
    const watched: Watched = { restart, startedAtMs, stop: new AbortController(), hasStarted, isReady: hasStarted && (probes.readiness === undefined || published?.['ready'] === true) };
    this.#watched.set(name, watched);
    const signal = AbortSignal.any([this.#options.signal, watched.stop.signal]);
    this.#probeAll(name, probes, watched, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      this.#options.log.warn('probes of a container begin anew', { container: name, error: describeError(error) });
      this.#watched.delete(name);
      this.#options.wake(this.#options.podUid);
    });
  }

  async #probeAll(name: string, probes: Probes, watched: Watched, signal: AbortSignal): Promise<void> {
    const { startup, liveness, readiness } = probes;
    const ending = this.#ending.signal;
    const untilEnding = async (kind: ProbeKind, probe: ProbeSpec) => {
      await this.#repeat(name, kind, probe, watched, AbortSignal.any([signal, ending])).catch((error: unknown) => {
        if (!ending.aborted) throw error;
      });
    };
    if (startup !== undefined && !watched.hasStarted) {
      await untilEnding('startup', startup);
      if (!watched.hasStarted) return;
    }
    await Promise.all([liveness && untilEnding('liveness', liveness), readiness && this.#repeat(name, 'readiness', readiness, watched, signal)]);
  }

  /** Until the startup probe passed, the container has to end, or the signal comes (throws). */
  async #repeat(name: string, kind: ProbeKind, probe: ProbeSpec, watched: Watched, signal: AbortSignal): Promise<void> {
    const { clock, podUid, link, runtime, dial, events } = this.#options;
    const target = { runtime, containerId: `${podUid}/${name}/${watched.restart}`, dial, clock };
    let count = NO_RESULTS;
    await clock.sleep(initialWaitMs(probe, clock.now() - watched.startedAtMs), { signal });
    for (;;) {
      const beginMs = clock.steadyMs();
      // Between two supervisors nobody can be asked.
      if (link.current !== undefined) {
        const { problem, warning } = await runProbe(probe, target, signal);
        signal.throwIfAborted();
        if (problem !== undefined) events.unhealthy(name, kind, problem);
        if (warning !== undefined) events.probeWarning(name, kind, warning);
        const result = countResult(count, problem === undefined, probe);
        ({ count } = result);
        if (result.verdict !== undefined && this.#conclude(name, kind, result.verdict, watched)) return;
      }
      await clock.sleep(restMs(probe, clock.steadyMs() - beginMs), { signal });
    }
  }

  /** True when this probe has nothing more to say. */
  #conclude(name: string, kind: ProbeKind, verdict: 'passed' | 'failed', watched: Watched): boolean {
    const { wake, podUid, spec } = this.#options;
    if (kind === 'readiness') {
      if (watched.isReady === (verdict === 'passed')) return false;
      watched.isReady = verdict === 'passed';
      wake(podUid);
      return false;
    }
    if (verdict === 'failed') {
      this.#end(name, kind, watched);
      return true;
    }
    if (kind === 'liveness') return false;
    watched.hasStarted = true;
    const container = [...spec().initContainers, ...spec().containers].find((candidate) => candidate.name === name);
    watched.isReady = container?.probes.readiness === undefined;
    wake(podUid);
    return true;
  }

  #end(name: string, kind: 'startup' | 'liveness', { restart }: Watched): void {
    const { podUid, spec, events, stop, wake } = this.#options;
    const { initContainers, containers, restartPolicy, terminationGracePeriodSeconds } = spec();
    const container = [...initContainers, ...containers].find((candidate) => candidate.name === name);
    const probe = container?.probes[kind];
    events.failedProbe(name, kind, { startsAgain: container !== undefined && mayStartAgain(restartsOf(container, restartPolicy)) });
    stop(name, restart, probe?.graceMs ?? terminationGracePeriodSeconds * 1000);
    wake(podUid);
  }
}

function publishedStatus(pod: KubeObject, name: string, restart: number) {
  const statuses = [...objectsOf(pod.status?.['containerStatuses']), ...objectsOf(pod.status?.['initContainerStatuses'])];
  return statuses.find((status) => status['name'] === name && status['restartCount'] === restart && isJsonObject(status['state']) && status['state']['running'] !== undefined);
}
