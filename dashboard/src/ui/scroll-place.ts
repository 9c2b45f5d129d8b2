// Where a list was scrolled to, for each entry of the browser's history: who comes back with its button finds his place again. In
// browsers that do not tell entries apart, lists begin at their top.
import { useCallback, useState } from 'react';

const PLACE_COUNT_MAX = 200;
const places = new Map<string, number>();

export interface ScrollPlace {
  readonly initialOffset: number;
  /** Told at every scroll. */
  readonly remember: (offset: number) => void;
}

export function useScrollPlace(list: string): ScrollPlace {
  const [initialOffset] = useState(() => places.get(placeOf(list)) ?? 0);
  const remember = useCallback(
    (offset: number) => {
      const place = placeOf(list);
      places.delete(place);
      places.set(place, offset);
      if (places.size > PLACE_COUNT_MAX) places.delete(places.keys().next().value!);
    },
    [list],
  );
  return { initialOffset, remember };
}

/** Part of the Navigation API (HTML, 7.2.6), which not every browser has. */
interface NavigationEntries {
  readonly navigation?: { readonly currentEntry: { readonly key: string } | null };
}

/** The key of an entry stays the same when its address is replaced. Without one, no two places are the same. */
function placeOf(list: string): string {
  const key = (globalThis as NavigationEntries).navigation?.currentEntry?.key ?? crypto.getRandomValues(new Uint32Array(2)).join('.');
  return `${key} ${list}`;
}
