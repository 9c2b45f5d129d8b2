// `node tools/npm-run.mjs tools/make-upgrade-fixtures.ts [COMMIT…]`: what earlier Slipways wrote, for the test that today's opens it.
// Checks out the last commit of each schema (or those named) beside this one, runs a small pipeline with it on an empty data
// directory, and keeps its database as SQL text in conformance/system/upgrade. Run it after a commit that adds a migration.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { shellPipeline } from '../conformance/system/support/shell-pipeline.ts';
import { until } from '../src/base/mod.ts';

const ROOT = dirname(import.meta.dirname);
const OUTPUT = join(ROOT, 'conformance/system/upgrade');
const SCHEMA_FILES = ['src/records/migrations.ts', 'src/store/revision-log.ts'];
/** Objects that every start makes anew, and what only this machine has: left out to keep the text short. */
const LEFT_OUT = /^(cluster)?role|^(events|nodes|leases|priorityclasses|storageclasses|secrets)|kube-root-ca/;

const git = (...words: string[]) => execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }).trim();

const commits = process.argv.length > 2 ? process.argv.slice(2) : lastCommitsOfSchemas();
for (const commit of commits) await makeFixture(git('rev-parse', '--short=7', commit));

/** A schema ends with the commit before the one that changes it; the newest is that of now. */
function lastCommitsOfSchemas(): readonly string[] {
  const changes = git('log', '--format=%h', '--reverse', '--', ...SCHEMA_FILES).split('\n');
  return [...changes.slice(1).map((commit) => `${commit}^`), changes.at(-1)!];
}

async function makeFixture(commit: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-upgrade-'));
  const [tree, dataDir] = [join(folder, 'tree'), join(folder, 'data')];
  git('worktree', 'add', '--detach', '--quiet', tree, commit);
  try {
    if (!existsSync(join(tree, 'src/cli/main.ts'))) return console.log(`${commit}: no command line yet`);
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    await runPipeline(tree, dataDir);
    const text = dump(join(dataDir, 'slipway.db')).replaceAll(dataDir, '/data').replaceAll(new RegExp(`\\b${hostname()}\\b`, 'gi'), 'machine');
    const [, schemas] = /^-- (.*)$/m.exec(text) ?? [];
    writeFileSync(join(OUTPUT, `${commit}.sql`), text);
    console.log(`${commit}: ${schemas}, ${text.length} characters`);
  } finally {
    git('worktree', 'remove', '--force', tree);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runPipeline(tree: string, dataDir: string): Promise<void> {
  const server = spawn(process.execPath, [join(tree, 'src/cli/main.ts'), 'up', '--port', '0', '--data-dir', dataDir], { stdio: ['ignore', 'ignore', 'inherit'] });
  const record = <T>(file: string) => (existsSync(join(dataDir, file)) ? (JSON.parse(readFileSync(join(dataDir, file), 'utf8')) as T) : undefined);
  try {
    const { url } = await until('the server', () => record<{ url: string }>('server.json'), { timeoutMs: 60_000 });
    const ask = async (path: string, body?: object): Promise<Record<string, unknown>> => {
      const init = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const response = await fetch(`${url}${path}`, init);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as Record<string, unknown>;
    };
    await ask('/api/v1/namespaces/default/configmaps', { metadata: { name: 'kept' }, data: { word: 'moon' } });
    const pipeline = shellPipeline('upgrade', [{ name: 'one', script: 'echo one' }, { name: 'two', script: 'echo two' }]);
    const run = await ask('/apis/v2beta1/runs', { display_name: 'kept', pipeline_spec: pipeline, runtime_config: {} });
    await until('the run', async () => (await ask(`/apis/v2beta1/runs/${String(run['run_id'])}`))['state'] === 'SUCCEEDED', { timeoutMs: 60_000 });
  } finally {
    server.kill('SIGTERM');
    await new Promise((resolve) => server.once('exit', resolve));
    const supervisor = record<{ pid: number }>('supervisor/supervisor.json');
    if (supervisor !== undefined) process.kill(supervisor.pid, 'SIGTERM');
  }
}

/** Statements that make the database again. */
function dump(path: string): string {
  const database = new DatabaseSync(path);
  const tables = database.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid").all();
  const indexes = database.prepare("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid").all();
  const schemas = database.prepare('SELECT room, applied FROM migrations ORDER BY room').all();
  const lines = [`-- ${schemas.map(({ room, applied }) => `${String(room)} ${String(applied)}`).join(', ')}`];
  for (const { name, sql } of tables) {
    lines.push(`${String(sql)};`);
    for (const row of database.prepare(`SELECT * FROM ${String(name)}`).all()) {
      const key = String(row['key'] ?? '');
      if (!LEFT_OUT.test(key)) lines.push(`INSERT INTO ${String(name)} VALUES (${Object.values(row).map(literal).join(', ')});`);
    }
  }
  for (const { sql } of indexes) lines.push(`${String(sql)};`);
  database.close();
  return `${lines.join('\n')}\n`;
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}
