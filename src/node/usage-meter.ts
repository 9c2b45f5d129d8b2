// What containers and the machine use (metrics.k8s.io). Processor time is known as a sum since the start only: two looks make a rate.
// Nobody looks unless somebody asks; who asks first waits for the second look.
import { cpus, freemem, totalmem } from 'node:os';
import { describeError, failureStatus, success, type Clock, type ContainerUsage, type Outcome, type UsageMeter, type UsageReport } from '../base/mod.ts';
import type { NodeStats } from './node-stats.ts';

/** A shorter window says little; who asks more often gets the same answer again. */
const WINDOW_MS_MIN = 1_000;
/** A longer one says how it was, not how it is. */
const WINDOW_MS_MAX = 60_000;
const NANOCORES = 1e9;

interface MachineUse {
  /** Of all processors together, since the start of the machine. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

export interface UsageMeterOptions {
  readonly nodeName: string;
  /** Throws Failure while there is no supervisor. */
  readonly stats: () => Promise<NodeStats>;
  readonly machine: () => MachineUse;
  readonly clock: Clock;
}

interface Look {
  /** By the steady clock. */
  readonly atMs: number;
  readonly machine: MachineUse;
  readonly containers: NodeStats['containers'];
}

export function createUsageMeter(options: UsageMeterOptions): UsageMeter {
  return new Meter(options);
}

/** The processors and the memory of this machine, whoever uses them. */
export function readMachineUse(): MachineUse {
  const cpuMs = cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
  return { cpuMs, memoryBytes: totalmem() - freemem() };
}

class Meter implements UsageMeter {
  readonly #options: UsageMeterOptions;
  #last: Look | undefined;
  #report: UsageReport | undefined;
  #measuring: Promise<UsageReport> | undefined;

  constructor(options: UsageMeterOptions) {
    this.#options = options;
  }

  async measure(): Promise<Outcome<UsageReport>> {
    if (this.#report !== undefined && this.#ageMs(this.#last) < WINDOW_MS_MIN) return success(this.#report);
    try {
      this.#measuring ??= this.#measure().finally(() => {
        this.#measuring = undefined;
      });
      return success(await this.#measuring);
    } catch (error) {
      return { ok: false, status: failureStatus('ServiceUnavailable', `nothing can be measured now: ${describeError(error)}`) };
    }
  }

  async #measure(): Promise<UsageReport> {
    const { clock, nodeName } = this.#options;
    const before = this.#ageMs(this.#last) <= WINDOW_MS_MAX ? this.#last! : await this.#look();
    if (before !== this.#last) await clock.sleep(WINDOW_MS_MIN);
    const after = await this.#look();
    this.#last = after;
    this.#report = reportOf(nodeName, before, after, clock.now());
    return this.#report;
  }

  async #look(): Promise<Look> {
    const { stats, machine, clock } = this.#options;
    const { containers } = await stats();
    return { atMs: clock.steadyMs(), machine: machine(), containers };
  }

  #ageMs(look: Look | undefined): number {
    return look === undefined ? Number.POSITIVE_INFINITY : this.#options.clock.steadyMs() - look.atMs;
  }
}

function reportOf(name: string, before: Look, after: Look, measuredAtMs: number): UsageReport {
  const windowMs = after.atMs - before.atMs;
  const nanocoresOf = (cpuMs: number) => Math.round((cpuMs / windowMs) * NANOCORES);
  const known = new Map(before.containers.map((container) => [keyOf(container), container.cpuMs]));
  return {
    measuredAtMs,
    windowMs,
    node: { name, cpuNanocores: nanocoresOf(after.machine.cpuMs - before.machine.cpuMs), memoryBytes: after.machine.memoryBytes },
    containers: after.containers.map((container): ContainerUsage => {
      const { podUid, container: containerName, cpuMs, privateBytes } = container;
      const earlierMs = known.get(keyOf(container)) ?? 0;
      // One that has less than before was started anew in between.
      return { podUid, container: containerName, cpuNanocores: nanocoresOf(cpuMs < earlierMs ? cpuMs : cpuMs - earlierMs), memoryBytes: privateBytes };
    }),
  };
}

function keyOf({ podUid, container }: { readonly podUid: string; readonly container: string }): string {
  return `${podUid}/${container}`;
}
