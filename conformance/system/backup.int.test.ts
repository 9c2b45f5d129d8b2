// A backup while runs go on holds whatever was acknowledged before it; a damaged one is refused by the name of the member; a
// restore that is killed leaves the old or the new.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock, until } from '../../src/base/mod.ts';
import { restoreBackup, writeBackup } from '../../src/main/mod.ts';
import { Installation } from '../../sim/installation.ts';
import { artifactPipeline } from './support/artifact-pipeline.ts';
import { shellPipeline } from './support/shell-pipeline.ts';
import { slipwayCommand } from './support/slipway-command.ts';

const home = mkdtempSync(join(tmpdir(), 'slipway-backup-'));
const at = (name: string) => join(home, name);
const installation = new Installation();
/** What was acknowledged before the backup began. */
const acknowledged = { runIds: [] as string[], artifacts: new Map<string, string>(), log: '', endedRunId: '', activeRunId: '' };
let restored: Installation | undefined;

interface ListedArtifact {
  readonly artifact_id: string;
  readonly name: string;
}

before(async () => {
  await installation.start();
  acknowledged.endedRunId = (await installation.submit('ended', artifactPipeline())).run_id;
  assert.equal((await installation.waitForRun(acknowledged.endedRunId)).state, 'SUCCEEDED');
  await installation.request('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'kept' }, data: { word: 'moon' } });
  acknowledged.artifacts = await artifactsOf(installation);
  assert.ok(acknowledged.artifacts.size >= 4);
  acknowledged.log = await logOf(installation, acknowledged.endedRunId, 'produce');
  assert.match(acknowledged.log, /made everything/);
});

after(async () => {
  await restored?.remove();
  await installation.remove();
  rmSync(home, { recursive: true, force: true });
});

/** Content of each file artifact by its id. */
async function artifactsOf({ url }: Installation): Promise<Map<string, string>> {
  const { artifacts } = (await (await fetch(`${url}/apis/v2beta1/artifacts?page_size=100`)).json()) as { artifacts: ListedArtifact[] };
  const found = new Map<string, string>();
  for (const { artifact_id: id } of artifacts) {
    const response = await fetch(`${url}/slipway/v1/artifacts/${id}/content`);
    if (response.ok) found.set(id, Buffer.from(await response.arrayBuffer()).toString('base64'));
  }
  return found;
}

async function logOf(from: Installation, runId: string, step: string): Promise<string> {
  const task = (await from.tasks(runId)).find(({ name, type }) => name === step && type === 'RUNTIME');
  return (await fetch(`${from.url}/apis/v2beta1/runs/${runId}/tasks/${task!.task_id}/log`)).text();
}

test('backup while runs go on, restore elsewhere: what was acknowledged is there, what was active ends', { timeout: 180_000 }, async () => {
  const quick = shellPipeline('quick', [{ name: 'one', script: 'echo one' }, { name: 'two', script: 'echo two' }]);
  const slow = shellPipeline('slow', [{ name: 'wait', script: 'sleep 5' }, { name: 'last', script: 'echo last' }]);
  acknowledged.activeRunId = (await installation.submit('active', slow)).run_id;
  const controller = new AbortController();
  const submitting = (async () => {
    for (let n = 0; n < 30 && !controller.signal.aborted; n++) {
      const { run_id: runId } = await installation.submit(`busy-${n}`, quick);
      if (!controller.signal.aborted) acknowledged.runIds.push(runId);
    }
  })();
  await until('runs to be under way', () => acknowledged.runIds.length >= 5);
  const before = [...acknowledged.runIds];
  const { code, stdout, stderr } = await slipwayCommand(['backup', at('b.tar.zst'), '--data-dir', installation.dataDir]);
  controller.abort();
  await submitting;
  assert.equal(code, 0, stderr);
  assert.match(stdout, /b\.tar\.zst holds .*: \d+ files, /);
  assert.deepEqual(readdirSync(home), ['b.tar.zst']);

  const restoring = await slipwayCommand(['restore', at('b.tar.zst'), '--data-dir', at('second')]);
  assert.equal(restoring.code, 0, restoring.stderr);
  assert.match(restoring.stdout, /Start it with: slipway up/);
  restored = new Installation(at('second'));
  await restored.start();
  for (const runId of before) assert.equal((await restored.waitForRun(runId)).state, 'SUCCEEDED', 'a step that had not begun runs');
  const active = await restored.waitForRun(acknowledged.activeRunId);
  assert.ok(active.state === 'SUCCEEDED' || (active.error?.message ?? '') !== '', `${active.state} without a sentence`);
  assert.equal((await restored.waitForRun(acknowledged.endedRunId)).state, 'SUCCEEDED');
  const { data } = await restored.request<{ data: object }>('GET', '/api/v1/namespaces/default/configmaps/kept');
  assert.deepEqual(data, { word: 'moon' });
  const artifacts = await artifactsOf(restored);
  for (const [id, content] of acknowledged.artifacts) assert.equal(artifacts.get(id), content, id);
  assert.equal(await logOf(restored, acknowledged.endedRunId, 'produce'), acknowledged.log);
  for (const name of ['token', 'certificates.json', 'service-account-key.pem', 'node-name']) {
    assert.deepEqual(readFileSync(join(restored.dataDir, name)), readFileSync(join(installation.dataDir, name)), name);
  }
});

const quiet = { isForced: false, onProgress: () => undefined, signal: new AbortController().signal };
const backUp = (file: string) => writeBackup({ ...quiet, dataDir: installation.dataDir, file, clock: systemClock });
const restore = (file: string, dataDir = at('third')) => restoreBackup({ ...quiet, file, dataDir });

test('a backup that can not be made leaves no file, and one that is there is not replaced by chance', async () => {
  await assert.rejects(backUp('/dev/full/b.tar'), { reason: 'BackupFailed', message: /no backup of .* was made at/ });
  await assert.rejects(backUp(at('b.tar.zst')), { message: /is there already; choose another name, or replace it with --force/ });
  await assert.rejects(backUp(join(installation.dataDir, 'b.tar')), { message: /lies in the data directory itself/ });
  await assert.rejects(backUp(at('b.zip')), { message: /let it end in \.tar\.zst/ });
});

test('a torn or edited backup is refused by the name of its member, and nothing is replaced', async () => {
  await backUp(at('plain.tar'));
  const whole = readFileSync(at('plain.tar'));
  const edits: readonly (readonly [what: string, edit: (bytes: Buffer) => void, says: RegExp])[] = [
    ['an artifact', (bytes) => bytes.write('SEPAL length', bytes.lastIndexOf('sepal length')), /damaged at its member "artifacts\/.*\/flowers" \(its content is not what was backed up\)/],
    ['the token', (bytes) => bytes.write('!', bytes.indexOf(readFileSync(join(installation.dataDir, 'token')))), /damaged at its member "token"/],
    ['a name', (bytes) => bytes.write('tokem', bytes.indexOf('token\0')), /damaged at its member ".*" or after it \(Invalid tar header checksum/],
  ];
  for (const [what, edit, message] of edits) {
    const bytes = Buffer.from(whole);
    edit(bytes);
    writeFileSync(at('edited.tar'), bytes);
    await assert.rejects(restore(at('edited.tar')), { reason: 'BackupDamaged', message }, what);
    assert.equal(existsSync(at('third')), false, what);
  }
  for (const [file, sizeBytes] of [['plain.tar', whole.length - 4096], ['plain.tar', 100_000], ['b.tar.zst', 20_000]] as const) {
    cpSync(at(file), at('torn'));
    truncateSync(at('torn'), sizeBytes);
    await assert.rejects(restore(at('torn')), { reason: 'BackupDamaged', message: /is damaged at its member "/ }, `${file} of ${sizeBytes} bytes`);
  }
  await assert.rejects(restore(at('nothing.tar')), { message: /nothing\.tar can not be read; check its name/ });
});

test('a restore over what is there wants --force, keeps what it replaces, and is finished by the next start when it is killed', { timeout: 120_000 }, async () => {
  const words = ['restore', at('b.tar.zst'), '--data-dir', at('fourth')];
  await restore(at('b.tar.zst'), at('fourth'));
  await assert.rejects(restore(at('b.tar.zst'), at('fourth')), { message: /is not empty; choose another with --data-dir, or replace what is in it with --force/ });
  for (const pass of [4, 12]) {
    writeFileSync(join(at('fourth'), 'token'), 'what was there before\n');
    const killed = await slipwayCommand([...words, '--force'], { SLIPWAY_CRASH_AT: `restore.move.before:${pass}` });
    assert.equal(killed.signal, 'SIGKILL', `pass ${pass}: ${killed.stdout}${killed.stderr}`);
    const next = new Installation(at('fourth'));
    await next.start();
    assert.equal((await next.waitForRun(acknowledged.endedRunId)).state, 'SUCCEEDED');
    await assert.rejects(restore(at('b.tar.zst'), at('fourth')), { reason: 'DataDirectoryInUse' });
    await next.kill();
    assert.deepEqual(readFileSync(join(at('fourth'), 'token')), readFileSync(join(installation.dataDir, 'token')), `pass ${pass}`);
    assert.equal(readFileSync(join(at('fourth'), 'replaced', 'token'), 'utf8'), 'what was there before\n', `pass ${pass}`);
    assert.ok(!readdirSync(at('fourth')).some((name) => name.startsWith('unpacked-backup')));
    rmSync(join(at('fourth'), 'replaced'), { recursive: true });
  }
  await new Installation(at('fourth')).remove();
});

test('every entry of a data directory is either kept or known to be made anew', () => {
  const madeAnew = ['environments', 'kubeconfig', 'lock.db', 'lock.db-journal', 'pods', 'refused-preloads.json', 'server.json', 'slipway.db-shm', 'slipway.db-wal', 'slipway.log', 'supervisor'];
  const kept = ['artifacts', 'certificates.json', 'logs', 'node-name', 'recipes.yaml', 'service-account-key.pem', 'slipway.db', 'token', 'volumes'];
  assert.deepEqual(readdirSync(installation.dataDir).filter((name) => !madeAnew.includes(name) && !kept.includes(name)), []);
  assert.ok(existsSync(join(installation.dataDir, 'slipway.db')));
});
