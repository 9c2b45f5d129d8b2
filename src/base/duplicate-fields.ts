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

/** Paths such as `spec.containers[0].image`; `text` must be valid JSON. */
export function findDuplicateFields(text: string): readonly string[] {
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
