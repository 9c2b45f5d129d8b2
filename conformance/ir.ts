// Parses every pipeline below a directory and prints what was expected and what came out.
//   node conformance/ir.ts DIR        (or SLIPWAY_CONFORMANCE_DATA=DIR)
// A document below a folder named `invalid` must be refused, every other one that looks like a pipeline accepted.
import { readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { parsePipelineText, type PipelineParse } from '../src/ir/mod.ts';
import { isMeantInvalid, pipelineDocuments } from './pipeline-files.ts';

/** Read by a unit test of the official template code; its own API refuses the name (the form of kfp 1.8). */
const REFUSED_BY_THE_API: ReadonlySet<string> = new Set(['backend/src/apiserver/template/testdata/hello_world.yaml']);

const directory = process.argv[2] ?? process.env['SLIPWAY_CONFORMANCE_DATA'];
if (directory === undefined || statSync(directory, { throwIfNoEntry: false }) === undefined) {
  console.log('skipped: give a directory of pipelines as argument or in SLIPWAY_CONFORMANCE_DATA');
  process.exit(0);
}

const rows = pipelineDocuments(directory).map((path) => judge(relative(directory, path), readFileSync(path, 'utf8')));
const wrong = rows.filter((row) => row.expected !== row.reached);
for (const row of rows) console.log(`${row.reached === row.expected ? 'ok  ' : 'FAIL'} ${row.expected.padEnd(8)} ${row.reached.padEnd(8)} ${row.file}${row.note}`);
console.log(`${rows.length - wrong.length} passed, ${wrong.length} failed, 0 skipped`);
process.exitCode = wrong.length === 0 ? 0 : 1;

interface Row {
  readonly file: string;
  readonly expected: 'accepted' | 'refused';
  readonly reached: 'accepted' | 'refused';
  readonly note: string;
}

function judge(file: string, text: string): Row {
  const parse = parsePipelineText(text);
  return {
    file,
    expected: isMeantInvalid(file) || REFUSED_BY_THE_API.has(file) ? 'refused' : 'accepted',
    reached: parse.ok ? 'accepted' : 'refused',
    note: parse.ok ? '' : `  ${describe(parse)}`,
  };
}

function describe(parse: PipelineParse & { ok: false }): string {
  return parse.errors.map((error) => `${error.field || '(document)'}: ${error.message}`).join(' | ');
}
