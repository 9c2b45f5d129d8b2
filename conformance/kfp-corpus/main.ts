// npm run conformance:kfp -- DIR [--only REGEXP] [--at-once N] [--deadline SECONDS] [--keep]
// Runs every pipeline below DIR (or SLIPWAY_CONFORMANCE_DATA) on a fresh installation and prints a table: file, expected end,
// reached end, seconds, sentence. --keep leaves the installation's data directory for a look at logs.
import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Installation } from '../../sim/installation.ts';
import { pipelinePackages } from '../pipeline-files.ts';
import { runFile, type Row } from './run-file.ts';
import { isAsExpected, summaryLine, tableLine } from './table.ts';

const AT_ONCE_DEFAULT = 3;
/** One of the official files sleeps for ten minutes. */
const DEADLINE_SECONDS_DEFAULT = 720;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    'at-once': { type: 'string', default: String(AT_ONCE_DEFAULT) },
    deadline: { type: 'string', default: String(DEADLINE_SECONDS_DEFAULT) },
    keep: { type: 'boolean', default: false },
  },
});
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
        rows[index] = await runFile(installation, path, relative(root, path), Number(values.deadline) * 1000);
        console.log(tableLine(rows[index]));
      }
    };
    await Promise.all(Array.from({ length: Number(values['at-once']) }, worker));
    return rows;
  } finally {
    if (!values.keep) await installation.remove();
    else await installation.kill('SIGTERM').then(() => console.log(`data directory: ${installation.dataDir}`));
  }
}
