import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { silentLog, until } from '../base/mod.ts';
import { checkpointerOf } from './checkpointer.ts';
import { openDatabase } from './database.ts';
import type { WalSync } from './wal-sync.ts';

const TABLE = 'CREATE TABLE items (name TEXT PRIMARY KEY, size INTEGER NOT NULL)';
const INSERT = 'INSERT INTO items (name, size) VALUES (?, ?)';

function openTemporary(options: { readonly walSync?: WalSync } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-sql-'));
  const path = join(directory, 'test.db');
  const database = openDatabase({ path, log: silentLog, ...options });
  database.migrate('test', [TABLE]);
  const cleanUp = async () => {
    await database.close();
    rmSync(directory, { recursive: true });
  };
  return { database, path, cleanUp };
}

/** Of a database that is closed, and must be whole. */
function itemCountOf(path: string): number {
  const reader = new DatabaseSync(path, { readOnly: true });
  assert.equal(reader.prepare('PRAGMA integrity_check').get()!['integrity_check'], 'ok');
  const { n } = reader.prepare('SELECT count(*) AS n FROM items').get() as { n: number };
  reader.close();
  return n;
}

test('the writes of one turn share a commit, and each is durable when it resolves', async () => {
  const { database, path, cleanUp } = openTemporary();
  const other = new DatabaseSync(path, { readOnly: true });
  const order: string[] = [];
  const writes = ['a', 'b', 'c'].map((name, size) =>
    database
      .write((transaction) => {
        transaction.run(INSERT, name, size);
        transaction.afterCommit(() => order.push(`committed ${name}`));
        assert.equal(other.prepare('SELECT count(*) AS n FROM items').get()!['n'], 0, 'nothing is visible before the commit');
        return size;
      })
      .then((value) => order.push(`answered ${value}`)),
  );
  await Promise.all(writes);
  assert.deepEqual(order, ['committed a', 'committed b', 'committed c', 'answered 0', 'answered 1', 'answered 2']);
  assert.equal(other.prepare('SELECT count(*) AS n FROM items').get()!['n'], 3);
  other.close();
  await cleanUp();
});

test('a write that throws takes back only itself', async () => {
  const { database, cleanUp } = openTemporary();
  const good = database.write((transaction) => transaction.run(INSERT, 'good', 1));
  const bad = database.write((transaction) => {
    transaction.run(INSERT, 'half', 1);
    throw new Error('refused');
  });
  const after = database.write((transaction) => transaction.run(INSERT, 'after', 1));
  await good;
  await assert.rejects(bad, /refused/);
  await after;
  assert.deepEqual(database.all('SELECT name FROM items ORDER BY name').map((row) => row['name']), ['after', 'good']);
  await cleanUp();
});

test('a later write of the same turn sees an earlier one', async () => {
  const { database, cleanUp } = openTemporary();
  void database.write((transaction) => transaction.run(INSERT, 'first', 7));
  const seen = await database.write((transaction) => transaction.get('SELECT size FROM items WHERE name = ?', 'first'));
  assert.equal(seen?.['size'], 7);
  await cleanUp();
});

test('close commits what is queued; afterwards writes are refused', async () => {
  const { database, path, cleanUp } = openTemporary();
  const write = database.write((transaction) => transaction.run(INSERT, 'last', 1));
  await database.close();
  await write;
  const other = new DatabaseSync(path, { readOnly: true });
  assert.equal(other.prepare('SELECT count(*) AS n FROM items').get()!['n'], 1);
  other.close();
  await assert.rejects(database.write(() => 0), { reason: 'StorageClosed' });
  await cleanUp();
});

test('migrations run once; a newer directory is refused with the way out', async () => {
  const { database, path, cleanUp } = openTemporary();
  database.migrate('test', [TABLE, 'ALTER TABLE items ADD COLUMN color TEXT']);
  database.migrate('test', [TABLE, 'ALTER TABLE items ADD COLUMN color TEXT']);
  assert.throws(() => database.migrate('test', [TABLE]), { reason: 'DataDirectoryNewer', message: /--data-dir/ });
  const half = openDatabase({ path, log: silentLog });
  assert.throws(() => half.migrate('other', ['CREATE TABLE others (id INTEGER)', 'nonsense']), { reason: 'MigrationFailed' });
  assert.equal(half.get("SELECT name FROM sqlite_master WHERE name = 'others'"), undefined);
  await half.close();
  await cleanUp();
});

test('nobody else may read the database and what lies beside it, also where an earlier Slipway let them', async () => {
  const { database, path, cleanUp } = openTemporary();
  const modes = () => ['', '-wal', '-shm'].map((ending) => statSync(path + ending).mode & 0o777);
  await database.write((transaction) => transaction.run(INSERT, 'a', 1));
  assert.deepEqual(modes(), [0o600, 0o600, 0o600]);
  for (const ending of ['', '-wal', '-shm']) chmodSync(path + ending, 0o644);
  const again = openDatabase({ path, log: silentLog });
  assert.deepEqual(modes(), [0o600, 0o600, 0o600]);
  await again.close();
  await cleanUp();
});

