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
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Size of a terminal that does not say: pipes, some consoles. */
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
    columns: () => stdout.columns ?? FALLBACK_COLUMNS,
    rows: () => stdout.rows ?? FALLBACK_ROWS,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    signal,
  };
}
