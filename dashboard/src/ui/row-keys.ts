// Where a key moves the focus in a list.

const PAGE_ROWS = 12;

/** The row to go to, or undefined when the key means something else. */
export function moveRow(index: number, key: string, rowCount: number): number | undefined {
  const target: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    j: index + 1,
    ArrowUp: index - 1,
    k: index - 1,
    PageDown: index + PAGE_ROWS,
    PageUp: index - PAGE_ROWS,
    Home: 0,
    End: rowCount - 1,
  };
  const wanted = target[key];
  return wanted === undefined ? undefined : Math.max(0, Math.min(rowCount - 1, wanted));
}
