// When the machine runs out of memory, Pods go before it does: one at a time, in the kubelet's order.
import { readFile } from 'node:fs/promises';
import { formatQuantity, quantityToNumber } from '../expr/mod.ts';
import { podAmounts } from '../api/mod.ts';
import { describeError, type Clock, type KubeObject, type Log } from '../base/mod.ts';
import type { ContainerStats } from './node-stats.ts';

/** The kubelet's threshold. */
export const MEMORY_AVAILABLE_BYTES_MIN = 100 * 2 ** 20;

export interface PressedPod {
  readonly pod: KubeObject;
  readonly containers: readonly Pick<ContainerStats, 'container' | 'privateBytes'>[];
}

export interface Eviction {
  readonly podUid: string;
  readonly message: string;
}

/**
 * Whom to evict: first those that use more than they asked for (so BestEffort before Burstable before Guaranteed), then by lower priority,
 * then by how far beyond their requests they are. Undefined when nobody uses anything.
 */
export function planEviction(pods: readonly PressedPod[], availableBytes: number): Eviction | undefined {
  const ranked = pods
    .map((candidate) => ({ ...candidate, usedBytes: candidate.containers.reduce((sum, { privateBytes }) => sum + privateBytes, 0), requestedBytes: requestOf(candidate.pod) }))
    .filter(({ usedBytes }) => usedBytes > 0)
    .toSorted((a, b) => Number(b.usedBytes > b.requestedBytes) - Number(a.usedBytes > a.requestedBytes) || priorityOf(a.pod) - priorityOf(b.pod) || b.usedBytes - b.requestedBytes - (a.usedBytes - a.requestedBytes));
  const [victim] = ranked;
  if (victim === undefined) return undefined;
  const largest = victim.containers.toSorted((a, b) => b.privateBytes - a.privateBytes)[0]!;
  const usage = `Container ${largest.container} was using ${ki(largest.privateBytes)}, request is ${victim.requestedBytes === 0 ? '0' : ki(victim.requestedBytes)}, has larger consumption of memory. `;
  return { podUid: victim.pod.metadata.uid!, message: `The node was low on resource: memory. Threshold quantity: ${ki(MEMORY_AVAILABLE_BYTES_MIN)}, available: ${ki(availableBytes)}. ${usage}` };
}

/** Undefined where the kernel does not say. */
export async function readAvailableMemory(file = '/proc/meminfo'): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const match = /^MemAvailable:\s+(\d+) kB$/m.exec(text);
  return match === null ? undefined : Number(match[1]) * 1024;
}

function requestOf({ spec }: KubeObject): number {
  const memory = podAmounts(spec, 'requests').get('memory');
  return memory === undefined ? 0 : quantityToNumber(memory);
}

function priorityOf({ spec }: KubeObject): number {
  const priority = spec?.['priority'];
  return typeof priority === 'number' ? priority : 0;
}

function ki(bytes: number): string {
  return formatQuantity({ nanos: BigInt(Math.ceil(bytes / 1024)) * 1024n * 10n ** 9n, format: 'BinarySI' });
}

/** The kubelet's housekeeping looks as often. */
const PERIOD_MS = 10_000;

export interface PressureWatchOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** The Pods that run here, with what they use. */
  readonly pods: () => Promise<readonly PressedPod[]>;
  readonly evict: (eviction: Eviction) => void;
  readonly readAvailable?: () => Promise<number | undefined>;
}

export class PressureWatch {
  readonly #options: PressureWatchOptions;
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
    const { pods, evict, log, readAvailable = readAvailableMemory } = this.#options;
    try {
      const availableBytes = await readAvailable();
      const isLow = availableBytes !== undefined && availableBytes < MEMORY_AVAILABLE_BYTES_MIN;
      const eviction = isLow ? planEviction(await pods(), availableBytes) : undefined;
      if (eviction !== undefined) evict(eviction);
    } catch (error) {
      log.warn('what Pods use could not be read', { error: describeError(error) });
    }
    // Stopped meanwhile: it stays so.
    if (this.#cancel !== undefined) this.start();
  }
}
