// Data directories of earlier Slipways open with this one: upgrade holds what each schema left behind
// (tools/make-upgrade-fixtures.ts), with one run, its tasks and Pods, and a ConfigMap.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { silentLog, systemClock } from '../../src/base/mod.ts';
import { openRecords } from '../../src/records/mod.ts';
import { openDatabase } from '../../src/sql/mod.ts';
import { openStore } from '../../src/store/mod.ts';
import { Installation } from '../../sim/installation.ts';

const FIXTURES = join(import.meta.dirname, 'upgrade');
const files = readdirSync(FIXTURES).filter((file) => file.endsWith('.sql'));
/** Schemas of records and store that a commit has left, in their order: git log src/records/migrations.ts src/store/revision-log.ts. */
const SCHEMAS: readonly (readonly [records: number, store: number])[] = [[1, 1], [2, 1], [3, 1], [4, 1], [4, 2], [5, 2], [6, 2], [7, 2]];

function databaseOf(t: TestContext, file: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-upgrade-'));
  t.after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  const path = join(directory, 'slipway.db');
  const database = new DatabaseSync(path);
  database.exec(readFileSync(join(FIXTURES, file), 'utf8'));
  database.close();
  return path;
}

/** Opens it as a start does, and finds everything. */
async function assertOpens(path: string): Promise<void> {
  const database = openDatabase({ path, log: silentLog });
  const records = openRecords({ database, log: silentLog });
  const store = openStore({ database, clock: systemClock, log: silentLog });
  const { rows: runs } = records.runs({ limit: 10 });
  assert.deepEqual(runs.map(({ displayName, state }) => [displayName, state]), [['kept', 'SUCCEEDED']]);
  const tasks = records.snapshot(runs[0]!.runId)!.tasks;
  const steps = tasks.filter(({ type }) => type === 'RUNTIME').map(({ name, state }) => `${name} ${state}`);
  assert.deepEqual(steps.toSorted(), ['one SUCCEEDED', 'two SUCCEEDED']);
  const objects = [...store.list('configmaps/'), ...store.list('pods/')];
  assert.equal(objects.filter(({ key }) => key === 'configmaps/default/kept').length, 1);
  assert.equal(objects.filter(({ key }) => key.startsWith('pods/kubeflow/upgrade-')).length, 2);
  assert.equal(database.get<{ integrity_check: string }>('PRAGMA integrity_check')!.integrity_check, 'ok');
  store.close();
  await database.close();
}

describe('a data directory of an earlier schema', () => {
  for (const file of files) test(`${file} opens, and again`, async (t) => {
    const path = databaseOf(t, file);
    await assertOpens(path);
    await assertOpens(path);
  });

  test('every schema that there ever was has one', async () => {
    const found = files.map((file) => schemasOf(readFileSync(join(FIXTURES, file), 'utf8')));
    const database = openDatabase({ path: ':memory:', log: silentLog });
    openRecords({ database, log: silentLog });
    openStore({ database, clock: systemClock, log: silentLog }).close();
    const applied = (room: string) => database.get<{ applied: number }>('SELECT applied FROM migrations WHERE room = ?', room)!.applied;
    assert.deepEqual([applied('records'), applied('store')], SCHEMAS.at(-1), 'there is a new migration: add what it makes to SCHEMAS, and run tools/make-upgrade-fixtures.ts');
    for (const [records, store] of SCHEMAS) assert.ok(found.some((schemas) => schemas.records === records && schemas.store === store), `no fixture of records ${records}, store ${store}: run tools/make-upgrade-fixtures.ts`);
    await database.close();
  });
});

function schemasOf(text: string): { readonly records: number; readonly store: number } {
  const [, records, store] = /^-- records (\d+), store (\d+)$/m.exec(text) ?? [];
  return { records: Number(records), store: Number(store) };
}

/** Opens the database as a start does, in a process that kills itself at the n-th step of its migrations; null: there were not so many. */
function killInMigration(path: string, pass: number): NodeJS.Signals | null {
  const door = (room: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src', room)).href);
  const program = `
    import { silentLog, systemClock } from ${door('base/mod.ts')};
    import { openDatabase } from ${door('sql/mod.ts')};
    import { openRecords } from ${door('records/mod.ts')};
    import { openStore } from ${door('store/mod.ts')};
    import { armCrashPointsFrom } from ${door('main/crash-at.ts')};
    armCrashPointsFrom({ SLIPWAY_CRASH_AT: 'sql.migration.step:${pass}' });
    const database = openDatabase({ path: ${JSON.stringify(path)}, log: silentLog });
    openRecords({ database, log: silentLog });
    openStore({ database, clock: systemClock, log: silentLog }).close();
    await database.close();`;
  const { signal, status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  assert.ok(signal === 'SIGKILL' || status === 0, stderr);
  return signal;
}

describe('a migration that is killed at any step is completed by the next start', () => {
  for (const file of files) test(file, { timeout: 120_000 }, async (t) => {
    const { records, store } = schemasOf(readFileSync(join(FIXTURES, file), 'utf8'));
    const [newestRecords, newestStore] = SCHEMAS.at(-1)!;
    // Each migration, then the note of them and the commit, for each room that has any to make.
    const stepCount = [newestRecords - records, newestStore - store].reduce((sum, count) => sum + (count === 0 ? 0 : count + 2), 0);
    let killCount = 0;
    for (let pass = 1; ; pass++) {
      const path = databaseOf(t, file);
      const signal = killInMigration(path, pass);
      await assertOpens(path);
      if (signal === null) break;
      killCount++;
    }
    assert.equal(killCount, stepCount);
  });
});

test('a data directory of a newer schema is refused with a sentence, and stays as it is', async (t) => {
  const path = databaseOf(t, files[0]!);
  await assertOpens(path);
  const newer = new DatabaseSync(path);
  newer.exec("UPDATE migrations SET applied = applied + 1 WHERE room = 'records'");
  newer.close();
  const database = openDatabase({ path, log: silentLog });
  assert.throws(() => openRecords({ database, log: silentLog }), {
    reason: 'DataDirectoryNewer',
    message: /was written by a newer Slipway \(records schema \d+, this one knows \d+\); start the newer version, or choose another directory with --data-dir/,
  });
  await database.close();
});

test('the oldest one serves: its run and its Pods are listed', { timeout: 120_000 }, async (t) => {
  const installation = new Installation(dirname(databaseOf(t, '44ea9df.sql')));
  t.after(() => installation.remove());
  await installation.start();
  const { runs } = await installation.request<{ runs: { display_name: string; state: string }[] }>('GET', '/apis/v2beta1/runs');
  assert.deepEqual(runs.map(({ display_name, state }) => [display_name, state]), [['kept', 'SUCCEEDED']]);
  const { items } = await installation.request<{ items: { status: { phase: string } }[] }>('GET', '/api/v1/namespaces/kubeflow/pods');
  assert.deepEqual(items.map(({ status }) => status.phase), ['Succeeded', 'Succeeded']);
});
