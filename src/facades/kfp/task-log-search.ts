// GET /apis/v2beta1/runs/{run_id}/tasks/{task_id}/log:search?text=&match_count_max=&try=: lines of the log of a task that contain a
// text, in any case, from the beginning of the log of its newest Pod or of the given try. For logs that are too long for whoever looks at them.
import type { LogMatch } from '../../logs/mod.ts';
import type { Route, WebRequest } from '../../web/mod.ts';
import { kfpRoute, pathParameter, type KfpOptions } from './context.ts';
import { readCount, readParameters } from './query-parameters.ts';
import { invalid, jsonResponse, refusal } from './refusal.ts';
import { writtenLog } from './task-log.ts';
import { getTask } from './tasks.ts';

const MATCH_COUNT_MAX = 1_000;
const TEXT_CHARACTERS_MAX = 200;

/** What is answered. */
export interface FoundLogLines {
  readonly matches: readonly FoundLogLine[];
  /** There are more. */
  readonly is_cut: boolean;
}

interface FoundLogLine {
  /** 1 for the first line. */
  readonly line_number: number;
  /** RFC 3339. */
  readonly time: string;
  readonly text: string;
}

export function taskLogSearchRoutes(options: KfpOptions): Route[] {
  return [kfpRoute('GET', '/apis/v2beta1/runs/{run_id}/tasks/{task_id}/log:search', async (request) => jsonResponse(await foundLines(options, request)))];
}

async function foundLines({ logs, records }: KfpOptions, request: WebRequest): Promise<FoundLogLines> {
  if (logs === undefined) throw refusal('Unimplemented', 'this server keeps no logs');
  const { text = '', match_count_max: wantedMax, try: wantedTry } = readParameters(request.query, ['text', 'match_count_max', 'try']);
  if (text === '') throw invalid('text is missing: name what to search for');
  if (text.length > TEXT_CHARACTERS_MAX) throw invalid(`text has ${text.length} characters, at most ${TEXT_CHARACTERS_MAX} are searched for`);
  const countMax = Math.min(readCount('match_count_max', wantedMax) ?? MATCH_COUNT_MAX, MATCH_COUNT_MAX);
  const task = getTask(records, pathParameter(request, 'run_id'), pathParameter(request, 'task_id'));
  const log = writtenLog(records, task, readCount('try', wantedTry));
  const found: LogMatch[] = [];
  // One more than is asked for tells whether there are more.
  for await (const match of logs.search(log, patternOf(text), { limit: countMax + 1, signal: request.signal })) found.push(match);
  const matches = found.slice(0, countMax).map(({ lineNumber, timestamp, text: line }) => ({ line_number: lineNumber, time: timestamp, text: line }));
  return { matches, is_cut: found.length > countMax };
}

/** The text itself and nothing else, in any case. */
function patternOf(text: string): string {
  return `(?i)${text.replaceAll(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`)}`;
}
