// Order of a merged list: items that the patch knows come in the patch's order, the others in the order they had; where an
// item of either sort once stood before an item of the other, it still does.
import { isJsonObject, type Json } from '../../base/mod.ts';

/** `patchOrder` and `oldOrder` hold items, or objects with at least the merge key. Items must be unique by it. */
export function orderList(items: readonly Json[], patchOrder: readonly Json[], oldOrder: readonly Json[], key: string | undefined): readonly Json[] {
  const identity = (item: Json) => JSON.stringify(key !== undefined && isJsonObject(item) ? item[key] : item);
  const inPatch = positions(patchOrder, identity);
  const inOld = positions(oldOrder, identity);
  const isPatched = (item: Json) => inPatch.has(identity(item));
  const byPosition = (position: ReadonlyMap<string, number>) => (a: Json, b: Json) =>
    (position.get(identity(a)) ?? Infinity) - (position.get(identity(b)) ?? Infinity) || 0;
  const patched = items.filter(isPatched).sort(byPosition(inPatch));
  const others = items.filter((item) => !isPatched(item)).sort(byPosition(inOld));
  return interleave(others, patched, (other, patchedItem) => {
    const [left, right] = [inOld.get(identity(other)), inOld.get(identity(patchedItem))];
    return left !== undefined && right !== undefined && left < right;
  });
}

function positions(items: readonly Json[], identity: (item: Json) => string): ReadonlyMap<string, number> {
  return new Map(items.map((item, index) => [identity(item), index]));
}

/** Takes from `left` while its head comes before that of `right`, else from `right`; then what is left over. */
function interleave(left: readonly Json[], right: readonly Json[], isBefore: (left: Json, right: Json) => boolean): readonly Json[] {
  const merged: Json[] = [];
  let leftIndex = 0;
  for (const item of right) {
    while (leftIndex < left.length && isBefore(left[leftIndex]!, item)) merged.push(left[leftIndex++]!);
    merged.push(item);
  }
  return [...merged, ...left.slice(leftIndex)];
}
