// What a command may know of the world around it: its output, its environment, how wide the window is, and when to stop.
import type { Clock } from '../base/mod.ts';

export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** A person watches: stdout is a terminal that can move its cursor, and this is no CI job. */
  readonly isInteractive: boolean;
  readonly hasColor: boolean;
  columns(): number;
  rows(): number;
  out(text: string): void;
  err(text: string): void;
  /** Resolves when a reader has taken everything so far, or the command is interrupted: a pipe holds 64 KiB, the rest waits in this process. */
  written(): Promise<void>;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** What the reader has no room for yet. */
  readonly writableLength?: number;
  write(text: string, done?: () => void): unknown;
}

/** Size of a terminal that does not say, or says 0: pipes, some consoles. */
const FALLBACK_COLUMNS = 80;
const FALLBACK_ROWS = 24;

export function createTerminal(options: {
  environment: Terminal['environment'];
  clock: Clock;
  stdout: OutputStream;
  stderr: OutputStream;
  signal: AbortSignal;
}): Terminal {
  const { environment, clock, stdout, stderr, signal } = options;
  const isCi = (environment['CI'] ?? '') !== '' && environment['CI'] !== 'false';
  const isInteractive = stdout.isTTY === true && !isCi && environment['TERM'] !== 'dumb';
  return {
    environment,
    clock,
    isInteractive,
    hasColor: isInteractive && (environment['NO_COLOR'] ?? '') === '',
    columns: () => sizeOf(stdout.columns, FALLBACK_COLUMNS),
    rows: () => sizeOf(stdout.rows, FALLBACK_ROWS),
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    written: async () => {
      for (const stream of [stdout, stderr]) await taken(stream, signal);
    },
    signal,
  };
}

function sizeOf(said: number | undefined, fallback: number): number {
  return said === undefined || said === 0 ? fallback : said;
}

async function taken(stream: OutputStream, signal: AbortSignal): Promise<void> {
  if (signal.aborted || (stream.writableLength ?? 0) === 0) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    stream.write('', done);
  });
}
