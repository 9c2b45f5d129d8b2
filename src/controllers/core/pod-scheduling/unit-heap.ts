// A heap of units by rank: what thousands that wait cost is spread over a pass, which takes them one after the other, where a sort
// would be one long step.

export interface Ranked<T> {
  readonly value: T;
  readonly priority: number;
  readonly createdMs: number;
  readonly name: string;
}

export class UnitHeap<T> {
  readonly #items: Ranked<T>[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(item: Ranked<T>): void {
    const items = this.#items;
    let at = items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isFirst(item, items[above]!)) break;
      items[at] = items[above]!;
      at = above;
    }
    items[at] = item;
  }

  /** The first of all; undefined when there is none. */
  pop(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined) return undefined;
    if (items.length > 0) this.#sink(last);
    return first.value;
  }

  #sink(item: Ranked<T>): void {
    const items = this.#items;
    let at = 0;
    for (let below = 1; below < items.length; below = 2 * at + 1) {
      const least = below + 1 < items.length && isFirst(items[below + 1]!, items[below]!) ? below + 1 : below;
      if (!isFirst(items[least]!, item)) break;
      items[at] = items[least]!;
      at = least;
    }
    items[at] = item;
  }
}

/** Higher priority, then older, then by name. */
function isFirst(a: Ranked<unknown>, b: Ranked<unknown>): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.createdMs === b.createdMs ? a.name < b.name : a.createdMs < b.createdMs;
}
