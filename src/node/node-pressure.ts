// When the machine runs short of memory or disk, its Node says so, what nobody needs is removed, and then Pods go before the
// machine does: one at a time, in the kubelet's order.
import { readFile, statfs } from 'node:fs/promises';
import { describeError, type Clock, type Log } from '../base/mod.ts';
import { planEviction, type Eviction, type PressedPod, type ScarceResource, type Scarcity } from './eviction-plan.ts';

/** The kubelet's threshold. */
const MEMORY_AVAILABLE_BYTES_MIN = 100 * 2 ** 20;
/** The kubelet wants a tenth of the disk to be free; a tenth of a laptop's disk is no shortage. */
const DISK_AVAILABLE_PART_MIN = 0.1;
const DISK_AVAILABLE_BYTES_MIN = 2 ** 30;
/** The kubelet's housekeeping looks as often. */
const PERIOD_MS = 10_000;
/** A Node that was short of something says so for this long, so that Pods do not come and go with every file. */
const RELIEF_MS = 60_000;
/** As often as the kubelet tells a status that does not change. */
const HEARTBEAT_MS = 300_000;

export interface PressureWatchOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined where the system does not say. */
  readonly read: Readonly<Record<ScarceResource, () => Promise<Scarcity | undefined>>>;
  /** The Pods that run here, with what they use of it. */
  readonly pods: (resource: ScarceResource) => Promise<readonly PressedPod[]>;
  /** Removes what nobody needs, before any Pod goes. */
  readonly reclaimDisk: () => Promise<void>;
  /** Says on the Node which are short, whenever that changes, and now and then that all is as it was. */
  readonly publish: (scarce: ReadonlySet<ScarceResource>) => Promise<void>;
  readonly evict: (eviction: Eviction) => void;
}

export class PressureWatch {
  readonly #options: PressureWatchOptions;
  /** Until when each is said to be short. */
  readonly #scarceUntilMs = new Map<ScarceResource, number>();
  /** As it was published last; nothing yet, for an earlier server may have left something. */
  #published: string | undefined;
  #publishAtMs = 0;
  #cancel: (() => void) | undefined;

  constructor(options: PressureWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#cancel = this.#options.clock.schedule(PERIOD_MS, () => void this.#look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  async #look(): Promise<void> {
    const { log } = this.#options;
    try {
      await this.#lookAt('memory');
      await this.#lookAt('ephemeral-storage');
      await this.#publish();
    } catch (error) {
      log.warn('whether the machine is short of something could not be found out or said', { error: describeError(error) });
    }
    // Stopped meanwhile: it stays so.
    if (this.#cancel !== undefined) this.start();
  }

  async #lookAt(resource: ScarceResource): Promise<void> {
    const { clock, read, pods, reclaimDisk, evict } = this.#options;
    const isScarce = (now: Scarcity | undefined): now is Scarcity => now !== undefined && now.availableBytes < now.thresholdBytes;
    let now = await read[resource]();
    if (isScarce(now) && resource === 'ephemeral-storage') {
      await reclaimDisk();
      now = await read[resource]();
    }
    if (!isScarce(now)) return;
    this.#scarceUntilMs.set(resource, clock.steadyMs() + RELIEF_MS);
    const eviction = planEviction(now, await pods(resource));
    if (eviction !== undefined) evict(eviction);
  }

  async #publish(): Promise<void> {
    const { clock, publish } = this.#options;
    const nowMs = clock.steadyMs();
    const scarce = new Set([...this.#scarceUntilMs].flatMap(([resource, untilMs]) => (untilMs > nowMs ? [resource] : [])));
    const text = [...scarce].join(' ');
    if (text === this.#published && nowMs < this.#publishAtMs) return;
    await publish(scarce);
    this.#published = text;
    this.#publishAtMs = nowMs + HEARTBEAT_MS;
  }
}

export async function readMemory(file = '/proc/meminfo'): Promise<Scarcity | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const match = /^MemAvailable:\s+(\d+) kB$/m.exec(text);
  return match === null ? undefined : { resource: 'memory', availableBytes: Number(match[1]) * 1024, thresholdBytes: MEMORY_AVAILABLE_BYTES_MIN };
}

/** Of the file system on which Pods write. */
export async function readDisk(directory: string): Promise<Scarcity | undefined> {
  const { blocks, bavail, bsize } = await statfs(directory);
  return { resource: 'ephemeral-storage', availableBytes: bavail * bsize, thresholdBytes: Math.min(blocks * bsize * DISK_AVAILABLE_PART_MIN, DISK_AVAILABLE_BYTES_MIN) };
}
