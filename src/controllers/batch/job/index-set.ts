// A set of completion indexes and its text in a status: `0-3,5`.

/** Those below `count`. */
export function parseIndexes(text: string, count = Number.POSITIVE_INFINITY): Set<number> {
  const indexes = new Set<number>();
  for (const part of text.split(',').filter((piece) => piece !== '')) {
    const [first, last = first] = part.split('-').map(Number);
    for (let index = first!; index <= last! && index < count; index++) indexes.add(index);
  }
  return indexes;
}

/** Two neighbours stay apart (`0,1`), three or more become an interval, as upstream writes it. */
export function formatIndexes(indexes: Iterable<number>): string {
  const runs: [number, number][] = [];
  for (const index of [...indexes].toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`)).join(',');
}
