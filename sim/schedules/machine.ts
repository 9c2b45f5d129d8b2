// The played machine below the server: its processes live on when the server dies. Each Pod's process runs as long, and ends as
// the schedule's seed has decided for its name, whoever asks and whenever.
import type { Clock } from '../../src/base/mod.ts';

export interface Behaviour {
  readonly isFailing: boolean;
  readonly durationMs: number;
}

export interface Process {
  readonly podName: string;
  readonly endsAtMs: number;
  readonly isFailing: boolean;
  isKilled: boolean;
}

export class Machine {
  /** Pod names in the order in which their processes were started. */
  readonly started: string[] = [];
  readonly #clock: Clock;
  readonly #behave: (podName: string) => Behaviour;
  readonly #processes = new Map<string, Process>();

  constructor(clock: Clock, behave: (podName: string) => Behaviour) {
    this.#clock = clock;
    this.#behave = behave;
  }

  /** Starts the Pod's process; the one that was started before, when there was one. */
  start(podUid: string, podName: string): Process {
    const existing = this.#processes.get(podUid);
    if (existing !== undefined) return existing;
    const { isFailing, durationMs } = this.#behave(podName);
    const process = { podName, endsAtMs: this.#clock.now() + durationMs, isFailing, isKilled: false };
    this.#processes.set(podUid, process);
    this.started.push(podName);
    return process;
  }

  kill(podUid: string): void {
    const process = this.#processes.get(podUid);
    if (process !== undefined && process.endsAtMs > this.#clock.now()) process.isKilled = true;
  }

  /** How many processes of Pods with this prefix have ended by themselves, and well. */
  successCount(podNamePrefix: string): number {
    return [...this.#processes.values()].filter(({ podName, isKilled, isFailing }) => podName.startsWith(podNamePrefix) && !isKilled && !isFailing).length;
  }

  /** Pods whose process neither ended nor was killed. */
  get running(): readonly string[] {
    return [...this.#processes.values()].filter(({ isKilled, endsAtMs }) => !isKilled && endsAtMs > this.#clock.now()).map(({ podName }) => podName);
  }
}
