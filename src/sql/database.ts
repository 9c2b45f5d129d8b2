// One SQLite file, one writer, group commit: writes that come in the same turn of the event loop, or while the disk is busy
// with those before them, share a transaction. The loop does not wait for the disk: a sync in the thread pool follows, and
// writers are told when it has ended.
import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { assert, crashPoint, Failure, type Log } from '../base/mod.ts';
import { checkpointerOf, type Checkpointer } from './checkpointer.ts';
import { NO_SYNC, walSyncOf, type WalSync } from './wal-sync.ts';

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
   * not happen; then nothing of the whole group was written. A disk that does not confirm what was committed fails this
   * and every later write with `StorageUnconfirmed`. `work` must be synchronous.
   */
  write<T>(work: (transaction: Transaction) => T): Promise<T>;
  /** Reads committed state, synchronously; what was committed last may not be durable yet. SQL has `lower_unicode(text)` besides its own. */
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
  /** FULL (default): a commit is told when it is durable. OFF, for tests of other things: a commit is told at once, durable or not. */
  readonly synchronous?: 'FULL' | 'OFF';
  /** Instead of the sync of the write-ahead log, to let it fail. */
  readonly walSync?: WalSync;
}

interface PendingWrite {
  readonly work: (transaction: Transaction) => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Committed together, and told together when they are durable. */
interface Group {
  readonly writes: readonly PendingWrite[];
  readonly callbacks: (() => void)[];
  readonly answers: (() => void)[];
}

/**
 * A turn that has committed for so long leaves the rest to the next one. Writes take tenths of a millisecond each, so that
 * the limit of a turn, 10 ms, has room for what the answers set off.
 */
const TURN_MS_MAX = 3;
/** Groups that are committed before a sync for all of them, when there are so many writes at once. */
const GROUPS_PER_SYNC_MAX = 8;
/** Prepared statements kept; the texts are constants of the rooms, so the cache is bounded by the code. */
const STATEMENT_COUNT_MAX = 500;
/** A checkpoint is started when more pages (of 4 KiB) than this of the write-ahead log are not in the database yet. */
const WAL_BACKLOG_PAGE_COUNT_MAX = 2048;
/**
 * A log of more pages (16 MiB) is emptied. Writers that never pause would let it grow without end, and one that is begun again
 * without being emptied is written over pages that may have left the memory: each was read from the disk first, by the loop.
 */
const WAL_PAGE_COUNT_MAX = 4096;
/** The write-ahead log is looked at once in this many commits. */
const COMMITS_BETWEEN_WAL_CHECKS = 200;

export function openDatabase(options: DatabaseOptions): Database {
  return new SqliteDatabase(options);
}

class SqliteDatabase implements Database {
  readonly #path: string;
  readonly #log: Log;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #walSync: WalSync;
  #pending: PendingWrite[] = [];
  /** Committed and not known to be durable, oldest first. */
  #unconfirmed: Group[] = [];
  #syncing: Promise<void> | undefined;
  /** Set when the disk did not confirm a commit: what is in memory and on disk may differ from then on. */
  #failure: Failure | undefined;
  #isScheduled = false;
  #isClosed = false;
  #commitCount = 0;
  readonly #checkpointer: Checkpointer;
  #checkpointing: Promise<void> | undefined;
  /** Writes wait: the log is being emptied. */
  #isHeld = false;

  constructor(options: DatabaseOptions) {
    this.#path = options.path;
    this.#log = options.log;
    this.#connection = openConnection(options.path);
    this.#checkpointer = checkpointerOf(options.path);
    const isDurable = options.path !== ':memory:' && options.synchronous !== 'OFF';
    this.#walSync = options.walSync ?? (isDurable ? walSyncOf(options.path) : NO_SYNC);
    // NORMAL: SQLite itself syncs at checkpoints only, where the log must come before the database.
    this.#connection.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${isDurable ? 'NORMAL' : 'OFF'};`);
    // Savepoints keep what they would take back: in memory, for a file of its own each time is made by the loop.
    this.#connection.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -8000; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;');
    this.#connection.function('lower_unicode', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : text));
    this.#connection.exec('CREATE TABLE IF NOT EXISTS migrations (room TEXT PRIMARY KEY, applied INTEGER NOT NULL)');
  }

