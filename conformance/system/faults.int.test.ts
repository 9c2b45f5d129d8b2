// What a machine can lack or take away: each is one sentence with the next step, and nothing that was there is lost.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { Installation } from '../../sim/installation.ts';
import { slipwayUp, type Refusal } from './support/slipway-up.ts';
import { shellPipeline } from './support/shell-pipeline.ts';

const installation = new Installation();
const home = mkdtempSync(join(tmpdir(), 'slipway-faults-'));
/** Nothing listens there. */
const CLOSED_INDEX = 'http://127.0.0.1:1/simple';
const isRoot = process.getuid?.() === 0;

before(() => installation.start());

after(async () => {
  await installation.remove();
  rmSync(home, { recursive: true, force: true });
});

/** One line on stderr, exit code 1, and no stack of a program. */
function assertRefused({ code, stderr }: Refusal, says: RegExp): void {
  assert.equal(code, 1, stderr);
  assert.match(stderr, says);
  assert.match(stderr, /^slipway: [^\n]+\n$/, 'one line');
  assert.doesNotMatch(stderr, /\n {4}at |node:internal/);
}

async function assertHealthy(): Promise<void> {
  const { run_id: runId } = await installation.submit('healthy', shellPipeline('healthy', [{ name: 'one', script: 'true' }]));
  assert.equal((await installation.waitForRun(runId)).state, 'SUCCEEDED');
}

test('the port is taken', async () => {
  const port = Number(new URL(installation.url).port);
  assertRefused(await slipwayUp({ dataDir: join(home, 'second'), port }), new RegExp(`port ${port} on 127\\.0\\.0\\.1 is taken.*--port`));
  await assertHealthy();
});

test('a second server on the same data directory', async () => {
  const refused = await slipwayUp({ dataDir: installation.dataDir });
  assertRefused(refused, new RegExp(`the server at ${installation.url} \\(pid ${installation.pid}\\) already uses .*--data-dir`));
  await assertHealthy();
});

test('two servers on two directories run side by side', async () => {
  const second = new Installation();
  try {
    await second.start();
    assert.notEqual(second.url, installation.url);
    await assertHealthy();
  } finally {
    await second.remove();
  }
});

test('the data directory is a file', async () => {
  const file = join(home, 'file');
  writeFileSync(file, 'precious');
  assertRefused(await slipwayUp({ dataDir: file }), /the data directory .*file is not a directory; choose another with --data-dir/);
  assertRefused(await slipwayUp({ dataDir: join(file, 'below') }), /the data directory .* can not be .*--data-dir/);
});

test('the data directory can not be written', { skip: isRoot ? 'root may write everywhere' : false }, async () => {
  const directory = join(home, 'read-only');
  mkdirSync(directory);
  chmodSync(directory, 0o500);
  assertRefused(await slipwayUp({ dataDir: directory }), /the data directory .* can not be written; make it yours with chown, or choose another with --data-dir/);
});

test('the data directory was written by a newer Slipway', async () => {
  const newer = new Installation();
  try {
    await newer.start();
    await newer.kill('SIGTERM');
    const path = join(newer.dataDir, 'slipway.db');
    const database = new DatabaseSync(path);
    database.exec("UPDATE migrations SET applied = applied + 50 WHERE room = 'records'");
    database.close();
    assertRefused(await slipwayUp({ dataDir: newer.dataDir }), /written by a newer Slipway .*start the newer version, or choose another directory with --data-dir/);
    const kept = new DatabaseSync(path, { readOnly: true });
    assert.ok(Number(kept.prepare("SELECT applied FROM migrations WHERE room = 'records'").get()?.['applied']) > 50);
    kept.close();
  } finally {
    await newer.remove();
  }
});

/** A shell that hides every Python from the rest of its mount namespace, then becomes what its parameters say. */
const HIDE_PYTHON = 'for path in /usr/bin/python3* /usr/local/bin/python3*; do [ ! -e "$path" ] || /bin/mount --bind /dev/null "$path"; done; exec "$@"';
const WITHOUT_PYTHON = ['/usr/bin/unshare', '--user', '--map-root-user', '--mount', '/bin/sh', '-c', HIDE_PYTHON, 'sh'];

