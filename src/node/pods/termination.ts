// From an exit record to a termination that a person understands: a reason, and what it said last.
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { LogKey, Logs } from '../../logs/mod.ts';
import type { ExitRecord } from '../supervisor/protocol.ts';
import type { Termination } from './container-state.ts';

/** FallbackToLogsOnError: the last 80 lines, at most 2 KiB (upstream's pkg/kubelet/kuberuntime). */
const LOG_LINES_MAX = 80;
const LOG_MESSAGE_CHARS_MAX = 2048;
/** Upstream's limit of a termination message file. */
const MESSAGE_FILE_BYTES_MAX = 4096;

export interface EndedProcess {
  readonly exit: ExitRecord;
  readonly logKey: LogKey;
  /** Where the container could leave its message; undefined when it had no such place. */
  readonly messageFile: string | undefined;
  /** When it left no message and ended badly, what it printed last stands for one. */
  readonly fallsBackToLogs: boolean;
}

export async function terminationOf({ exit, logKey, messageFile, fallsBackToLogs }: EndedProcess, logs: Logs): Promise<Termination> {
  const exitCode = exit.signal === null ? (exit.code ?? 255) : 128 + exit.signal;
  const left = messageFile === undefined ? '' : await readMessageFile(messageFile);
  const message = left === '' && exitCode !== 0 ? (limitMessage(exit) ?? (fallsBackToLogs ? await lastLines(logKey, logs) : '')) : left;
  return {
    exitCode,
    ...(exit.signal === null ? {} : { signal: exit.signal }),
    reason: exitCode === 0 ? 'Completed' : reasonOf(exit),
    ...(message === '' ? {} : { message }),
    startedAtMs: exit.startedAtMs,
    finishedAtMs: exit.finishedAtMs,
  };
}

function reasonOf({ overLimit }: ExitRecord): string {
  if (overLimit === undefined) return 'Error';
  return overLimit === 'memory' ? 'OOMKilled' : 'ProcessLimitExceeded';
}

function limitMessage({ overLimit }: ExitRecord): string | undefined {
  if (overLimit === undefined) return undefined;
  return overLimit === 'memory'
    ? 'it was killed because it used more memory than its limit (resources.limits.memory) allows'
    : 'it was killed because it had more processes than --processes-per-container-max allows';
}

/** The supervisor died without a record. */
export function lostTermination(startedAtMs: number | undefined, nowMs: number): Termination {
  return {
    exitCode: 137,
    signal: 9,
    reason: 'NodeLost',
    message: 'the supervisor of this node died and the process with it; how far it got is not known',
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    finishedAtMs: nowMs,
  };
}

// A message is a convenience: without one the exit code still says that it failed.

/** The end of it, where a trace says what happened. */
async function readMessageFile(path: string): Promise<string> {
  try {
    // Most say nothing. To see that takes microseconds; four trips to the thread pool take some tenths of a millisecond.
    if (statSync(path).size === 0) return '';
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const length = Math.min(size, MESSAGE_FILE_BYTES_MAX);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', length < size ? startOfCharacter(buffer) : 0, bytesRead);
  } catch {
    return '';
  }
}

async function lastLines(logKey: LogKey, logs: Logs): Promise<string> {
  const texts: string[] = [];
  try {
    for await (const line of logs.lines(logKey, { tailLines: LOG_LINES_MAX })) texts.push(line.text);
  } catch {
    return '';
  }
  return texts.join('\n').slice(-LOG_MESSAGE_CHARS_MAX);
}

/** The first byte that does not go on with a character of UTF-8 that began before. */
function startOfCharacter(bytes: Buffer): number {
  return Math.max(0, bytes.findIndex((byte) => (byte & 0xc0) !== 0x80));
}
