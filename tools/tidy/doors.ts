// The doors: every room has a mod.ts that opens with a comment and exports names one by one. The names are kept in
// docs/reference/doors.txt, so that a change of a public surface shows in the diff.
import { ROOMS, roomOf } from './rooms.ts';
import type { Complaint } from './tree.ts';
import type { SyntaxFile } from './syntax.ts';

export const DOORS_PATH = 'docs/reference/doors.txt';
const HEADER = `# What each room exports (src/<room>/mod.ts). Written by: npm run tidy -- --write-doors\n`;
/** Comment lines that open a door. */
const COMMENT_LINES = { min: 2, max: 20 };

export function checkDoors(files: readonly SyntaxFile[]): Complaint[] {
  const rooms = new Set(files.map((file) => roomOf(file.path)).filter((room) => room !== undefined));
  const complaints: Complaint[] = [];
  for (const room of rooms) {
    const door = files.find((file) => file.path === `src/${room}/mod.ts`);
    if (door !== undefined) complaints.push(...checkDoor(door));
    else if (room !== 'cli') /* nobody imports it */ complaints.push({ path: `src/${room}/mod.ts`, sentence: 'every room has a door' });
  }
  return complaints;
}

function checkDoor(door: SyntaxFile): Complaint[] {
  const complaints: Complaint[] = [];
  const commentLines = door.text.split('\n').findIndex((line) => !line.startsWith('//'));
  if (commentLines < COMMENT_LINES.min || commentLines > COMMENT_LINES.max) {
    const sentence = `opens with ${commentLines} comment lines; ${COMMENT_LINES.min} to ${COMMENT_LINES.max} say what the room is for, what it promises, what it must not know`;
    complaints.push({ path: door.path, line: 1, sentence });
  }
  for (const { name } of door.exports) {
    if (name === '*' || name === 'default') complaints.push({ path: door.path, sentence: `export ${name}: a door names each export` });
  }
  return complaints;
}

/** The text that doors.txt should have. */
export function describeDoors(files: readonly SyntaxFile[]): string {
  const doors = files.filter((file) => file.path === `src/${roomOf(file.path)}/mod.ts`);
  const sorted = doors.toSorted((a, b) => roomNumber(a) - roomNumber(b) || (a.path < b.path ? -1 : 1));
  const blocks = sorted.map((door) => {
    const names = door.exports.map(({ name, isType }) => (isType ? `type ${name}` : name));
    const lines = names.toSorted().map((name) => `  ${name}\n`);
    return `\n${roomOf(door.path)} ${roomNumber(door)}\n${lines.join('')}`;
  });
  return HEADER + blocks.join('');
}

export function checkDoorsText(files: readonly SyntaxFile[], text: string | undefined): Complaint[] {
  const wanted = describeDoors(files);
  if (text === wanted) return [];
  const [have, want] = [(text ?? '').split('\n'), wanted.split('\n')];
  const line = want.findIndex((value, index) => value !== have[index]);
  const sentence = `is not what the doors export (first difference: "${want[line] ?? have[want.length]}"); if meant: npm run tidy -- --write-doors`;
  return [{ path: DOORS_PATH, line: line < 0 ? want.length : line + 1, sentence }];
}

function roomNumber(door: SyntaxFile): number {
  return ROOMS[roomOf(door.path) ?? ''] ?? Infinity;
}
