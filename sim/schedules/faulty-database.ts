// The database of one life of the server: its disk is slow, refuses writes, takes whole groups back, or does not confirm.
import { Failure, silentLog } from '../../src/base/mod.ts';
import { openDatabase, type Database, type Transaction } from '../../src/sql/mod.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';

/** As SQLite tells of a full disk: it dooms the whole group. */
const SQLITE_FULL = 13;

export class FaultyDatabase implements Database {
  readonly #life: Life;
  readonly #faults: Faults;
  readonly #real: Database;
  /** Writes whose turn has not come. */
  #waitingCount = 0;
  /** Until it has ended, which takes time, nothing is committed. */
  #isSyncing = false;

  /** `onUnconfirmed` hears that the disk did not confirm a write, after which only a restart helps. */
  constructor(path: string, life: Life, faults: Faults, onUnconfirmed: () => void) {
    this.#life = life;
    this.#faults = faults;
    const sync = async () => {
      this.#isSyncing = true;
      const delayMs = faults.delayMs();
      if (delayMs > 0) await life.clock.sleep(delayMs);
      this.#isSyncing = false;
      if (life.isOver || !faults.strikes('the disk does not confirm')) return;
      onUnconfirmed();
      throw new Error('EIO');
    };
    this.#real = openDatabase({ path, log: silentLog, walSync: { sync, close: () => Promise.resolve() } });
  }

  get isBusy(): boolean {
    return this.#waitingCount > 0 && !this.#isSyncing && !this.#life.isOver;
  }

  write<T>(work: (transaction: Transaction) => T): Promise<T> {
    if (this.#life.isOver) return new Promise(() => undefined);
    if (this.#faults.strikes('the disk is full')) return Promise.reject(new Failure('StorageFull', 'the disk is full'));
    let isWaiting = true;
    this.#waitingCount++;
    const begin = () => {
      if (isWaiting) this.#waitingCount--;
      isWaiting = false;
    };
    const written = this.#real.write((transaction) => {
      begin();
      if (this.#life.isOver) throw new Failure('Dead', 'the process has died');
      const result = work(this.#unlessOver(transaction));
      if (this.#faults.strikes('a group is taken back')) throw Object.assign(new Error('full'), { errcode: SQLITE_FULL });
      return result;
    });
    written.catch(begin); // refused before its turn came
    return this.#life.unlessOver(written);
  }

  #unlessOver(transaction: Transaction): Transaction {
    return { ...transaction, afterCommit: (callback) => transaction.afterCommit(() => this.#life.isOver || callback()) };
  }

  get<Row>(sql: string, ...values: Parameters<Database['get']> extends [string, ...infer V] ? V : never): Row | undefined {
    return this.#real.get<Row>(sql, ...values);
  }

  all<Row>(sql: string, ...values: Parameters<Database['all']> extends [string, ...infer V] ? V : never): Row[] {
    return this.#real.all<Row>(sql, ...values);
  }

  migrate(room: string, migrations: readonly string[]): void {
    this.#real.migrate(room, migrations);
  }

  close(): Promise<void> {
    return this.#real.close();
  }
}
