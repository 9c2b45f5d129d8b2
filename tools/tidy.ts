// `npm run tidy`: holds the house in order (tools/tidy/*.ts are the rules). `npm run tidy -- --write-doors` records the
// names that the rooms export.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkTree, parseAll } from './tidy/check.ts';
import { describeDoors, DOORS_PATH } from './tidy/doors.ts';
import { readTree } from './tidy/tree.ts';

const root = dirname(import.meta.dirname);
if (process.argv.includes('--write-doors')) {
  writeFileSync(join(root, DOORS_PATH), describeDoors(parseAll(readTree(root)).parsed));
}
const files = readTree(root);
const complaints = checkTree(files);
for (const { path, line, sentence } of complaints) console.log(`${path}${line === undefined ? '' : `:${line}`}: ${sentence}`);
console.log(complaints.length === 0 ? `tidy: ${files.length} files in order` : `tidy: ${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;
