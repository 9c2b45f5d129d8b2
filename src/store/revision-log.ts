// The log on disk. Each version of an object is written once, as a row of `log`, whose `previous` is the row that it replaced. What
// nobody replaced and is no deletion lives: a write touches one page at the end, however many keys there are.
import type { Database, Transaction } from '../sql/mod.ts';
import { StoredEntry } from './stored-entry.ts';
import type { StoreChange, StoredObject, StoreEvent } from './types.ts';

const MIGRATIONS = [
  `CREATE TABLE log (
     revision INTEGER PRIMARY KEY,
     key TEXT NOT NULL,
     change TEXT NOT NULL,
     previous INTEGER,
     value TEXT NOT NULL
   );
   CREATE TABLE objects (key TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE store_state (compacted_revision INTEGER NOT NULL);
   INSERT INTO store_state (compacted_revision) VALUES (0);`,
  'DROP TABLE objects;',
];

interface LogRow {
  readonly revision: number;
  readonly key: string;
  readonly change: StoreChange;
  readonly value: string;
  readonly previous: number | null;
  readonly previousValue: string | null;
}

export interface LogState {
  readonly revision: number;
  readonly compactedRevision: number;
  readonly entries: readonly StoredObject[];
}

/** Makes the tables when needed and reads everything that lives. */
export function openLog(database: Database): LogState {
  database.migrate('store', MIGRATIONS);
  const compactedRevision = database.get<{ value: number }>('SELECT compacted_revision AS value FROM store_state')!.value;
  const last = database.get<{ value: number | null }>('SELECT max(revision) AS value FROM log')?.value ?? 0;
  const rows = database.all<{ key: string; revision: number; value: string }>(
    `SELECT key, revision, value FROM log
     WHERE change <> 'delete' AND revision NOT IN (SELECT previous FROM log WHERE previous IS NOT NULL) ORDER BY key`,
  );
  return {
    revision: Math.max(last, compactedRevision),
    compactedRevision,
    entries: rows.map((row) => new StoredEntry(row.key, row.revision, row.value)),
  };
}

export function appendEvent(transaction: Transaction, { revision, change, entry, previous }: StoreEvent): void {
  transaction.run(
    'INSERT INTO log (revision, key, change, previous, value) VALUES (?, ?, ?, ?, ?)',
    revision,
    entry.key,
    change,
    previous?.revision ?? null,
    entry.text,
  );
}

/** Events of keys with `prefix` in the revisions (after, upTo], ascending. */
export function readEvents(database: Database, prefix: string, after: number, upTo: number): StoreEvent[] {
  const rows = database.all<LogRow>(
    `SELECT log.revision, log.key, log.change, log.value, log.previous, before.value AS previousValue
     FROM log LEFT JOIN log AS before ON before.revision = log.previous
     WHERE log.revision > ? AND log.revision <= ? AND substr(log.key, 1, ?) = ? ORDER BY log.revision`,
    after,
    upTo,
    prefix.length,
    prefix,
  );
  return rows.map((row) => ({
    revision: row.revision,
    change: row.change,
    entry: new StoredEntry(row.key, row.revision, row.value),
    previous: row.previousValue === null ? undefined : new StoredEntry(row.key, row.previous!, row.previousValue),
  }));
}

/**
 * Forgets the history of the revisions (after, upTo], where `after` is what was compacted before: rows that one of them
 * replaced, and deletions. The newest row of a living key is nobody's `previous`, so it stays.
 */
export function compactRange(transaction: Transaction, after: number, upTo: number): void {
  transaction.run(
    'DELETE FROM log WHERE revision IN (SELECT previous FROM log WHERE revision > ? AND revision <= ? AND previous IS NOT NULL)',
    after,
    upTo,
  );
  transaction.run("DELETE FROM log WHERE revision > ? AND revision <= ? AND change = 'delete'", after, upTo);
  transaction.run('UPDATE store_state SET compacted_revision = ?', upTo);
}
