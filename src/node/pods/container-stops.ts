// The running containers of one Pod that are on their way to their end, and the hooks before it.
import { describeError, Failure, type Clock } from '../../base/mod.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { ProbeTarget } from './run-probe.ts';
import { runHook, type Lifecycle } from './lifecycle.ts';
import type { RunningAttempt } from './pod-containers.ts';
import type { PodEvents } from './pod-events.ts';
import type { PodSpec } from './pod-spec.ts';
import { planContainerStop, type ContainerStop, type StopAction } from './stop-plan.ts';

export interface ContainerStopsOptions {
  readonly podUid: string;
  readonly spec: () => PodSpec;
  readonly runtime: Runtime;
  readonly events: PodEvents;
  /** Connects to a port of the Pod. */
  readonly dial: ProbeTarget['dial'];
  readonly clock: Clock;
  /** Asks for a reconcile of this Pod. */
  readonly wake: (podUid: string) => void;
  /** Ends the hooks. */
  readonly signal: AbortSignal;
}

interface Stopping extends ContainerStop {
  /** Sidecars wait for those that started after them. */
  readonly isOrdered: boolean;
  readonly hookEnd: AbortController;
}

export class ContainerStops {
  readonly #options: ContainerStopsOptions;
  readonly #stops = new Map<string, Stopping>();

  constructor(options: ContainerStopsOptions) {
    this.#options = options;
  }

  /** The whole Pod ends. One that is on its way already keeps what it has done, with the shorter grace. */
  beginAll(running: readonly RunningAttempt[], graceMs: number): void {
    for (const { name, restartCount } of running) {
      const before = this.#stops.get(name);
      if (before?.restart !== restartCount) this.#options.events.killing(name);
      this.#begin(name, restartCount, Math.min(graceMs, before?.restart === restartCount ? before.graceMs : graceMs), true);
    }
  }

  /** This one alone, whatever the others do; the restart policy says what follows. */
  begin(name: string, restart: number, graceMs: number): void {
    if (this.#stops.get(name)?.restart !== restart) this.#begin(name, restart, graceMs, false);
  }

  has({ name, restartCount }: Pick<RunningAttempt, 'name' | 'restartCount'>): boolean {
    return this.#stops.get(name)?.restart === restartCount;
  }

  /** Does what is due; says when to look again, by the steady clock. */
  async proceed(running: readonly RunningAttempt[]): Promise<number> {
    let wakeAtMs = Number.POSITIVE_INFINITY;
    for (const [name, stop] of this.#stops) {
      if (!running.some((attempt) => attempt.name === name && attempt.restartCount === stop.restart)) {
        stop.hookEnd.abort();
        this.#stops.delete(name);
        continue;
      }
      const isTurn = !stop.isOrdered || this.#isTurn(name, running);
      for (const action of planContainerStop(stop, isTurn, this.#options.clock.steadyMs())) {
        wakeAtMs = Math.min(wakeAtMs, (await this.#act(name, stop, action)) ?? Number.POSITIVE_INFINITY);
      }
    }
    return wakeAtMs;
  }

  #begin(name: string, restart: number, graceMs: number, isOrdered: boolean): void {
    const before = this.#stops.get(name);
    if (before?.restart === restart) return void this.#stops.set(name, { ...before, graceMs, isOrdered });
    const hook = this.#hookOf(name) === undefined ? 'over' : 'due';
    this.#stops.set(name, { restart, sinceMs: this.#options.clock.steadyMs(), graceMs, hook, isOrdered, hookEnd: new AbortController() });
  }

  /** Sidecars end after all others, the last one first. */
  #isTurn(name: string, running: readonly RunningAttempt[]): boolean {
    const { initContainers, containers } = this.#options.spec();
    const index = initContainers.findIndex((container) => container.isSidecar && container.name === name);
    if (index < 0) return true;
    const before = [...containers, ...initContainers.slice(index + 1)].map((container) => container.name);
    return !running.some((attempt) => before.includes(attempt.name));
  }

  async #act(name: string, stop: Stopping, action: StopAction): Promise<number | undefined> {
    const id = `${this.#options.podUid}/${name}/${stop.restart}`;
    switch (action.kind) {
      case 'run-hook':
        this.#stops.set(name, { ...stop, hook: 'running' });
        void this.#runHook(name, stop);
        return undefined;
      case 'term':
        stop.hookEnd.abort();
        this.#stops.set(name, { ...stop, hook: 'over', termAtMs: this.#options.clock.steadyMs() });
        await this.#sendTerm(id, this.#lifecycleOf(name)?.stopSignal);
        return undefined;
      case 'kill':
        stop.hookEnd.abort();
        await this.#options.runtime.killContainer(id);
        return undefined;
      case 'look-again':
        return action.atMs;
    }
  }

  async #sendTerm(id: string, stopSignal: string | undefined): Promise<void> {
    try {
      await this.#options.runtime.terminate(id, stopSignal);
    } catch (error) {
      // It ended by itself; its exit comes.
      if (!(error instanceof Failure) || error.reason !== 'NotFound') throw error;
    }
  }

  /** Never rejects; what went wrong is an event, and the container ends all the same. */
  async #runHook(name: string, { restart, hookEnd }: Stopping): Promise<void> {
    const { podUid, runtime, dial, clock, events, signal, wake } = this.#options;
    const target = { runtime, containerId: `${podUid}/${name}/${restart}`, dial, clock };
    try {
      await runHook(this.#hookOf(name)!, target, AbortSignal.any([signal, hookEnd.signal]));
    } catch (error) {
      if (!signal.aborted && !hookEnd.signal.aborted) events.warn(name, 'FailedPreStopHook', `PreStopHook failed: ${describeError(error)}`);
    }
    const now = this.#stops.get(name);
    if (now?.restart !== restart || now.hook !== 'running') return;
    this.#stops.set(name, { ...now, hook: 'over' });
    wake(podUid);
  }

  #hookOf(name: string) {
    return this.#lifecycleOf(name)?.preStop;
  }

  #lifecycleOf(name: string): Lifecycle | undefined {
    const { initContainers, containers } = this.#options.spec();
    return [...initContainers, ...containers].find((container) => container.name === name)?.lifecycle;
  }
}
