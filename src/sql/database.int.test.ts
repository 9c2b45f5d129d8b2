import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { silentLog, until } from '../base/mod.ts';
import { openDatabase } from './database.ts';

const TABLE = 'CREATE TABLE items (name TEXT PRIMARY KEY, size INTEGER NOT NULL)';
const INSERT = 'INSERT INTO items (name, size) VALUES (?, ?)';

function openTemporary() {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-sql-'));
  const path = join(directory, 'test.db');
  const database = openDatabase({ path, log: silentLog });
  database.migrate('test', [TABLE]);
  const cleanUp = async () => {
    await database.close();
    rmSync(directory, { recursive: true });
  };
  return { database, path, cleanUp };
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

test('a full disk refuses the whole group with a sentence and the database goes on afterwards', async () => {
  const { database, cleanUp } = openTemporary();
  const pageCount = database.get<{ page_count: number }>('PRAGMA page_count')!.page_count;
  database.get(`PRAGMA max_page_count = ${pageCount + 2}`);
  const large = 'x'.repeat(100_000);
  const failing = [large, 'small'].map((name) => database.write((transaction) => transaction.run(INSERT, name, 1)));
  for (const write of failing) await assert.rejects(write, { reason: 'StorageFull', message: /disk is full/ });
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
  const other = new DatabaseSync(path, { readOnly: true });
  assert.equal(other.prepare('PRAGMA integrity_check').get()!['integrity_check'], 'ok');
  assert.equal(other.prepare('SELECT count(*) AS n FROM items').get()!['n'], 400);
  other.close();
  await cleanUp();
});
