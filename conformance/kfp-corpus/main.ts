// npm run conformance:kfp -- DIR [OPTION …]: runs every pipeline below DIR (or SLIPWAY_CONFORMANCE_DATA) on a fresh installation and prints
// a table: file, expected end, reached end, seconds, sentence. Exit code 1 when one ended otherwise.
//   --only REGEXP       only files whose path below DIR matches
//   --at-once N         runs at a time (3)
//   --deadline SECONDS  for each of them (720: one of the official files sleeps for ten minutes)
//   --keep              leaves the installation's data directory for a look at logs
// Example: npm run conformance:kfp -- ~/pipelines --only 'loop|condition'
import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Installation } from '../../sim/installation.ts';
import { readCount } from '../../tools/read-count.ts';
import { pipelinePackages } from '../pipeline-files.ts';
import { runFile, type Row } from './run-file.ts';
import { isAsExpected, summaryLine, tableLine } from './table.ts';

const AT_ONCE_DEFAULT = 3;
const DEADLINE_SECONDS_DEFAULT = 720;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    'at-once': { type: 'string' },
    deadline: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const atOnce = readCount('--at-once', values['at-once'], AT_ONCE_DEFAULT);
const deadlineMs = 1000 * readCount('--deadline', values.deadline, DEADLINE_SECONDS_DEFAULT);
const directory = positionals[0] ?? process.env['SLIPWAY_CONFORMANCE_DATA'];
if (directory === undefined || statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
  console.log('skipped: give a directory of pipelines as argument or in SLIPWAY_CONFORMANCE_DATA');
  process.exit(0);
}
const only = new RegExp(values.only ?? '');
const paths = pipelinePackages(directory).filter((path) => only.test(relative(directory, path)));
const startedAtMs = Date.now();
const rows = await runAll(directory, paths);
console.log(summaryLine(rows, (Date.now() - startedAtMs) / 1000));
process.exitCode = rows.every(isAsExpected) ? 0 : 1;

/** Prints each row as it comes; the order of the result is that of the files. */
async function runAll(root: string, files: readonly string[]): Promise<readonly Row[]> {
  const installation = new Installation();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void installation.remove().finally(() => process.exit(1)));
  try {
    await installation.start();
    console.log(`verdict | file | expected | reached | seconds | sentence`);
    const rows: Row[] = [];
    const waiting = files.entries();
    const worker = async (): Promise<void> => {
      for (const [index, path] of waiting) {
        rows[index] = await runFile(installation, path, relative(root, path), deadlineMs);
        console.log(tableLine(rows[index]));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return rows;
  } finally {
    if (!values.keep) await installation.remove();
    else await installation.kill('SIGTERM').then(() => console.log(`data directory: ${installation.dataDir}`));
  }
}
