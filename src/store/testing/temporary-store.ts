// A store over a database in memory or in a temporary directory, for tests.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { silentLog, systemClock, type Clock, type KubeObject } from '../../base/mod.ts';
import { openDatabase, type Database } from '../../sql/mod.ts';
import { openStore, type Store } from '../store.ts';

export interface TemporaryStore {
  readonly store: Store;
  readonly database: Database;
  close(): Promise<void>;
}

interface TemporaryStoreOptions {
  readonly path?: string;
  readonly clock?: Clock;
}

/** Closed after the test. */
export function temporaryStore(context: TestContext, options: TemporaryStoreOptions = {}): Omit<TemporaryStore, 'close'> {
  const { close, ...opened } = openTemporaryStore(options);
  context.after(close);
  return opened;
}

export function openTemporaryStore(options: TemporaryStoreOptions = {}): TemporaryStore {
  const database = openDatabase({ path: options.path ?? ':memory:', log: silentLog, synchronous: 'OFF' });
  const store = openStore({ database, clock: options.clock ?? systemClock, log: silentLog });
  return {
    store,
    database,
    async close() {
      store.close();
      await database.close();
    },
  };
}

export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'slipway-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function thing(name: string, value: number): KubeObject {
  return { apiVersion: 'v1', kind: 'Thing', metadata: { name }, spec: { value } };
}
