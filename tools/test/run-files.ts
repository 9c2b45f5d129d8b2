// Runs test files, each in a process of its own with a deadline, and feeds the report. (node:test's own runner would wait
// forever for a file that leaves something open, or, told to force its exit, lose records of tests.)
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPLETE, type TestRecord } from './record-reporter.ts';
import type { Report } from './report.ts';

export interface RunFilesOptions {
  readonly root: string;
  /** Files at a time. */
  readonly concurrency: number;
  /** Longest time of one test. */
  readonly testTimeoutMs: number;
  /** Longest time of one file; then its whole process group is killed. */
  readonly fileTimeoutMs: number;
}

interface ProcessEnd {
  readonly output: string;
  readonly end: string;
  readonly isGood: boolean;
}

const REPORTER = join(import.meta.dirname, 'record-reporter.ts');
/** Output of one file that is kept to be shown when the file fails. */
const OUTPUT_CHARS_MAX = 64 * 1024;
/** Time that output may still take after the process has ended. */
const PIPE_GRACE_MS = 2_000;

/** Resolves when every file has ended. Failures are in the report, never thrown. */
export async function runFiles(files: readonly string[], report: Report, options: RunFilesOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  const waiting = [...files];
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await runFile(file, join(folder, file.replaceAll('/', '_')), report, options);
  };
  try {
    await Promise.all(Array.from({ length: options.concurrency }, work));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runFile(file: string, recordsPath: string, report: Report, options: RunFilesOptions): Promise<void> {
  const startedAtMs = Date.now();
  const { output, end, isGood } = await runProcess(file, recordsPath, options);
  const { records, isComplete } = readRecords(recordsPath);
  const hasFailure = records.some(({ outcome }) => outcome === 'failed');
  const shown = output.trim() === '' ? '' : `\noutput of the file:\n${output.trimEnd()}`;
  for (const record of records) report.add({ file, ...record, ...(record.outcome === 'failed' ? { details: `${record.details}${shown}` } : {}) });
  if (!isComplete || (!isGood && !hasFailure)) {
    report.add({ file, name: 'the file itself', durationMs: 0, outcome: 'failed', details: `${end}${shown}` });
  }
  report.endFile(file, Date.now() - startedAtMs);
}

function runProcess(file: string, recordsPath: string, { root, testTimeoutMs, fileTimeoutMs }: RunFilesOptions): Promise<ProcessEnd> {
  const nodeArguments = [`--test-reporter=${REPORTER}`, `--test-reporter-destination=${recordsPath}`, `--test-timeout=${testTimeoutMs}`, file];
  return new Promise((resolve) => {
    // Servers that a test starts check what they share as the test itself does (base/json.ts).
    const env = { ...process.env, SLIPWAY_TEST: '1' };
    const child = spawn(process.execPath, nodeArguments, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    let end = '';
    const keep = (text: string) => (output = (output + text).slice(-OUTPUT_CHARS_MAX));
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const deadline = setTimeout(() => {
      end = `did not end within ${fileTimeoutMs / 1000} s: something that it started is still open`;
      killGroup(child.pid);
    }, fileTimeoutMs);
    child.on('error', (error) => (end = error.message));
    child.on('exit', (code, signal) => {
      clearTimeout(deadline);
      end ||= signal === null ? `ended with exit code ${code} before its tests had` : `was ended by ${signal}`;
      killGroup(child.pid);
      // A process that left the group may hold the pipes still.
      setTimeout(() => [child.stdout, child.stderr].forEach((pipe) => pipe.destroy()), PIPE_GRACE_MS).unref();
    });
    child.on('close', (code) => resolve({ output, end, isGood: code === 0 }));
  });
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: nothing was left.
  }
}

function readRecords(path: string): { records: TestRecord[]; isComplete: boolean } {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // The process ended before it opened the file: no records.
  }
  const lines = text.split('\n').filter((line) => line !== '');
  const isComplete = lines.at(-1) === COMPLETE;
  return { records: lines.filter((line) => line !== COMPLETE).map((line) => JSON.parse(line) as TestRecord), isComplete };
}
