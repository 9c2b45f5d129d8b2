// All rules of tidy over a tree of files. Pure: the caller reads the tree.
import { checkDoors, checkDoorsText, DOORS_PATH } from './doors.ts';
import { checkLockFile } from './lock.ts';
import { checkRooms } from './rooms.ts';
import { checkGlobals, checkNames, checkRatchet, checkSizes, type Ratchet } from './source.ts';
import { readSyntax, type SyntaxFile } from './syntax.ts';
import { checkMarkdown, checkText } from './text.ts';
import { isTypeScript, type Complaint, type TreeFile } from './tree.ts';

const RATCHET_PATH = 'tools/tidy/ratchet.json';

export function checkTree(files: readonly TreeFile[]): readonly Complaint[] {
  const paths = new Set(files.map(({ path }) => path));
  const { parsed, complaints } = parseAll(files);
  const ratchet = JSON.parse(files.find(({ path }) => path === RATCHET_PATH)?.text ?? '{}') as Ratchet;
  for (const file of files) {
    complaints.push(...checkText(file), ...checkLockFile(file), ...checkMarkdown(file, paths), ...checkNames(file));
  }
  for (const file of parsed) complaints.push(...checkRooms(file), ...checkGlobals(file), ...checkSizes(file, ratchet));
  complaints.push(...checkRatchet(ratchet, parsed), ...checkDoors(parsed));
  complaints.push(...checkDoorsText(parsed, files.find(({ path }) => path === DOORS_PATH)?.text));
  return complaints;
}

/** TypeScript files with their syntax, and a complaint for each that does not parse. */
export function parseAll(files: readonly TreeFile[]): { parsed: SyntaxFile[]; complaints: Complaint[] } {
  const parsed: SyntaxFile[] = [];
  const complaints: Complaint[] = [];
  for (const file of files.filter(isTypeScript)) {
    try {
      parsed.push(readSyntax(file));
    } catch (error) {
      complaints.push({ path: file.path, sentence: error instanceof Error ? error.message : String(error) });
    }
  }
  return { parsed, complaints };
}
