// A list as it stood at an earlier revision: the current list with the later events undone. Pure.
import type { StoredObject, StoreEvent } from './types.ts';

/** `current` ascending by key, `later` all events after the wanted revision, ascending. */
export function stateAt(prefix: string, current: readonly StoredObject[], later: readonly StoreEvent[]): StoredObject[] {
  const before = new Map<string, StoredObject | undefined>();
  for (const { entry, previous } of later) {
    if (entry.key.startsWith(prefix) && !before.has(entry.key)) before.set(entry.key, previous);
  }
  if (before.size === 0) return [...current];
  const entries = current.filter((entry) => !before.has(entry.key));
  for (const entry of before.values()) if (entry !== undefined) entries.push(entry);
  return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
}
