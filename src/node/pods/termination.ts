// From an exit record to a termination that a person understands: a reason, and the last lines of what it printed.
import type { LogKey, Logs } from '../../logs/mod.ts';
import type { ExitRecord } from '../supervisor/protocol.ts';
import type { Termination } from './container-state.ts';

/** Upstream's FallbackToLogsOnError: the last 80 lines, at most 2 KiB. */
const MESSAGE_LINES_MAX = 80;
const MESSAGE_CHARS_MAX = 2048;

export async function terminationOf(exit: ExitRecord, logKey: LogKey, logs: Logs): Promise<Termination> {
  const exitCode = exit.signal === null ? (exit.code ?? 255) : 128 + exit.signal;
  const common = {
    exitCode,
    ...(exit.signal === null ? {} : { signal: exit.signal }),
    startedAtMs: exit.startedAtMs,
    finishedAtMs: exit.finishedAtMs,
  };
  if (exitCode === 0) return { ...common, reason: 'Completed' };
  const message = await lastLines(logKey, logs);
  return { ...common, reason: 'Error', ...(message === '' ? {} : { message }) };
}

async function lastLines(logKey: LogKey, logs: Logs): Promise<string> {
  const texts: string[] = [];
  try {
    for await (const line of logs.lines(logKey, { tailLines: MESSAGE_LINES_MAX })) texts.push(line.text);
  } catch {
    // The message is a convenience: without a readable log the exit code still says that it failed.
    return '';
  }
  return texts.join('\n').slice(-MESSAGE_CHARS_MAX);
}
