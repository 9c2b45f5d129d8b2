// One SQLite file, one writer, group commit: the writes of one turn of the event loop share a transaction and a sync.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { assert, crashPoint, Failure, type Log } from '../base/mod.ts';

export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Statements inside a write. Valid only during the synchronous call that received it. */
export interface Transaction {
  run(sql: string, ...values: SqlValue[]): { changes: number };
  get<Row = SqlRow>(sql: string, ...values: SqlValue[]): Row | undefined;
  all<Row = SqlRow>(sql: string, ...values: SqlValue[]): Row[];
  /** Called after the commit is durable and before the writers' promises resolve, in order. Must not throw. */
  afterCommit(callback: () => void): void;
}

export interface Database {
  /**
   * Runs `work` in the next group commit and resolves with its result when it is durable. A `work` that throws rolls back
   * only its own statements. Fails with reason `StorageFull`, `StorageReadOnly` or `StorageFailed` when the commit did
   * not happen; then nothing of the whole group was written. `work` must be synchronous.
   */
  write<T>(work: (transaction: Transaction) => T): Promise<T>;
  /** Reads committed state, synchronously. */
  get<Row = SqlRow>(sql: string, ...values: SqlValue[]): Row | undefined;
  all<Row = SqlRow>(sql: string, ...values: SqlValue[]): Row[];
  /** Applies a room's migrations once each, in order, all in one transaction. Call before the first write. */
  migrate(room: string, migrations: readonly string[]): void;
  /** Commits what is queued, checkpoints, closes. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** `:memory:` for tests. */
  readonly path: string;
  readonly log: Log;
  /** FULL (default) syncs each commit; OFF is for tests of other things. */
  readonly synchronous?: 'FULL' | 'OFF';
}

interface PendingWrite {
  readonly work: (transaction: Transaction) => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Prepared statements kept; the texts are constants of the rooms, so the cache is bounded by the code. */
const STATEMENT_COUNT_MAX = 500;
/** A checkpoint is started when the write-ahead log is larger than this. */
const WAL_SIZE_BYTES_MAX = 8 * 1024 * 1024;
/** The size of the write-ahead log is looked at once in this many commits. */
const COMMITS_BETWEEN_WAL_CHECKS = 200;

export function openDatabase(options: DatabaseOptions): Database {
  return new SqliteDatabase(options);
}

class SqliteDatabase implements Database {
  readonly #path: string;
  readonly #log: Log;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #pending: PendingWrite[] = [];
  #isScheduled = false;
  #isClosed = false;
  #commitCount = 0;
  #checkpointing: Promise<void> | undefined;

  constructor(options: DatabaseOptions) {
    this.#path = options.path;
    this.#log = options.log;
    this.#connection = openConnection(options.path);
    this.#connection.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${options.synchronous ?? 'FULL'};`);
    this.#connection.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -8000; PRAGMA foreign_keys = OFF;');
    this.#connection.exec('CREATE TABLE IF NOT EXISTS migrations (room TEXT PRIMARY KEY, applied INTEGER NOT NULL)');
  }

