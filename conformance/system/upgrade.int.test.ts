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

  test('every schema but the newest has one', () => {
    const versions = files.map((file) => Number(/records (\d+)/.exec(readFileSync(join(FIXTURES, file), 'utf8'))![1]));
    const database = openDatabase({ path: ':memory:', log: silentLog });
    openRecords({ database, log: silentLog });
    const { applied } = database.get<{ applied: number }>("SELECT applied FROM migrations WHERE room = 'records'")!;
    for (let version = 1; version < applied; version++) assert.ok(versions.includes(version), `no fixture of records schema ${version}: run tools/make-upgrade-fixtures.ts`);
  });
});

/** Opens the database in a process that kills itself at the n-th step of its migrations. */
function killInMigration(path: string, pass: number): NodeJS.Signals | null {
  const door = (room: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src', room)).href);
  const program = `
    import { silentLog } from ${door('base/mod.ts')};
    import { openDatabase } from ${door('sql/mod.ts')};
    import { openRecords } from ${door('records/mod.ts')};
    import { armCrashPointsFrom } from ${door('main/crash-at.ts')};
    armCrashPointsFrom({ SLIPWAY_CRASH_AT: 'sql.migration.step:${pass}' });
    openRecords({ database: openDatabase({ path: ${JSON.stringify(path)}, log: silentLog }), log: silentLog });`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', program]).signal;
}

test('a migration that is killed at any step is completed by the next start', async (t) => {
  const oldest = files.find((file) => readFileSync(join(FIXTURES, file), 'utf8').startsWith('-- records 1'))!;
  let pass = 0;
  for (;;) {
    const path = databaseOf(t, oldest);
    const signal = killInMigration(path, ++pass);
    await assertOpens(path);
    if (signal === null) break;
    assert.equal(signal, 'SIGKILL');
  }
  assert.ok(pass > 4, `three migrations, the note of them, the commit: ${pass - 1} kills`);
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
