import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure, type Clock, type Log } from '../base/mod.ts';
import { compilePattern } from '../expr/mod.ts';
import { appendLog, sizeOf, type LogLimits } from './log-files.ts';
import { readLines } from './line-reader.ts';
import { logKeysOf, logPathOf, type LogKey } from './log-path.ts';
import { forgetLogs, retainLogs, type RetentionLimits } from './log-retention.ts';
import { searchLines, type LogMatch } from './log-search.ts';
import { asLines, asText, since, type LogLine } from './log-text.ts';

export interface LogReadOptions {
  /** Keep waiting for more until `isEnded()` is true and everything was delivered. */
  readonly follow?: boolean;
  readonly isEnded?: () => boolean;
  /** Each line starts with its RFC 3339 stamp and a space. */
  readonly timestamps?: boolean;
  /** Only the last lines of what is there at the start; 0 for none of it. */
  readonly tailLines?: number;
  /** Only lines stamped at or after this time, in milliseconds since the epoch. */
  readonly sinceMs?: number;
  /** The text ends after this many bytes, in the middle of a line if need be. */
  readonly limitBytes?: number;
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal;
}

export interface LogSearchOptions {
  /** Matches at most; the search ends there. */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

export interface Logs {
  readonly limits: LogLimits;
  /** File that the supervisor appends to; its directory is made. */
  fileFor(key: LogKey): Promise<string>;
  /** Plain text chunks as the kubelet serves them (without the CRI prefix unless `timestamps`). A log that does not exist is empty. */
  read(key: LogKey, options: LogReadOptions): AsyncIterable<Uint8Array>;
  lines(key: LogKey, options: LogReadOptions): AsyncIterable<LogLine>;
  /** Lines that match an RE2 pattern, as far as they are written. Throws Failure `InvalidPattern`. */
  search(key: LogKey, pattern: string, options: LogSearchOptions): AsyncIterable<LogMatch>;
  /** Containers and attempts that have a log for this Pod uid. */
  keysOf(podUid: string): Promise<readonly LogKey[]>;
  /** Appends whole lines in CRI format to a file of `fileFor`, for a log that nobody else writes. */
  append(file: string, lines: string): Promise<void>;
  /** Bytes on disk of all attempts of a container. */
  sizeOf(podUid: string, container: string): Promise<number>;
  /** Removes what attempts of a container up to this one left. */
  forget(lastKey: LogKey): Promise<void>;
  /** Removes whole files, oldest first, until both limits hold. Logs of Pods for which `isKept` is true stay. */
  retain(limits: RetentionLimits): Promise<void>;
}

/** The kubelet's. */
const LIMITS_DEFAULT: LogLimits = { fileBytesMax: 10 * 2 ** 20, fileCountMax: 5 };

/** All methods throw Failure `InvalidLogKey` for a key whose parts are not Kubernetes names. */
export function openLogs({ directory, limits = LIMITS_DEFAULT, clock, log }: { directory: string; limits?: LogLimits; clock: Clock; log: Log }): Logs {
  const linesOf = (key: LogKey, options: LogReadOptions) => {
    const batches = readLines(logPathOf(directory, key), {
      clock,
      log,
      follow: options.follow === true,
      isEnded: options.isEnded ?? (() => false),
      tailLines: options.tailLines,
      signal: options.signal,
    });
    return since(batches, options.sinceMs);
  };
  return {
    limits,
    append: (file, lines) => appendLog(file, lines, limits),
    async fileFor(key) {
      const path = logPathOf(directory, key);
      try {
        // Nearly always there: a trip to the thread pool would cost more than the call.
        mkdirSync(dirname(path), { recursive: true });
      } catch (error) {
        throw new Failure('LogUnwritable', `The log directory ${dirname(path)} cannot be made.`, { cause: error });
      }
      return path;
    },
    read: (key, options) => asText(linesOf(key, options), { timestamps: options.timestamps === true, limitBytes: options.limitBytes }),
    lines: (key, options) => asLines(linesOf(key, options), options.limitBytes),
    search(key, pattern, { limit, signal }) {
      const lines = asLines(linesOf(key, signal === undefined ? {} : { signal }));
      return searchLines(lines, compilePattern(pattern), { limit, clock, signal });
    },
    keysOf: (podUid) => logKeysOf(directory, podUid),
    async sizeOf(podUid, container) {
      const keys = (await logKeysOf(directory, podUid)).filter((key) => key.container === container);
      const sizes = await Promise.all(keys.map((key) => sizeOf(logPathOf(directory, key))));
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    forget: (lastKey) => forgetLogs(directory, lastKey),
    retain: (rule) => retainLogs(directory, rule, { clock, log }),
  };
}