  write<T>(work: (transaction: Transaction) => T): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Failure('StorageClosed', 'the database is closed'));
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ work, resolve: resolve as (value: never) => void, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(() => this.#commitPending());
    });
  }

  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  migrate(room: string, migrations: readonly string[]): void {
    const row = this.get<{ applied: number }>('SELECT applied FROM migrations WHERE room = ?', room);
    const applied = row?.applied ?? 0;
    if (applied > migrations.length) {
      throw new Failure(
        'DataDirectoryNewer',
        `the data directory was written by a newer Slipway (${room} schema ${applied}, this one knows ${migrations.length}); start the newer version, or choose another directory with --data-dir`,
      );
    }
    if (applied === migrations.length) return;
    this.#connection.exec('BEGIN IMMEDIATE');
    try {
      for (const migration of migrations.slice(applied)) this.#connection.exec(migration);
      this.#prepare('INSERT OR REPLACE INTO migrations (room, applied) VALUES (?, ?)').run(room, migrations.length);
      this.#connection.exec('COMMIT');
    } catch (error) {
      this.#connection.exec('ROLLBACK');
      throw new Failure('MigrationFailed', `migrating the ${room} tables failed`, { cause: error });
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#pending.length > 0) this.#commitPending();
    this.#isClosed = true;
    await this.#checkpointing;
    this.#statements.clear();
    this.#connection.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      assert(this.#statements.size < STATEMENT_COUNT_MAX, 'too many different statements: SQL texts must be constants');
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #commitPending(): void {
    const group = this.#pending;
    this.#pending = [];
    this.#isScheduled = false;
    if (group.length === 0 || this.#isClosed) return;
    const answers: (() => void)[] = [];
    const callbacks: (() => void)[] = [];
    try {
      this.#connection.exec('BEGIN IMMEDIATE');
      for (const write of group) answers.push(this.#runOne(write, callbacks));
      crashPoint('sql.commit.before');
      this.#connection.exec('COMMIT');
      crashPoint('sql.commit.after');
    } catch (error) {
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      const failure = storageFailure(error);
      this.#log.error('group commit failed', { writes: group.length, reason: failure.reason, error: String(error) });
      for (const write of group) write.reject(failure);
      return;
    }
    for (const callback of callbacks) callback();
    for (const answer of answers) answer();
    this.#checkpointWhenLarge();
  }

  /** Runs one write inside its own savepoint; returns what to tell its caller once the group is durable. */
  #runOne(write: PendingWrite, callbacks: (() => void)[]): () => void {
    const own: (() => void)[] = [];
    const transaction: Transaction = {
      run: (sql, ...values) => ({ changes: Number(this.#prepare(sql).run(...values).changes) }),
      get: (sql, ...values) => this.get(sql, ...values),
      all: (sql, ...values) => this.all(sql, ...values),
      afterCommit: (callback) => own.push(callback),
    };
    this.#connection.exec('SAVEPOINT one');
    try {
      const value = write.work(transaction);
      assert(!(value instanceof Promise), 'a write must be synchronous');
      this.#connection.exec('RELEASE one');
      callbacks.push(...own);
      return () => write.resolve(value as never);
    } catch (error) {
      if (isStorageError(error)) throw error;
      this.#connection.exec('ROLLBACK TO one; RELEASE one');
      return () => write.reject(error);
    }
  }

  #checkpointWhenLarge(): void {
    this.#commitCount++;
    if (this.#path === ':memory:' || this.#checkpointing !== undefined) return;
    if (this.#commitCount % COMMITS_BETWEEN_WAL_CHECKS !== 0) return;
    const sizeBytes = statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (sizeBytes < WAL_SIZE_BYTES_MAX) return;
    this.#checkpointing = checkpointInWorker(this.#path)
      .catch((error: unknown) => this.#log.warn('checkpoint failed', { error: String(error) }))
      .finally(() => {
        this.#checkpointing = undefined;
      });
  }
}

function openConnection(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path);
  } catch (error) {
    throw new Failure('StorageFailed', `cannot open the database ${path}`, { cause: error });
  }
}

/** A checkpoint stalls its thread for tens of milliseconds, so it runs in a worker with a connection of its own. */
function checkpointInWorker(path: string): Promise<void> {
  const source = `
    const { DatabaseSync } = require('node:sqlite');
    const connection = new DatabaseSync(require('node:worker_threads').workerData);
    connection.exec('PRAGMA wal_checkpoint(PASSIVE)');
    connection.close();`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(source, { eval: true, workerData: path, resourceLimits: { maxOldGenerationSizeMb: 32 } });
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
}

function errorCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? (Number(error.errcode) & 0xff) : undefined;
}

/** SQLite result codes that doom the whole transaction: READONLY 8, IOERR 10, CORRUPT 11, FULL 13, NOMEM 7. */
function isStorageError(error: unknown): boolean {
  const code = errorCodeOf(error);
  return code === 7 || code === 8 || code === 10 || code === 11 || code === 13;
}

function storageFailure(error: unknown): Failure {
  const code = errorCodeOf(error);
  if (code === 13) return new Failure('StorageFull', 'the disk is full: nothing was written; free some space and try again', { cause: error });
  if (code === 8) return new Failure('StorageReadOnly', 'the data directory is read-only: nothing was written', { cause: error });
  return new Failure('StorageFailed', 'the database did not take the write: nothing was written', { cause: error });
}
