// The log of a step as lines, as they are written.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { fetchOk, KFP, path, query, request } from './client.ts';
import { lineOf, type LogLine } from './log-line.ts';
import type { FoundLogLines } from './messages.ts';

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

export function logAddress(runId: string, taskId: string): string {
  return KFP + path`/runs/${runId}/tasks/${taskId}/log`;
}

/** Follows the log until the step has ended, over all its tries. A new `key` reads it anew (a retry begins another log). */
export function useLog(runId: string, taskId: string, key: string): Log {
  const [log, setLog] = useState<Log>(EMPTY);
  useEffect(() => {
    setLog(EMPTY);
    const abort = new AbortController();
    void read(`${logAddress(runId, taskId)}?follow=true&timestamps=true`, setLog, abort.signal);
    return () => abort.abort();
  }, [runId, taskId, key]);
  return log;
}

/** Lines anywhere in the log that contain the text, in any case, as the server finds them; '' finds none. */
export function useLogSearch(runId: string, taskId: string, text: string) {
  return useQuery({
    queryKey: ['log-search', runId, taskId, text],
    queryFn: ({ signal }) => request<FoundLogLines>(`${logAddress(runId, taskId)}:search${query({ text, match_count_max: FOUND_COUNT_MAX })}`, { signal }),
    enabled: text !== '',
  });
}

const EMPTY: Log = { lines: [], droppedCount: 0, isOpen: true, error: undefined };

async function read(address: string, show: (log: Log) => void, signal: AbortSignal): Promise<void> {
  let lines: LogLine[] = [];
  let droppedCount = 0;
  let frame = 0;
  const showSoon = (end: Partial<Log> = {}) => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (!signal.aborted) show({ lines: [...lines], droppedCount, isOpen: true, error: undefined, ...end });
    });
  };
  try {
    const response = await fetchOk(address, { signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      const texts = (rest + (value ?? '')).split('\n');
      rest = done ? '' : (texts.pop() ?? '');
      for (const text of texts) if (text !== '' || !done) lines.push(lineOf(text));
      if (lines.length > LINE_COUNT_MAX) {
        droppedCount += lines.length - LINE_COUNT_MAX;
        lines = lines.slice(-LINE_COUNT_MAX);
      }
      if (done) break;
      showSoon();
    }
    showSoon({ isOpen: false });
  } catch (error) {
    if (!signal.aborted) showSoon({ isOpen: false, error });
  }
}
