// How many bytes the files of each bound claim take, for `kubelet_volume_stats_used_bytes` and the pages. `du` walks in a process
// of its own, one claim after the other; between two rounds it rests twenty times as long as a round took, so that claims with
// millions of files cost no more than a twentieth of one processor.
import { describeError, toRfc3339, type Clock, type Log } from '../../base/mod.ts';
import type { RunProcess } from '../environments/run-process.ts';
import type { ClaimDirectory } from './persistent-volumes.ts';

/** The kubelet measures once a minute; somebody who has just written something does not want to wait so long. */
const PERIOD_MS = 15_000;
const REST_FACTOR = 20;
/** A directory that takes longer keeps the figure that it had, or has none. */
const WALK_MS_MAX = 60_000;
const KIBIBYTE = 1024;

export interface ClaimUsage {
  readonly namespace: string;
  readonly claim: string;
  /** Blocks on disk of all its files. */
  readonly usedBytes: number;
  readonly measuredAt: string;
}

export interface ClaimUsageOptions {
  /** Those that there are now. */
  readonly directories: () => readonly ClaimDirectory[];
  readonly run: RunProcess;
  readonly clock: Clock;
  readonly log: Log;
}

export class ClaimUsageWatch {
  readonly #options: ClaimUsageOptions;
  /** By path. */
  #known: ReadonlyMap<string, ClaimUsage> = new Map();
  /** Paths of which it was said that they could not be measured: once is enough. */
  readonly #complained = new Set<string>();
  #life: AbortController | undefined;

  constructor(options: ClaimUsageOptions) {
    this.#options = options;
  }

  /** Never waits; a claim that was not measured yet, or is not bound any more, is not among them. */
  list(): readonly ClaimUsage[] {
    return this.#options.directories().flatMap(({ path }) => this.#known.get(path) ?? []);
  }

  start(): void {
    this.#life = new AbortController();
    void this.#follow(this.#life.signal);
  }

  stop(): void {
    this.#life?.abort();
  }

  /** Ends with the signal, and never rejects. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      const startedAtMs = performance.now();
      await this.#measureAll(signal);
      const restMs = Math.max(PERIOD_MS, (performance.now() - startedAtMs) * REST_FACTOR);
      await clock.sleep(restMs, { signal }).catch(() => undefined);
    }
  }

  async #measureAll(signal: AbortSignal): Promise<void> {
    const known = new Map<string, ClaimUsage>();
    for (const directory of this.#options.directories()) {
      const usage = (await this.#measure(directory, signal)) ?? this.#known.get(directory.path);
      if (signal.aborted) return;
      if (usage !== undefined) known.set(directory.path, usage);
    }
    this.#known = known;
  }

  /** Undefined for a directory that is not there (no Pod has used the claim yet), or takes too long. */
  async #measure({ namespace, claim, path }: ClaimDirectory, signal: AbortSignal): Promise<ClaimUsage | undefined> {
    const { run, clock, log } = this.#options;
    let usedBytes: number | undefined;
    try {
      // It fails for what it may not read, and tells the rest all the same.
      await run('du', ['-sk', path], {
        cwd: '/',
        env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
        timeoutMs: WALK_MS_MAX,
        signal,
        onLine: (line) => {
          const [, kibibytes] = /^(\d+)\s/.exec(line) ?? [];
          if (kibibytes !== undefined) usedBytes = Number(kibibytes) * KIBIBYTE;
        },
      });
    } catch (error) {
      if (signal.aborted || this.#complained.has(path)) return undefined;
      this.#complained.add(path);
      log.warn('the directory of a claim could not be measured', { namespace, claim, error: describeError(error) });
    }
    return usedBytes === undefined ? undefined : { namespace, claim, usedBytes, measuredAt: toRfc3339(clock.now()) };
  }
}