test('no Python', async (t) => {
  const [program, ...parameters] = WITHOUT_PYTHON;
  if (spawnSync(program!, [...parameters, '/bin/true']).status !== 0) return t.skip('Python can not be hidden here: no user namespaces');
  const refused = await slipwayUp({ dataDir: join(home, 'no-python'), environment: { PATH: '/nonexistent', HOME: home }, within: WITHOUT_PYTHON });
  assertRefused(refused, /this machine has no Python 3\.\d+ or newer.*install one/);
});

test('the package index can not be reached', async () => {
  const lonely = new Installation();
  const recipe = { image: 'needs-packages', interpreter: 'python3', packages: ['no-such-package-of-slipway==1.2.3'] };
  writeFileSync(join(lonely.dataDir, 'recipes.yaml'), JSON.stringify({ recipes: [recipe] }));
  const cache = join(home, 'cache');
  try {
    await lonely.start({
      PIP_INDEX_URL: CLOSED_INDEX,
      PIP_FIND_LINKS: '',
      PIP_RETRIES: '1',
      UV_INDEX_URL: CLOSED_INDEX,
      UV_HTTP_RETRIES: '0',
      UV_CACHE_DIR: cache,
      XDG_CACHE_HOME: cache,
    });
    const pipeline = shellPipeline('lonely', [{ name: 'needy', script: 'true', image: 'needs-packages' }]);
    const { run_id: runId } = await lonely.submit('lonely', pipeline);
    const run = await lonely.waitForRun(runId, 90_000);
    assert.equal(run.state, 'FAILED');
    assert.match(run.error?.message ?? '', /needy failed: .*the package index can't be reached .*Connection refused/is);
    assert.doesNotMatch(run.error?.message ?? '', /Traceback/);
  } finally {
    await lonely.remove();
  }
});

const DISK_MIB = 24;

test('the disk is full: writes are refused in words, reads go on, and with space all goes on', async (t) => {
  const place = join(home, 'disk');
  mkdirSync(place);
  if (!isRoot || spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', place]).status !== 0) return t.skip('no file system can be mounted here');
  const small = new Installation(join(place, 'data'));
  try {
    await small.start();
    const kept = await small.submit('kept', shellPipeline('kept', [{ name: 'one', script: 'true' }]));
    assert.equal((await small.waitForRun(kept.run_id)).state, 'SUCCEEDED');
    const filler = join(place, 'filler');
    fill(place, filler);
    const refused = await fetch(`${small.url}/apis/v2beta1/experiments`, { method: 'POST', body: JSON.stringify({ display_name: 'x', description: 'y'.repeat(60_000) }) });
    const text = await refused.text();
    assert.equal(refused.status, 507, text);
    assert.match(text, new RegExp(`the disk is full: nothing was written; free some space on the disk of ${join(place, 'data')} and try again`));
    assert.equal((await small.request<{ state: string }>('GET', `/apis/v2beta1/runs/${kept.run_id}`)).state, 'SUCCEEDED');
    rmSync(filler);
    const later = await small.submit('later', shellPipeline('later', [{ name: 'one', script: 'true' }]));
    assert.equal((await small.waitForRun(later.run_id)).state, 'SUCCEEDED');
    await small.kill('SIGTERM');
    fill(place, filler);
    const { code, stderr } = await slipwayUp({ dataDir: join(place, 'data') });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^slipway: [^\n]*disk is full[^\n]*\n$/);
    rmSync(filler);
    await small.start();
    assert.equal((await small.request<{ state: string }>('GET', `/apis/v2beta1/runs/${kept.run_id}`)).state, 'SUCCEEDED');
  } finally {
    await small.remove();
    spawnSync('/bin/umount', ['-l', place]);
  }
});

/** Takes what is left of the file system. */
function fill(place: string, file: string): void {
  const { bavail, bsize } = statfsSync(place);
  try {
    writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize)));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  }
}

test('refused starts left nothing in their directories', () => {
  for (const name of ['second', 'no-python']) {
    const directory = join(home, name);
    const left = existsSync(directory) ? readdirSync(directory) : [];
    assert.ok(!left.includes('server.json'), `${name}: ${left.join(' ')}`);
  }
});
