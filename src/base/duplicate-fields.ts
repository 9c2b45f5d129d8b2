// Finds members that a JSON text names twice in one object; JSON.parse silently takes the last one. Pure.

/** Later ones are not named. */
const DUPLICATE_COUNT_MAX = 100;

interface Level {
  /** Names seen in this object; undefined in a list. */
  readonly names: Set<string> | undefined;
  readonly path: string;
  /** Path of the member or item that is being read. */
  current: string;
  index: number;
}

/** Strings with their colon when they are names, and the brackets and commas between which values stand. */
const TOKEN = /"(?:[^"\\]+|\\.)*"(\s*:)?|[{}[\],]/gs;

/** Paths such as `spec.containers[0].image`; `text` must be valid JSON, and `value` what it says, of a bounded depth. */
export function findDuplicateFields(text: string, value: unknown): readonly string[] {
  return countColons(text) === countMembers(value) ? [] : duplicatesIn(text);
}

/** Every name has a colon after it; those inside of strings have none. */
function countColons(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON) count++;
    else if (code === QUOTE) at = endOfString(text, at);
  }
  return count;
}

const COLON = 0x3a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The place of the closing quote. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countMembers(item), 0);
  let count = 0;
  for (const name in value) count += 1 + countMembers((value as Record<string, unknown>)[name]);
  return count;
}

function duplicatesIn(text: string): readonly string[] {
  const duplicates: string[] = [];
  const levels: Level[] = [];
  for (const [token, colon] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      const path = level?.current ?? '';
      const isList = token === '[';
      levels.push({ names: isList ? undefined : new Set(), path, current: isList ? `${path}[0]` : path, index: 0 });
    } else if (token === '}' || token === ']') {
      levels.pop();
    } else if (token === ',') {
      if (level !== undefined && level.names === undefined) level.current = `${level.path}[${++level.index}]`;
    } else if (colon !== undefined && level?.names !== undefined) {
      const name = JSON.parse(token.slice(0, -colon.length)) as string;
      level.current = level.path === '' ? name : `${level.path}.${name}`;
      if (level.names.has(name) && duplicates.push(level.current) >= DUPLICATE_COUNT_MAX) break;
      level.names.add(name);
    }
  }
  return duplicates;
}