  write<T>(work: (transaction: Transaction) => T): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Failure('StorageClosed', 'the database is closed'));
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ work, resolve: resolve as (value: never) => void, reject });
      this.#schedule();
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
      for (const migration of migrations.slice(applied)) {
        this.#connection.exec(migration);
        crashPoint('sql.migration.step');
      }
      this.#prepare('INSERT OR REPLACE INTO migrations (room, applied) VALUES (?, ?)').run(room, migrations.length);
      crashPoint('sql.migration.step');
      this.#connection.exec('COMMIT');
      crashPoint('sql.migration.step');
    } catch (error) {
      this.#connection.exec('ROLLBACK');
      throw new Failure('MigrationFailed', `migrating the ${room} tables failed`, { cause: error });
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    while (this.#pending.length > 0 || this.#isScheduled || this.#syncing !== undefined) await (this.#syncing ?? (this.#isHeld ? this.#checkpointing : nextTurn()));
    this.#isClosed = true;
    await this.#walSync.close();
    await this.#checkpointing;
    await this.#checkpointer.close();
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

  /** What comes while the disk is busy is committed afterwards, together: a commit of its own would not be durable sooner. */
  #schedule(): void {
    if (this.#isScheduled || this.#syncing !== undefined || this.#isHeld) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (!this.#isHeld) this.#commitPending();
      if (this.#pending.length > 0 && this.#unconfirmed.length < GROUPS_PER_SYNC_MAX && !this.#isHeld) this.#schedule();
      else if (this.#unconfirmed.length > 0) this.#startSync();
    });
  }

  #startSync(): void {
    this.#syncing ??= this.#confirm().then(() => {
      this.#syncing = undefined;
      if (this.#pending.length > 0) this.#schedule();
    });
  }

  #commitPending(): void {
    if (this.#pending.length === 0 || this.#isClosed) return;
    const group: Group & { writes: PendingWrite[] } = { writes: [], callbacks: [], answers: [] };
    try {
      this.#prepare('BEGIN IMMEDIATE').run();
      this.#runSome(group);
      crashPoint('sql.commit.before');
      this.#prepare('COMMIT').run();
      crashPoint('sql.commit.after');
    } catch (error) {
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      const failure = storageFailure(error, this.#path);
      this.#log.error('group commit failed', { writes: group.writes.length, reason: failure.reason, error: String(error) });
      for (const write of group.writes) write.reject(failure);
      return;
    }
    this.#unconfirmed.push(group);
    this.#checkpointWhenLarge();
  }

  /** Moves writes from the queue into the group and runs them, as many as a turn has time for, and at least one. */
  #runSome(group: Group & { writes: PendingWrite[] }): void {
    // The machine's own time, not the Clock's: what is decided does not depend on it, only in how many turns.
    const endMs = performance.now() + TURN_MS_MAX;
    let count = 0;
    try {
      while (count < this.#pending.length && (count === 0 || performance.now() < endMs)) {
        const write = this.#pending[count++]!;
        group.writes.push(write);
        group.answers.push(this.#runOne(write, group.callbacks));
      }
    } finally {
      this.#pending.splice(0, count);
    }
  }

  /** Never rejects. */
  async #confirm(): Promise<void> {
    try {
      await this.#walSync.sync();
    } catch (error) {
      return this.#failUnconfirmed(error);
    }
    for (const [index, group] of this.#unconfirmed.splice(0).entries()) {
      // What a group sets off is a turn's work: the next one gets its own.
      if (index > 0) await nextTurn();
      for (const callback of group.callbacks) callback();
      for (const answer of group.answers) answer();
    }
  }

  /** A second sync would succeed without having written anything: nothing may be promised any more. */
  #failUnconfirmed(error: unknown): void {
    const sentence = 'the disk did not confirm a write, so that nothing more is written; look after the disk, then start Slipway again';
    this.#failure = new Failure('StorageUnconfirmed', sentence, { cause: error });
    const writes = [...this.#unconfirmed.splice(0).flatMap((group) => group.writes), ...this.#pending.splice(0)];
    this.#log.error('the write-ahead log could not be synced', { writes: writes.length, error: String(error) });
    for (const write of writes) write.reject(this.#failure);
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
    // Prepared as all others: to parse them took longer than to run them.
    this.#prepare('SAVEPOINT one').run();
    try {
      const value = write.work(transaction);
      assert(!(value instanceof Promise), 'a write must be synchronous');
      this.#prepare('RELEASE one').run();
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
    // How large the file is says nothing: it stays as large when everything was moved. NOOP only counts.
    const { log, checkpointed } = this.get<{ log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)')!;
    if (log - checkpointed < WAL_BACKLOG_PAGE_COUNT_MAX) return;
    this.#checkpointing = this.#checkpoint(log)
      .catch((error: unknown) => this.#log.warn('checkpoint failed', { error: String(error) }))
      .finally(() => {
        this.#checkpointing = undefined;
      });
  }

  async #checkpoint(logPageCount: number): Promise<void> {
    await this.#checkpointer.checkpoint('passive');
    if (logPageCount < WAL_PAGE_COUNT_MAX) return;
    // Little is left, what was written meanwhile. Writes wait for it in their queue, the loop goes on.
    this.#isHeld = true;
    try {
      await this.#checkpointer.checkpoint('truncate');
    } finally {
      this.#isHeld = false;
      if (this.#pending.length > 0) this.#schedule();
    }
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function openConnection(path: string): DatabaseSync {
  try {
    if (path !== ':memory:' && !path.startsWith('file:')) keepPrivate(path);
    return new DatabaseSync(path);
  } catch (error) {
    throw new Failure('StorageFailed', `cannot open the database ${path}`, { cause: error });
  }
}

const PRIVATE_MODE = 0o600;
const OTHERS_MAY_READ = 0o077;

/** Objects hold Secrets, so the database is for its owner alone; SQLite gives the files beside it the same mode. */
function keepPrivate(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', PRIVATE_MODE));
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const facts = statSync(file, { throwIfNoEntry: false });
    // By its name: to open and close it would give back the locks that this process holds on it.
    if (facts !== undefined && (facts.mode & OTHERS_MAY_READ) !== 0) chmodSync(file, PRIVATE_MODE);
  }
}

function errorCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? (Number(error.errcode) & 0xff) : undefined;
}

/** SQLite result codes that doom the whole transaction: READONLY 8, IOERR 10, CORRUPT 11, FULL 13, NOMEM 7. */
function isStorageError(error: unknown): boolean {
  const code = errorCodeOf(error);
  return code === 7 || code === 8 || code === 10 || code === 11 || code === 13;
}

function storageFailure(error: unknown, path: string): Failure {
  const code = errorCodeOf(error);
  if (code === 13) return new Failure('StorageFull', `the disk is full: nothing was written; free some space on the disk of ${dirname(path)} and try again`, { cause: error });
  if (code === 8) return new Failure('StorageReadOnly', 'the data directory is read-only: nothing was written', { cause: error });
  return new Failure('StorageFailed', 'the database did not take the write: nothing was written', { cause: error });
}
