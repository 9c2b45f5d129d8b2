// Many writes of one reconcile: one first, then ever more at the same time, so that a server that refuses the first is not
// asked a hundred times, and the others share their commits.

const BATCH_COUNT_MAX = 32;

/** In the order of the items. What fails ends it after its batch, with the first failure of that batch. */
export async function inGrowingBatches<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  let size = 1;
  let start = 0;
  while (start < items.length) {
    const underWay = items.slice(start, start + size).map(act);
    await Promise.allSettled(underWay);
    await Promise.all(underWay);
    start += size;
    size = Math.min(size * 2, BATCH_COUNT_MAX);
  }
}
