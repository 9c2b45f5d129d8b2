// slipway run
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { Failure, type JsonObject } from '../../base/mod.ts';
import { ensureKfpSdk } from '../../main/mod.ts';
import { EXIT, usageFailure, type Command, type CommandInput } from '../command.ts';
import { followToEnd, linkTo } from '../follow-to-end.ts';
import { cleanLine } from '../format.ts';
import { runPython } from '../python.ts';
import { readRecurrence } from '../recurrence.ts';
import { createRunRequest } from '../run-request.ts';
import type { Connection } from '../server/connection.ts';
import { connect, SERVER_OPTIONS } from '../server/locate.ts';
import { objectsAt, textAt, timeAt } from '../server/wire.ts';
import type { Terminal } from '../terminal.ts';

/** What the `kfp` command of the SDK does; as a program text, since not every version can be started with -m. */
const KFP_COMMAND = 'import sys; from kfp.cli.__main__ import main; sys.exit(main())';
const EXPERIMENTS = '/apis/v2beta1/experiments';

export const runCommand: Command = {
  name: 'run',
  operands: 'FILE',
  operandCount: { min: 1, max: 1 },
  summary: 'Run a pipeline: a compiled one (.yaml, .json) or its Python file.',
  details: 'A Python file is compiled with the official kfp SDK, in an environment of Slipway’s own.\nWith --follow the exit code is 0 when the run succeeded, 1 when it did not.\nWith --every or --cron a recurring run is made, whose runs are NAME-1, NAME-2 and so on.',
  options: [
    { name: 'parameter', short: 'p', value: 'NAME=VALUE', isRepeatable: true, sentence: 'A parameter of the pipeline; lists and dicts as JSON.' },
    { name: 'follow', short: 'f', sentence: 'Show steps and logs until the run has ended.' },
    { name: 'name', value: 'NAME', sentence: 'Name of the run; default: the pipeline’s name and the time, for a recurring run its name alone.' },
    { name: 'experiment', value: 'NAME', sentence: 'Experiment that the run belongs to; made when there is none of this name.' },
    { name: 'function', value: 'NAME', sentence: 'Which pipeline of a Python file with several.' },
    { name: 'every', value: 'TIME', sentence: 'Run it again and again, for example every 30m, 1h30m or 1d.' },
    { name: 'cron', value: 'SCHEDULE', sentence: 'The same by second, minute, hour, day of month, month and day of week, in UTC.' },
    { name: 'max-concurrency', value: 'N', sentence: 'The next run waits while N of a recurring run go on, up to 10 (default 1).' },
    { name: 'no-catchup', sentence: 'Of the runs that were missed while Slipway was down only the last one is made.' },
    ...SERVER_OPTIONS,
  ],
  examples: [
    ['slipway run examples/iris/pipeline.py --follow', 'Compile, run and watch.'],
    ['slipway run iris.yaml -p trees=200 -p accuracy_threshold=0.8', 'Submit a compiled pipeline and print the link to the run.'],
    ["slipway run sweep.yaml -p 'rates=[0.1, 0.01]' --experiment sweeps", 'A list as JSON, in an experiment.'],
    ["slipway run train.py --cron '0 30 2 * * *' --name nightly", 'Each night at half past two (UTC): nightly-1, nightly-2 and so on.'],
  ],
  async run(input, terminal) {
    const recurrence = recurrenceOf(input);
    const connection = connect(input, terminal);
    const text = await readPipeline(input, terminal);
    const experiment = input.text('experiment');
    const body = createRunRequest({
      text,
      source: basename(input.operands[0]!),
      parameters: input.texts('parameter'),
      runName: input.text('name'),
      experimentId: experiment === undefined ? undefined : await ensureExperiment(connection, experiment, terminal.signal),
      recurrence,
      now: new Date(terminal.clock.now()),
    });
    if (recurrence !== undefined) return createRecurringRun(connection, body, terminal);
    const run = await connection.post('/apis/v2beta1/runs', body, { signal: terminal.signal });
    const runId = textAt(run, 'run_id');
    terminal.out(`${linkTo(connection, runId)}\n`);
    return input.has('follow') ? followToEnd(connection, runId, terminal) : EXIT.success;
  },
};

function recurrenceOf(input: CommandInput): JsonObject | undefined {
  const recurrence = readRecurrence({ every: input.text('every'), cron: input.text('cron'), maxConcurrency: input.text('max-concurrency'), isWithoutCatchup: input.has('no-catchup') });
  if (recurrence !== undefined && input.has('follow')) throw usageFailure(runCommand, '--follow is for a run; those of a recurring run come later: slipway get runs');
  return recurrence;
}

async function createRecurringRun(connection: Connection, body: JsonObject, terminal: Terminal): Promise<number> {
  const made = await connection.post('/apis/v2beta1/recurringruns', body, { signal: terminal.signal });
  const nextMs = timeAt(made, 'next_run_at');
  const next = nextMs === undefined ? 'its schedule has no time to come' : `next run ${new Date(nextMs).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'long' })}`;
  terminal.out(`${cleanLine(textAt(made, 'display_name'))}: ${next}\n${connection.url}/#/recurringrun/details/${encodeURIComponent(textAt(made, 'recurring_run_id'))}\n`);
  return EXIT.success;
}

/** Text of the compiled pipeline. */
async function readPipeline(input: CommandInput, terminal: Terminal): Promise<string> {
  const [file = ''] = input.operands;
  const isPython = extname(file) === '.py';
  if (!isPython && !['.yaml', '.yml', '.json'].includes(extname(file))) {
    throw usageFailure(runCommand, `${file} must end in .yaml, .json (compiled) or .py`);
  }
  if (!isPython && input.text('function') !== undefined) throw usageFailure(runCommand, '--function is for Python files');
  const text = readText(file);
  return isPython ? compile(resolve(file), input, terminal) : text;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure('FileNotReadable', `${file} can not be read; check its name`, { cause: error });
  }
}

async function compile(file: string, input: CommandInput, terminal: Terminal): Promise<string> {
  const { python } = await ensureKfpSdk({ onProgress: (sentence) => terminal.err(`${sentence}\n`), signal: terminal.signal });
  const folder = mkdtempSync(join(tmpdir(), 'slipway-compile-'));
  try {
    const output = join(folder, 'pipeline.yaml');
    const chosen = input.text('function');
    const compiler = ['-c', KFP_COMMAND, 'dsl', 'compile', '--py', file, '--output', output, ...(chosen === undefined ? [] : ['--function', chosen])];
    const purpose = `${basename(file)} could not be compiled`;
    await runPython(compiler, { python, purpose, environment: terminal.environment, signal: terminal.signal });
    return readText(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ensureExperiment(connection: Connection, name: string, signal: AbortSignal): Promise<string> {
  const filter = JSON.stringify({ predicates: [{ operation: 'EQUALS', key: 'display_name', string_value: name }] });
  const found = await connection.get(`${EXPERIMENTS}?filter=${encodeURIComponent(filter)}`, { signal });
  const existing = objectsAt(found, 'experiments')[0];
  return textAt(existing ?? (await connection.post(EXPERIMENTS, { display_name: name }, { signal })), 'experiment_id');
}
