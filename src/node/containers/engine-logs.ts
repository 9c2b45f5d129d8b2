// The log of a container whose engine keeps it (Docker), copied line by line into the node's own file while it is written.
// After a restart of the server the copy goes on behind the last line that it has.
import { open } from 'node:fs/promises';
import type { EngineApi } from './engine-api.ts';
import { FrameReader, type Frame } from './stream-frames.ts';

export interface LogCopy {
  readonly api: EngineApi;
  /** The engine's id. */
  readonly container: string;
  readonly logFile: string;
  /** Whole lines at the end of a log, byte by byte (latin1). */
  readonly append: (logFile: string, lines: string) => Promise<void>;
  /** Until the container ends; otherwise what is there. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** Enough for the last line: they are split at 16 KiB. */
const TAIL_BYTES = 64 * 1024;
const NEWLINE = 10;
/** The year 2100. */
const FAR_FUTURE_SECONDS = '4102444800';

export async function copyLogs({ api, container, logFile, append, follow, signal }: LogCopy): Promise<void> {
  const last = lastLine(await readTail(logFile));
  const since = last === undefined ? {} : { since: sinceOf(timeOf(last)) };
  const isNew = newLines(last);
  const frames = new FrameReader();
  const query = { follow: String(follow), stdout: 'true', stderr: 'true', timestamps: 'true', ...since };
  for await (const chunk of api.bytes(`/containers/${container}/logs`, { query, signal })) {
    const lines = frames.take(chunk).map(criLineOf).filter(isNew);
    if (lines.length > 0) await append(logFile, lines.join(''));
  }
}

/**
 * Resolves when the engine says that the log has ended, which is when the container has; nothing of the log is sent. A hint that
 * costs podman next to nothing: whoever waits for a container lets it look four times a second. Rejects as `bytes` does.
 */
export async function followSilently(api: EngineApi, container: string, signal: AbortSignal): Promise<void> {
  const query = { follow: 'true', stdout: 'true', stderr: 'true', tail: '0', since: FAR_FUTURE_SECONDS };
  for await (const chunk of api.bytes(`/containers/${container}/logs`, { query, signal })) void chunk;
}

/** `<time> <text>` of the engine as a line in CRI format, byte by byte (latin1). Pure. */
export function criLineOf({ stream, bytes }: Frame): string {
  const text = bytes.toString('latin1');
  const space = text.indexOf(' ');
  const isWhole = bytes.at(-1) === NEWLINE;
  return `${text.slice(0, space)} ${stream} ${isWhole ? 'F' : 'P'} ${text.slice(space + 1, isWhole ? -1 : undefined)}\n`;
}

/** Which lines come after the last one that is there, when they are told from its time on. */
export function newLines(last: string | undefined): (line: string) => boolean {
  let isBehind = last === undefined;
  return (line) => {
    if (isBehind) return true;
    // Some engines tell times in whole seconds: others of the same time may have come before it, or come now.
    isBehind = line === last || timeOf(line) > timeOf(last!);
    return isBehind && line !== last;
  };
}

/** The last whole line; what a crash tore off is copied again. Pure. */
export function lastLine(tail: string): string | undefined {
  const line = tail.slice(0, tail.lastIndexOf('\n')).split('\n').at(-1) ?? '';
  return /^\d{4}-\d\d-\d\dT\S+ std(?:out|err) [FP] /.test(line) ? `${line}\n` : undefined;
}

function timeOf(line: string): string {
  return line.slice(0, line.indexOf(' '));
}

/** Seconds with nanoseconds, as the API takes them. */
function sinceOf(timestamp: string): string {
  const nanoseconds = /\.(\d{1,9})/.exec(timestamp)?.[1] ?? '';
  return `${Math.trunc(Date.parse(timestamp.replace(/\.\d+/, '')) / 1000)}.${nanoseconds.padEnd(9, '0')}`;
}

async function readTail(path: string): Promise<string> {
  await using file = await open(path, 'a+');
  const { size } = await file.stat();
  const start = Math.max(0, size - TAIL_BYTES);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
  return buffer.toString('latin1', 0, bytesRead);
}
