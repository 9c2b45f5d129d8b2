// The played machine below the server: its processes live on when the server dies. Each Pod's process runs as long, and ends as
// the schedule's seed has decided for its name, whoever asks and whenever.
import type { Clock } from '../../src/base/mod.ts';

export interface Behaviour {
  readonly isFailing: boolean;
  readonly durationMs: number;
  /** From 0 to 1, for everything else that the name decides. */
  readonly share: number;
}

/** Of a Pod that runs for good, the one in a few whose first process breaks. */
const BREAKING_SHARE = 0.1;
const ADDRESSES_PER_BLOCK = 250;

export interface Process {
  readonly podName: string;
  readonly address: string;
  readonly endsAtMs: number;
  readonly isFailing: boolean;
  isKilled: boolean;
}

export class Machine {
  /** Names of the Pods that end, in the order in which their processes were started. */
  readonly started: string[] = [];
  /** Names under which a second process began while the first one ran. */
  readonly doubled: string[] = [];
  readonly #clock: Clock;
  readonly #behave: (podName: string) => Behaviour;
  readonly #processes = new Map<string, Process>();

  constructor(clock: Clock, behave: (podName: string) => Behaviour) {
    this.#clock = clock;
    this.#behave = behave;
  }

  /** Starts the Pod's process; the one that was started before, when there was one. */
  start(podUid: string, podName: string, isEndless: boolean): Process {
    const existing = this.#processes.get(podUid);
    if (existing !== undefined) return existing;
    if (this.running.includes(podName)) this.doubled.push(podName);
    const { isFailing, durationMs } = isEndless ? this.#liveOn(podName) : this.#behave(podName);
    const number = this.#processes.size;
    const address = `10.0.${Math.floor(number / ADDRESSES_PER_BLOCK)}.${1 + (number % ADDRESSES_PER_BLOCK)}`;
    const process = { podName, address, endsAtMs: this.#clock.now() + durationMs, isFailing, isKilled: false };
    this.#processes.set(podUid, process);
    if (!isEndless) this.started.push(podName);
    return process;
  }

  /** Whoever comes after one of this name lives on. */
  #liveOn(podName: string): Behaviour {
    const isFirst = ![...this.#processes.values()].some((process) => process.podName === podName);
    const { durationMs, share } = this.#behave(podName);
    return { isFailing: isFirst && share < BREAKING_SHARE, share, durationMs: isFirst && share < BREAKING_SHARE ? durationMs : Infinity };
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