test('a full disk refuses the whole group with a sentence and the database goes on afterwards', async () => {
  const { database, cleanUp } = openTemporary();
  const pageCount = database.get<{ page_count: number }>('PRAGMA page_count')!.page_count;
  database.get(`PRAGMA max_page_count = ${pageCount + 2}`);
  const large = 'x'.repeat(100_000);
  const failing = ['small', large].map((name) => database.write((transaction) => transaction.run(INSERT, name, 1)));
  const told = { reason: 'StorageFull', message: /disk is full: nothing was written; free some space on the disk of \/.*slipway-sql-\w+ and try again$/ };
  await Promise.all(failing.map((write) => assert.rejects(write, told)));
  database.get(`PRAGMA max_page_count = ${pageCount + 1000}`);
  await database.write((transaction) => transaction.run(INSERT, 'small', 1));
  assert.equal(database.get('SELECT count(*) AS n FROM items')!['n'], 1);
  await cleanUp();
});

test('the write-ahead log is checkpointed in a worker when it grows', async () => {
  const { database, path, cleanUp } = openTemporary();
  const filler = 'x'.repeat(60_000);
  for (let i = 0; i < 400; i++) await database.write((transaction) => transaction.run(INSERT, `${i}${filler}`, i));
  await until('pages moved from the log to the file', () => statSync(path).size > 5_000_000);
  await database.close();
  assert.equal(itemCountOf(path), 400);
  await cleanUp();
});

test('the write-ahead log stays small while writes never pause and reads go on', async () => {
  const { database, path, cleanUp } = openTemporary();
  const filler = 'x'.repeat(20_000);
  let largest = 0;
  const writer = async (number: number) => {
    for (let i = 0; i < 1000; i++) {
      await database.write((transaction) => transaction.run('INSERT OR REPLACE INTO items (name, size) VALUES (?, ?)', `${number} ${i % 50} ${filler}`, i));
      assert.ok(database.get('SELECT name FROM items WHERE size = ?', i));
      largest = Math.max(largest, statSync(`${path}-wal`).size);
    }
  };
  await Promise.all([writer(1), writer(2), writer(3)]);
  assert.ok(largest < 64 * 1024 * 1024, `${largest} bytes`);
  await database.close();
  assert.equal(itemCountOf(path), 150);
  await cleanUp();
});

test('one worker moves the write-ahead log, again and again, and is gone when it is closed', async () => {
  const { database, path, cleanUp } = openTemporary();
  const checkpointer = checkpointerOf(path);
  const backlog = () => {
    const { log, checkpointed } = database.get<{ log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)')!;
    return log - checkpointed;
  };
  for (const round of [1, 2]) {
    await database.write((transaction) => transaction.run(INSERT, `${round}${'x'.repeat(60_000)}`, round));
    assert.ok(backlog() > 10, `${backlog()} pages`);
    await checkpointer.checkpoint('passive');
    assert.equal(backlog(), 0);
  }
  await checkpointer.close();
  await checkpointer.checkpoint('passive');
  await checkpointer.close();
  await assert.rejects(checkpointerOf(`${path}/absent`).checkpoint('passive'), /unable to open/);
  await cleanUp();
});

/** A sync that ends when it is told to. */
class HeldSync {
  readonly waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];

  sync(): Promise<void> {
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

test('a write is told when a sync that began after its commit has ended; what comes meanwhile shares the next one', async () => {
  const walSync = new HeldSync();
  const { database, cleanUp } = openTemporary({ walSync });
  const order: string[] = [];
  const write = (name: string) =>
    database
      .write((transaction) => {
        order.push(`ran ${name}`);
        transaction.run(INSERT, name, 1);
        transaction.afterCommit(() => order.push(`durable ${name}`));
      })
      .then(() => order.push(`answered ${name}`));
  const writes = [write('a')];
  await until('the first sync', () => walSync.waiting.length === 1);
  assert.equal(database.get('SELECT count(*) AS n FROM items')!['n'], 1, 'it is committed');
  writes.push(write('b'));
  await new Promise((resolve) => setImmediate(resolve));
  writes.push(write('c'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(order, ['ran a'], 'nobody is told before the sync has ended');
  walSync.waiting.shift()!.resolve();
  await until('the second sync', () => walSync.waiting.length === 1);
  assert.deepEqual(order.slice(1), ['durable a', 'answered a', 'ran b', 'ran c']);
  walSync.waiting.shift()!.resolve();
  await Promise.all(writes);
  assert.deepEqual(order.slice(5), ['durable b', 'durable c', 'answered b', 'answered c']);
  await cleanUp();
});

test('a disk that does not confirm a commit fails it and all later writes with a sentence', async () => {
  const walSync = new HeldSync();
  const { database, cleanUp } = openTemporary({ walSync });
  let isTold = false;
  const first = database.write((transaction) => {
    transaction.run(INSERT, 'first', 1);
    transaction.afterCommit(() => (isTold = true));
  });
  const refused = assert.rejects(first, { reason: 'StorageUnconfirmed', message: /did not confirm/ });
  await until('the sync', () => walSync.waiting.length === 1);
  walSync.waiting.shift()!.reject(new Error('EIO'));
  await refused;
  await assert.rejects(database.write((transaction) => transaction.run(INSERT, 'second', 1)), { reason: 'StorageUnconfirmed' });
  assert.equal(isTold, false);
  await cleanUp();
});

test('a burst of slow writes is committed in several turns of the loop', async () => {
  const { database, cleanUp } = openTemporary();
  const turns = new Set<number>();
  let turn = 0;
  const count = () => {
    turn++;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const slowly = () => {
    const endMs = performance.now() + 1;
    while (performance.now() < endMs);
    turns.add(turn);
  };
  await Promise.all(Array.from({ length: 40 }, () => database.write(slowly)));
  clearImmediate(counting);
  assert.ok(turns.size >= 5, `40 ms of writes took ${turns.size} turns`);
  await cleanUp();
});
