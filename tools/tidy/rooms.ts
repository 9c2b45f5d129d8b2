// The house: which room may import which. This table is the one in docs/ARCHITECTURE.md; change both by an ADR.
import { posix } from 'node:path';
import { isTestCode, lineOf, type Complaint } from './tree.ts';
import type { SyntaxFile } from './syntax.ts';

/** A room imports only rooms with a smaller number. */
export const ROOMS: Readonly<Record<string, number>> = {
  base: 0,
  expr: 1,
  api: 2,
  ir: 2,
  search: 2,
  sql: 2,
  web: 2,
  store: 3,
  records: 3,
  blobs: 3,
  logs: 3,
  server: 4,
  client: 4,
  control: 5,
  controllers: 6,
  engine: 6,
  node: 6,
  gateway: 6,
  facades: 6,
  main: 7,
  cli: 8,
};

/** These live on client, records, blobs and logs, so that they run the same way against a real kube-apiserver. */
const BLIND_ROOMS = ['controllers', 'engine', 'node', 'facades'];
const HIDDEN_FROM_BLIND_ROOMS = ['store', 'server'];

/** The command line and what starts it are one program. */
const LAUNCHER = 'bin/launch.mjs';

export function checkRooms(file: SyntaxFile): Complaint[] {
  const complaints: Complaint[] = [];
  for (const { specifier, offset } of file.imports) {
    const sentence = importTrouble(file.path, specifier);
    if (sentence !== undefined) complaints.push({ path: file.path, line: lineOf(file.text, offset), sentence });
  }
  const room = roomOf(file.path);
  if (room !== undefined && ROOMS[room] === undefined) {
    complaints.push({ path: file.path, sentence: `src/${room} is not a room of the table in tools/tidy/rooms.ts` });
  }
  return complaints;
}

/** What is wrong with this import, or undefined. */
export function importTrouble(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  const from = roomOf(path);
  const to = roomOf(target);
  if (to === undefined) return from === undefined || (from === 'cli' && target === LAUNCHER) ? undefined : `a room must not import ${target}, which is no room`;
  if (from === to) {
    const isOwnDoor = target === `src/${to}/mod.ts` && !isTestCode(path);
    return isOwnDoor ? 'inside a room, import the file itself and not the own door' : undefined;
  }
  const isThroughTestDoor = isTestCode(path) && target.startsWith(`src/${to}/testing/`);
  if (target !== `src/${to}/mod.ts` && !isThroughTestDoor) return `import from the door src/${to}/mod.ts, not from ${target}`;
  return from === undefined ? undefined : directionTrouble(from, to, isTestCode(path));
}

function directionTrouble(from: string, to: string, isTest: boolean): string | undefined {
  const [fromNumber, toNumber] = [ROOMS[from] ?? -1, ROOMS[to] ?? Infinity];
  if (toNumber >= fromNumber) return `${from} (${fromNumber}) must not import ${to} (${toNumber}): only smaller numbers`;
  if (!isTest && BLIND_ROOMS.includes(from) && HIDDEN_FROM_BLIND_ROOMS.includes(to)) {
    return `${from} must not see ${to}: it lives on client, records, blobs and logs`;
  }
  return undefined;
}

/** Name of the room that a path lies in; undefined outside src/. */
export function roomOf(path: string): string | undefined {
  const [first, room, ...rest] = path.split('/');
  return first === 'src' && room !== undefined && rest.length > 0 ? room : undefined;
}
