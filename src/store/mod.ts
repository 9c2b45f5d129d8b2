// store: the revisioned object log. One strictly increasing revision over all objects; a write is decided and made inside
// one group commit and answered when durable; the newest state is in memory, frozen and shared; history of at least five
// minutes and ten thousand events lets a watch continue where it stopped, an older revision has expired. Knows keys and
// JSON, no kinds, no namespaces, no HTTP.
export { openStore, type Store, type StoreOptions } from './store.ts';
export type { StoreWatch, WatchBatch } from './store-watch.ts';
export type { StoreChange, StoredObject, StoreEvent, StoreReader, StoreWriter } from './types.ts';
