// Rules for one source file: names, sizes with a ratchet, and where time, randomness, the environment and the console may be
// touched. STYLE numbers: files up to 400 lines, functions up to 70.
import { isGenerated, isTestCode, lineOf, type Complaint, type TreeFile } from './tree.ts';
import type { SyntaxFile } from './syntax.ts';

export const FILE_LINES_MAX = 400;
export const FUNCTION_LINES_MAX = 70;

/** Old offenders with their size: `path` or `path#function` → lines. Sizes may only fall; a cured entry must go. */
export type Ratchet = Readonly<Record<string, number>>;

const SHAPELESS_NAMES = /(^|\/)(utils|util|helpers|helper|misc|common|index)\.tsx?$/;
/** Outside these, time, randomness and the environment come in as ports. */
const RAW_PLACES = ['src/base/', 'src/main/', 'src/cli/main.ts', 'dashboard/', 'tools/', 'bench/'];
const CONSOLE_PLACES = ['src/cli/', 'dashboard/', 'tools/', 'bench/'];

export function checkNames(file: TreeFile): Complaint[] {
  if (!SHAPELESS_NAMES.test(file.path)) return [];
  return [{ path: file.path, sentence: 'a file is one noun: name it after what it holds' }];
}

export function checkGlobals(file: SyntaxFile): Complaint[] {
  const complaints: Complaint[] = [];
  for (const { name, offset } of file.globalUses) {
    const places = name === 'console' ? CONSOLE_PLACES : RAW_PLACES;
    if (isTestCode(file.path) || places.some((place) => file.path.startsWith(place))) continue;
    const sentence =
      name === 'console' ? 'console belongs to cli and tools: log through the Log port' : `${name} is raw: take a Clock, Rng or option instead`;
    complaints.push({ path: file.path, line: lineOf(file.text, offset), sentence });
  }
  return complaints;
}

export function checkSizes(file: SyntaxFile, ratchet: Ratchet): Complaint[] {
  if (isGenerated(file.path)) return [];
  const lineCount = file.text.split('\n').length - 1;
  const complaints = sizeComplaints(file.path, undefined, 'file', lineCount, ratchet[file.path], FILE_LINES_MAX);
  const longest = new Map<string, { lineCount: number; line: number }>();
  for (const { name, lineCount: functionLines, offset } of file.functions) {
    if (functionLines <= (longest.get(name)?.lineCount ?? 0)) continue;
    longest.set(name, { lineCount: functionLines, line: lineOf(file.text, offset) });
  }
  for (const [name, place] of longest) {
    const allowed = ratchet[`${file.path}#${name}`];
    complaints.push(...sizeComplaints(file.path, place.line, `function ${name}`, place.lineCount, allowed, FUNCTION_LINES_MAX));
  }
  return complaints;
}

function sizeComplaints(path: string, line: number | undefined, what: string, size: number, allowed: number | undefined, limit: number): Complaint[] {
  const place = line === undefined ? { path } : { path, line };
  if (allowed === undefined) return size > limit ? [{ ...place, sentence: `${what} has ${size} lines; at most ${limit}` }] : [];
  if (size > allowed) return [{ ...place, sentence: `${what} grew from ${allowed} to ${size} lines; the ratchet only lets it shrink` }];
  if (size <= limit) return [{ ...place, sentence: `${what} fits now: take its entry out of tools/tidy/ratchet.json` }];
  if (size < allowed) return [{ ...place, sentence: `${what} shrank to ${size} lines: lower its entry in tools/tidy/ratchet.json` }];
  return [];
}

/** Entries of the ratchet that point at nothing. */
export function checkRatchet(ratchet: Ratchet, files: readonly SyntaxFile[]): Complaint[] {
  const known = new Set(files.flatMap((file) => [file.path, ...file.functions.map(({ name }) => `${file.path}#${name}`)]));
  const stale = Object.keys(ratchet).filter((key) => !known.has(key));
  return stale.map((key) => ({ path: 'tools/tidy/ratchet.json', sentence: `${key} does not exist any more: take it out` }));
}
