// Indexes of a Job as a text: `0-3,5`.

export type IndexCount = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly message: string };

/** How many indexes the text names: ascending, each below `completions`, none twice. */
export function countIndexes(text: string, completions: number): IndexCount {
  if (text === '') return { ok: true, value: 0 };
  let [count, last] = [0, -1];
  for (const part of text.split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (match === null) return { ok: false, message: `"${part}" is neither an index nor an interval of indexes` };
    const [first, end] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (match[2] !== undefined && end <= first) return { ok: false, message: `the interval "${part}" does not grow` };
    if (first <= last) return { ok: false, message: `non-increasing order, previous: ${last}, current: ${first}` };
    if (end >= completions) return { ok: false, message: `too large index: "${end}"` };
    count += end - first + 1;
    last = end;
  }
  return { ok: true, value: count };
}
