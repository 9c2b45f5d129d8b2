// Runs test files with node:test, each in a process of its own, and feeds the report.
import { relative } from 'node:path';
import { run, type EventData } from 'node:test';
import { describeFailure, type Report } from './report.ts';

/** Output of one file that is kept to be shown when the file fails. */
const OUTPUT_CHARS_MAX = 64 * 1024;

export interface RunFilesOptions {
  readonly root: string;
  readonly concurrency: number;
  /** Longest time of one test. */
  readonly timeoutMs: number;
}

/** Resolves when every file has ended. Failures are in the report, never thrown. */
export async function runFiles(files: readonly string[], report: Report, options: RunFilesOptions): Promise<void> {
  if (files.length === 0) return;
  const { root, concurrency, timeoutMs } = options;
  const output = new Map<string, string>();
  const suitePath: string[] = [];
  const nameOf = (file: string) => relative(root, file);
  const keepOutput = ({ file, message }: EventData.TestStdout | EventData.TestStderr) => {
    if (file !== undefined) output.set(file, ((output.get(file) ?? '') + message).slice(-OUTPUT_CHARS_MAX));
  };
  const paths = files.map((file) => `${root}/${file}`);
  // forceExit: a handle that a test forgot must not keep the whole run from ending.
  const stream = run({ files: paths, cwd: root, concurrency, timeout: timeoutMs, forceExit: true });
  stream.on('test:stdout', keepOutput);
  stream.on('test:stderr', keepOutput);
  stream.on('test:start', ({ nesting, name }) => {
    suitePath.length = nesting;
    suitePath.push(name);
  });
  stream.on('test:pass', (event) => addOutcome(report, event, nameOf(event.file ?? ''), suitePath));
  stream.on('test:fail', (event) => {
    const shown = output.get(event.file ?? '') ?? '';
    addFailure(report, event, nameOf(event.file ?? ''), suitePath, shown);
    output.delete(event.file ?? '');
  });
  stream.on('test:summary', ({ file, duration_ms: durationMs }) => {
    if (file !== undefined) report.endFile(nameOf(file), durationMs);
  });
  // The stream is an async iterable; reading it to its end drives the run.
  for await (const _ of stream);
}

function addOutcome(report: Report, event: EventData.TestPass, file: string, suitePath: readonly string[]): void {
  if (event.details.type === 'suite') return;
  const name = pathName(suitePath, event.nesting, event.name);
  const skipped = event.skip ?? event.todo;
  const durationMs = event.details.duration_ms;
  if (skipped === undefined || skipped === false) report.add({ file, name, durationMs, outcome: 'passed' });
  else report.add({ file, name, durationMs, outcome: 'skipped', ...(typeof skipped === 'string' ? { details: skipped } : {}) });
}

function addFailure(report: Report, event: EventData.TestFail, file: string, suitePath: readonly string[], output: string): void {
  const { error, type, duration_ms: durationMs } = event.details;
  // A suite, or a parent test, fails because something in it failed, which was reported already.
  if (type === 'suite' && failureTypeOf(error) === 'subtestsFailed') return;
  const details = describeFailure(error) + (output === '' ? '' : `\noutput of the file so far:\n${output.trimEnd()}`);
  report.add({ file, name: pathName(suitePath, event.nesting, event.name), durationMs, outcome: 'failed', details });
}

function pathName(suitePath: readonly string[], nesting: number, name: string): string {
  if (name.startsWith('/')) return 'the file itself'; // node:test names a file that ended without a report by its path
  return [...suitePath.slice(0, nesting), name].join(' › ');
}

function failureTypeOf(error: Error): unknown {
  return 'failureType' in error ? error.failureType : undefined;
}
