// slipway logs
import { Failure } from '../../base/mod.ts';
import { EXIT, usageFailure, type Command } from '../command.ts';
import { findStep } from '../find-step.ts';
import { cleanLine } from '../format.ts';
import { followRun } from '../progress/follow.ts';
import type { RunView, StepView } from '../progress/run-view.ts';
import type { Connection } from '../server/connection.ts';
import { connect, SERVER_OPTIONS } from '../server/locate.ts';
import { createRunFeed } from '../server/run-feed.ts';
import { stateOf, viewOf } from '../server/run-state.ts';
import { objectsAt, textAt } from '../server/wire.ts';
import type { Terminal } from '../terminal.ts';

const RUNS = '/apis/v2beta1/runs';
/** The beginning of an id is looked up among so many pages of the newest runs. */
const PAGE_COUNT_MAX = 25;
const PAGE_SIZE = 200;

export const logsCommand: Command = {
  name: 'logs',
  operands: 'RUN [STEP]',
  operandCount: { min: 1, max: 2 },
  summary: 'Print what the steps of a run wrote.',
  details: 'RUN is an id, the beginning of one, or "latest". STEP is a name, or the place of a step, as sweep[3].train: the one in the fourth iteration of a loop. Without STEP: all steps, each line after the name of its step.',
  options: [
    { name: 'try', value: 'N', sentence: 'Of a step that was tried again, that try: 1 is the first. Without it: the newest.' },
    { name: 'follow', short: 'f', sentence: 'Keep printing until the run, or the step, has ended.' },
    ...SERVER_OPTIONS,
  ],
  examples: [
    ['slipway logs latest', 'All lines of the newest run.'],
    ['slipway logs 3f2a train -f', 'One step, live.'],
    ["slipway logs latest 'for-loop-1[3].train'", 'A step inside a loop.'],
    ['slipway logs latest train --try 1', 'What its first try wrote.'],
  ],
  async run(input, terminal) {
    const [word = '', stepName] = input.operands;
    const connection = connect(input, terminal);
    const runId = await findRun(connection, word, terminal.signal);
    const isFollowing = input.has('follow');
    const wantedTry = input.text('try');
    if (wantedTry !== undefined && (stepName === undefined || isFollowing)) throw usageFailure(logsCommand, '--try goes with one STEP, and without --follow');
    if (wantedTry !== undefined && !/^[1-9]\d*$/.test(wantedTry)) throw usageFailure(logsCommand, `--try must be a whole number from 1, not "${wantedTry}"`);
    if (stepName === undefined && isFollowing) await followAll(connection, runId, terminal);
    else await printLogs(connection, runId, { stepName, isFollowing, wantedTry }, terminal);
    return EXIT.success;
  },
};

async function findRun(connection: Connection, word: string, signal: AbortSignal): Promise<string> {
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(word)) return word;
  let pageToken = '';
  for (let page = 0; page < PAGE_COUNT_MAX; page++) {
    const query = new URLSearchParams({ view: 'SUMMARY', page_size: String(PAGE_SIZE), sort_by: 'created_at desc', ...(pageToken === '' ? {} : { page_token: pageToken }) });
    const answer = await connection.get(`${RUNS}?${String(query)}`, { signal });
    const ids = objectsAt(answer, 'runs').map((run) => textAt(run, 'run_id'));
    const meant = word === 'latest' ? ids.slice(0, 1) : ids.filter((id) => id.startsWith(word));
    if (meant.length === 1) return meant[0]!;
    if (meant.length > 1) throw new Failure('NotFound', `${meant.length} recent runs begin with "${word}"; write more of the id`);
    pageToken = textAt(answer, 'next_page_token');
    if (pageToken === '') break;
  }
  if (word === 'latest') throw new Failure('NotFound', 'there are no runs yet; start one with: slipway run FILE');
  throw new Failure('NotFound', `no run${pageToken === '' ? '' : ` of the newest ${PAGE_COUNT_MAX * PAGE_SIZE}`} begins with "${word}"; list them with: slipway get runs`);
}

interface PrintOptions {
  readonly stepName: string | undefined;
  readonly isFollowing: boolean;
  readonly wantedTry: string | undefined;
}

async function printLogs(connection: Connection, runId: string, { stepName, isFollowing, wantedTry }: PrintOptions, terminal: Terminal): Promise<void> {
  const path = `${RUNS}/${encodeURIComponent(runId)}`;
  const run = viewOf(stateOf(await connection.get(`${path}?view=FULL`, { signal: terminal.signal })));
  const steps = stepName === undefined ? run.steps : [findStep(run, stepName)];
  const width = Math.max(0, ...steps.map(({ name }) => name.length));
  for (const step of steps) {
    const prefix = stepName === undefined ? `${step.name.padEnd(width)}  | ` : '';
    const log = `${path}/tasks/${encodeURIComponent(step.id)}/log${isFollowing ? '?follow=true' : wantedTry === undefined ? '' : `?try=${encodeURIComponent(wantedTry)}`}`;
    await printStream(await openLog(connection, log, { isNamed: stepName !== undefined, signal: terminal.signal }), prefix, terminal);
  }
}

/** Among all steps, one that never ran is passed over; who names it is told why it has no log. */
async function openLog(connection: Connection, path: string, { isNamed, signal }: { readonly isNamed: boolean; readonly signal: AbortSignal }): Promise<AsyncIterable<string>> {
  try {
    return await connection.stream(path, { signal });
  } catch (error) {
    if (!isNamed && error instanceof Failure && error.reason === 'NotFound') return (async function* () {})();
    throw error;
  }
}

/** One step's log goes out as it is; several are cleaned, so that one can not draw over another. */
async function printStream(chunks: AsyncIterable<string>, prefix: string, terminal: Terminal): Promise<void> {
  let rest = '';
  for await (const chunk of chunks) {
    if (prefix === '') {
      terminal.out(chunk);
    } else {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) terminal.out(`${prefix}${cleanLine(line)}\n`);
    }
    await terminal.written(); // a reader that is slow holds up the server, not the memory of this process
  }
  if (rest !== '') terminal.out(`${prefix}${cleanLine(rest)}\n`);
}

async function followAll(connection: Connection, runId: string, { clock, signal, out }: Terminal): Promise<void> {
  let width = 0;
  const display = {
    update: (run: RunView) => void (width = Math.max(width, ...run.steps.map(({ name }) => name.length))),
    addLine: (step: StepView, line: string) => out(`${step.name.padEnd(width)}  | ${line}\n`),
    close: () => {},
  };
  await followRun(createRunFeed(connection, runId, clock), display, { clock, signal });
}
