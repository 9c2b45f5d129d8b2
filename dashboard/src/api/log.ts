// The log of a step as lines, as they are written.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError, KFP, NO_ANSWER, path, query, request } from './client.ts';
import { lineOf, type LogLine } from './log-line.ts';
import type { FoundLogLines } from './messages.ts';
import { readTextStream } from './text-stream.ts';

export interface Log {
  readonly lines: readonly LogLine[];
  /** Lines at the beginning that are not kept on the page. */
  readonly droppedCount: number;
  /** More may come. */
  readonly isOpen: boolean;
  readonly error: unknown;
}

/** The newest lines that a page keeps; the whole log can be downloaded. */
const LINE_COUNT_MAX = 100_000;

const FOUND_COUNT_MAX = 200;

export interface LogOf {
  readonly runId: string;
  readonly taskId: string;
  /** Of a step that was tried again, an earlier try. */
  readonly earlierTry?: number | undefined;
}

/** `verb` is '' for the text, or `:search`. */
export function logAddress({ runId, taskId, earlierTry }: LogOf, verb = '', more: Parameters<typeof query>[0] = {}): string {
  return `${KFP}${path`/runs/${runId}/tasks/${taskId}/log`}${verb}${query({ ...more, try: earlierTry })}`;
}

/** While a log that was shown comes once more, what was shown stays; not longer, for its beginning may be gone by now. */
const CATCH_UP_MS_MAX = 2_000;

/**
 * Follows the log until the step has ended, over all its tries. A new `key` reads it anew (a retry begins another log). A hidden tab reads
 * nothing.
 */
export function useLog({ runId, taskId, earlierTry }: LogOf, key: string): Log {
  const [log, setLog] = useState<Log>(EMPTY);
  useEffect(() => {
    setLog(EMPTY);
    return followWhileVisible(logAddress({ runId, taskId, earlierTry }, '', { follow: 'true', timestamps: 'true' }), setLog);
  }, [runId, taskId, earlierTry, key]);
  return log;
}

/** Lines anywhere in the log that contain the text, in any case, as the server finds them; '' finds none. */
export function useLogSearch(log: LogOf, text: string) {
  return useQuery({
    queryKey: ['log-search', log, text],
    queryFn: ({ signal }) => request<FoundLogLines>(logAddress(log, ':search', { text, match_count_max: FOUND_COUNT_MAX }), { signal }),
    enabled: text !== '',
  });
}

const EMPTY: Log = { lines: [], droppedCount: 0, isOpen: true, error: undefined };

/** A connection that broke (the server was restarted, a laptop slept) is made again after this time. */
const RETRY_MS = 2_000;

/** Returns the function that ends it. */
function followWhileVisible(address: string, show: (log: Log) => void): () => void {
  let shown = EMPTY;
  let abort: AbortController | undefined;
  let isAtEnd = false;
  const start = () => {
    const own = new AbortController();
    const startedAtMs = performance.now();
    const before = shown;
    const showMore = (log: Log) => {
      const isBehind = log.isOpen && log.error === undefined && countOf(log) < countOf(before);
      if (isBehind && performance.now() - startedAtMs < CATCH_UP_MS_MAX) return;
      shown = log;
      show(log);
    };
    abort = own;
    void readToEnd(address, before, showMore, own.signal).then(() => (isAtEnd ||= !own.signal.aborted));
  };
  const onVisibility = () => {
    if (isAtEnd) return;
    if (document.visibilityState === 'hidden') abort?.abort();
    else if (abort === undefined || abort.signal.aborted) start();
  };
  document.addEventListener('visibilitychange', onVisibility);
  onVisibility();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    abort?.abort();
  };
}

function countOf({ lines, droppedCount }: Log): number {
  return droppedCount + lines.length;
}

/** Reads on until the server says that the log is at its end, or refuses. */
async function readToEnd(address: string, before: Log, show: (log: Log) => void, signal: AbortSignal): Promise<void> {
  let shown = before;
  const showSoon = onNextFrame((log: Log) => {
    if (signal.aborted) return;
    shown = log;
    show(log);
  });
  while (!signal.aborted) {
    try {
      return await read(address, showSoon, signal);
    } catch (error) {
      if (signal.aborted) return;
      const isRefused = error instanceof ApiError && error.status !== 0;
      // What was read stays in sight until the log comes from its beginning again.
      showSoon({ ...shown, isOpen: !isRefused, error: isRefused ? error : NO_ANSWER() });
      if (isRefused) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function read(address: string, show: (log: Log) => void, signal: AbortSignal): Promise<void> {
  let lines: LogLine[] = [];
  let droppedCount = 0;
  let rest = '';
  const add = (text: string, isAtEnd: boolean) => {
    const texts = (rest + text).split('\n');
    rest = isAtEnd ? '' : (texts.pop() ?? '');
    for (const line of texts) if (line !== '' || !isAtEnd) lines.push(lineOf(line));
    if (lines.length > LINE_COUNT_MAX) {
      droppedCount += lines.length - LINE_COUNT_MAX;
      lines = lines.slice(-LINE_COUNT_MAX);
    }
    show({ lines, droppedCount, isOpen: !isAtEnd, error: undefined });
  };
  await readTextStream(address, { onText: (text) => add(text, false), signal });
  if (!signal.aborted) add('', true);
}

/** Of what comes within a frame, the last. */
function onNextFrame(show: (log: Log) => void): (log: Log) => void {
  let frame = 0;
  return (log) => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => show({ ...log, lines: [...log.lines] }));
  };
}
