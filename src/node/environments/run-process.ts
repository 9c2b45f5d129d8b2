// Runs a tool of the machine (python, pip, uv) to its end. Its output is kept only as a tail; its whole process group dies with
// an abort or a timeout, so that no half-finished install goes on behind our back.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Failure, type Clock } from '../../base/mod.ts';

export interface RunOptions {
  readonly cwd: string;
  /** The exact environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Each line of output, without its end. */
  readonly onLine?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RunResult {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  /** The last lines of both streams. */
  readonly lines: readonly string[];
}

/**
 * Resolves when the process and its output ended. Throws Failure `ProgramNotFound` when it can't be started, `Timeout` when it
 * was killed for taking too long, and the signal's reason when it was killed by an abort.
 */
export type RunProcess = (command: string, args: readonly string[], options: RunOptions) => Promise<RunResult>;

const LINES_KEPT_MAX = 400;
const LINE_CHARACTERS_MAX = 2000;

export function createRunProcess(clock: Clock): RunProcess {
  return async (command, args, options) => {
    options.signal?.throwIfAborted();
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    const keep = (line: string) => {
      const kept = line.slice(0, LINE_CHARACTERS_MAX);
      if (lines.push(kept) > LINES_KEPT_MAX) lines.shift();
      options.onLine?.(kept);
    };
    let isTimedOut = false;
    const onAbort = () => killGroup(child);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const cancelTimeout = clock.schedule(options.timeoutMs, () => {
      isTimedOut = true;
      killGroup(child);
    });
    try {
      const [exitCode] = await Promise.all([exitOf(child, command), readLines(child.stdout, keep), readLines(child.stderr, keep)]);
      options.signal?.throwIfAborted();
      if (isTimedOut) throw new Failure('Timeout', `${command} took longer than ${Math.round(options.timeoutMs / 1000)} s.`);
      return { exitCode, lines };
    } finally {
      cancelTimeout();
      options.signal?.removeEventListener('abort', onAbort);
    }
  };
}

function exitOf(child: ChildProcess, command: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Failure('ProgramNotFound', `${command} cannot be started.`, { cause: error })));
    child.once('exit', (code) => resolve(code ?? undefined));
  });
}

async function readLines(stream: Readable, keep: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) if (line.trim() !== '') keep(line);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}
