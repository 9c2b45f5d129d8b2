import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { createTarPacker, type TarHeader } from 'modern-tar';
import { sha256Hex, silentLog, systemClock } from '../../base/mod.ts';
import { openRecords } from '../../records/mod.ts';
import { openDatabase } from '../../sql/mod.ts';
import { openStore } from '../../store/mod.ts';
import { checksumLine, parseChecksums } from './checksums.ts';
import { restoreBackup } from './restore-backup.ts';
import { writeBackup } from './write-backup.ts';

const never = new AbortController().signal;
const quiet = { clock: systemClock, isForced: false, onProgress: () => undefined, signal: never };

/** A data directory as a server leaves it, with artifacts of every awkward kind. */
async function makeDirectory(t: TestContext): Promise<{ home: string; dataDir: string }> {
  const home = mkdtempSync(join(tmpdir(), 'slipway-backup-'));
  t.after(() => {
    chmodSync(join(home, 'data/artifacts/closed'), 0o700);
    rmSync(home, { recursive: true, force: true });
  });
  const dataDir = join(home, 'data');
  mkdirSync(join(dataDir, 'artifacts', 'closed'), { recursive: true });
  const database = openDatabase({ path: join(dataDir, 'slipway.db'), log: silentLog });
  openRecords({ database, log: silentLog });
  openStore({ database, clock: systemClock, log: silentLog }).close();
  await database.close();
  writeFileSync(join(dataDir, 'token'), 'secret\n', { mode: 0o600 });
  writeFileSync(join(dataDir, 'artifacts', `${'long'.repeat(40)} ü`), 'x'.repeat(600_000));
  writeFileSync(join(dataDir, 'artifacts', 'line\nbreak\\'), 'awkward', { mode: 0o444 });
  writeFileSync(join(dataDir, 'artifacts', 'empty'), '');
  symlinkSync('empty', join(dataDir, 'artifacts', 'link'));
  symlinkSync('/etc/passwd', join(dataDir, 'artifacts', 'way-out'));
  writeFileSync(join(dataDir, 'artifacts', 'closed', 'file'), 'inside');
  chmodSync(join(dataDir, 'artifacts', 'closed'), 0o555);
  return { home, dataDir };
}

test('names of any length and kind, modes, times and links come back, with each compression', async (t) => {
  const { home, dataDir } = await makeDirectory(t);
  for (const ending of ['.tar', '.tar.gz', '.tar.zst']) {
    const [file, back] = [join(home, `b${ending}`), join(home, `back${ending}`)];
    await writeBackup({ ...quiet, dataDir, file });
    assert.equal(lstatSync(file).mode & 0o777, 0o600, 'it holds keys');
    const { fileCount } = await restoreBackup({ ...quiet, file, dataDir: back });
    assert.equal(fileCount, 7, 'manifest, database, token, four artifacts');
    for (const name of readdirSync(join(dataDir, 'artifacts'))) {
      const [before, after] = [join(dataDir, 'artifacts', name), join(back, 'artifacts', name)];
      const [a, b] = [lstatSync(before), lstatSync(after)];
      assert.deepEqual([b.mode, Math.floor(b.mtimeMs / 1000)], [a.mode, Math.floor(a.mtimeMs / 1000)], name);
      if (a.isFile()) assert.deepEqual(readFileSync(after), readFileSync(before));
      if (a.isSymbolicLink()) assert.equal(readlinkSync(after), readlinkSync(before));
    }
    assert.equal(readFileSync(join(back, 'artifacts', 'closed', 'file'), 'utf8'), 'inside');
    chmodSync(join(back, 'artifacts', 'closed'), 0o700);
  }
});

test('a directory of somebody else is said to be that, not to be none', { skip: process.getuid?.() === 0 ? 'root reads everything' : false }, async (t) => {
  const { home, dataDir } = await makeDirectory(t);
  chmodSync(dataDir, 0);
  try {
    await assert.rejects(writeBackup({ ...quiet, dataDir, file: join(home, 'b.tar') }), { reason: 'DataDirectoryNotReadable', message: /can not be read; run this as the user whose data directory it is/ });
  } finally {
    chmodSync(dataDir, 0o700);
  }
});

test('a restore of a file that is not there says so first, and makes nothing', async (t) => {
  const { home } = await makeDirectory(t);
  const [file, dataDir] = [join(home, 'missing.tar'), join(home, 'restored')];
  await assert.rejects(restoreBackup({ ...quiet, file, dataDir }), { reason: 'BackupUnreadable', message: /missing\.tar can not be read; check its name/ });
  assert.equal(existsSync(dataDir), false);
});

test('a backup that is stopped leaves nothing behind', async (t) => {
  const { home, dataDir } = await makeDirectory(t);
  const controller = new AbortController();
  const stop = (doneBytes: number) => doneBytes > 100_000 && controller.abort(new Error('enough'));
  const writing = writeBackup({ ...quiet, dataDir, file: join(home, 'b.tar.zst'), onProgress: stop, signal: controller.signal });
  await assert.rejects(writing, /enough/);
  assert.deepEqual(readdirSync(home), ['data']);
});

test('a restore that is stopped leaves the directory as it was', async (t) => {
  const { home, dataDir } = await makeDirectory(t);
  await writeBackup({ ...quiet, dataDir, file: join(home, 'b.tar') });
  const controller = new AbortController();
  const stop = (doneBytes: number) => doneBytes > 100_000 && controller.abort(new Error('enough'));
  writeFileSync(join(dataDir, 'token'), 'newer\n');
  const restoring = restoreBackup({ file: join(home, 'b.tar'), dataDir, isForced: true, onProgress: stop, signal: controller.signal });
  await assert.rejects(restoring, /enough/);
  assert.deepEqual(readdirSync(dataDir).filter((name) => !name.startsWith('slipway.db')).sort(), ['artifacts', 'token']);
  assert.equal(readFileSync(join(dataDir, 'token'), 'utf8'), 'newer\n');
});

test('a database of a newer Slipway is refused before anything is replaced', async (t) => {
  const { home, dataDir } = await makeDirectory(t);
  const database = new DatabaseSync(join(dataDir, 'slipway.db'));
  database.exec("UPDATE migrations SET applied = 1000 WHERE room = 'records'");
  database.close();
  await writeBackup({ ...quiet, dataDir, file: join(home, 'b.tar') });
  await assert.rejects(restoreBackup({ ...quiet, file: join(home, 'b.tar'), dataDir: join(home, 'back') }), {
    reason: 'DataDirectoryNewer',
    message: /written by a newer Slipway \(records schema 1000, this one knows \d+\); start the newer version/,
  });
  assert.equal(existsSync(join(home, 'back')), false);
});

test('a backup that somebody made by hand writes nowhere else', async (t) => {
  const { home } = await makeDirectory(t);
  const manifest = JSON.stringify({ format: 1, slipwayVersion: '0', createdAt: '', dataDir: '', schemas: {} });
  writeFileSync(join(home, 'bystander'), 'untouched');
  const cases: readonly (readonly TarHeader[])[] = [
    [{ name: '../out', size: 0, type: 'file' }],
    [{ name: '/tmp/out', size: 0, type: 'file' }],
    [{ name: 'artifacts/../../out', size: 0, type: 'file' }],
    [{ name: 'kubeconfig', size: 0, type: 'file' }],
    [{ name: 'unpacked-backup.ready/token', size: 0, type: 'file' }],
    [{ name: 'artifacts', size: 0, type: 'symlink', linkname: home }, { name: 'artifacts/out', size: 0, type: 'file' }],
    [{ name: 'artifacts/', size: 0, type: 'directory' }, { name: 'artifacts/out', size: 0, type: 'link', linkname: '/etc/passwd' }],
    [{ name: 'artifacts/', size: 0, type: 'directory' }, { name: 'artifacts/out', size: 0, type: 'fifo' }],
    [{ name: 'token', size: 0, type: 'symlink', linkname: join(home, 'out') }, { name: 'token', size: 0, type: 'file' }],
    // Links that stand alone would be followed by the next start.
    ...['token', 'service-account-key.pem', 'slipway.db'].map((name): TarHeader[] => [{ name, size: 0, type: 'symlink', linkname: join(home, 'bystander') }]),
    ...['artifacts', 'logs', 'volumes'].map((name): TarHeader[] => [{ name, size: 0, type: 'symlink', linkname: home }]),
    [{ name: 'token/', size: 0, type: 'directory' }],
  ];
  for (const headers of cases) {
    writeFileSync(join(home, 'hostile.tar'), await archiveOf(manifest, headers));
    const shown = JSON.stringify(headers);
    await assert.rejects(restoreBackup({ ...quiet, file: join(home, 'hostile.tar'), dataDir: join(home, 'back') }), { reason: 'BackupDamaged' }, shown);
    assert.deepEqual(readdirSync(home).sort(), ['bystander', 'data', 'hostile.tar'], shown);
    assert.equal(readFileSync(join(home, 'bystander'), 'utf8'), 'untouched', shown);
  }
  // One of the same make that asks for nothing bad is taken: the others were not refused for their form.
  const fair: readonly TarHeader[] = [{ name: 'artifacts/', size: 0, mode: 0o755, type: 'directory' }, { name: 'artifacts/in', size: 0, mode: 0o644, type: 'file' }, { name: 'artifacts/link', size: 0, type: 'symlink', linkname: 'in' }];
  writeFileSync(join(home, 'fair.tar'), await archiveOf(manifest, fair));
  await restoreBackup({ ...quiet, file: join(home, 'fair.tar'), dataDir: join(home, 'back') });
  assert.deepEqual(readdirSync(join(home, 'back', 'artifacts')).sort(), ['in', 'link']);
});

/** A whole backup with these members: manifest first, right checksums last. */
async function archiveOf(manifest: string, headers: readonly TarHeader[]): Promise<Buffer> {
  const files = ['manifest.json', ...headers.filter(({ type }) => type === 'file').map(({ name }) => name)];
  const sums = files.map((name, index) => checksumLine(sha256Hex(index === 0 ? manifest : ''), name)).join('');
  const packer = createTarPacker();
  const addText = async (name: string, text: string) => {
    const writer = packer.controller.add({ name, size: Buffer.byteLength(text), type: 'file' }).getWriter();
    await writer.write(Buffer.from(text));
    await writer.close();
  };
  const packing = (async () => {
    await addText('manifest.json', manifest);
    for (const header of headers) await packer.controller.add(header).close();
    await addText('SHA256SUMS', sums);
    packer.controller.finalize();
  })();
  const bytes = Buffer.concat(await Array.fromAsync(packer.readable));
  await packing;
  return bytes;
}

test('what was moved elsewhere, with a link in its place, is backed up as itself', async (t) => {
  const { home, dataDir } = await makeDirectory(t);
  mkdirSync(join(home, 'large-disk'));
  writeFileSync(join(home, 'large-disk', 'weights'), 'moved');
  symlinkSync(join(home, 'large-disk'), join(dataDir, 'volumes'));
  writeFileSync(join(home, 'recipes.yaml'), 'recipes: []');
  symlinkSync(join(home, 'recipes.yaml'), join(dataDir, 'recipes.yaml'));
  await writeBackup({ ...quiet, dataDir, file: join(home, 'b.tar') });
  await restoreBackup({ ...quiet, file: join(home, 'b.tar'), dataDir: join(home, 'back') });
  assert.ok(lstatSync(join(home, 'back', 'volumes')).isDirectory());
  assert.equal(readFileSync(join(home, 'back', 'volumes', 'weights'), 'utf8'), 'moved');
  assert.equal(readFileSync(join(home, 'back', 'recipes.yaml'), 'utf8'), 'recipes: []');
  chmodSync(join(home, 'back/artifacts/closed'), 0o700);
});

test('checksums are what sha256sum reads', () => {
  const sum = 'a'.repeat(64);
  assert.equal(checksumLine(sum, 'a b'), `${sum}  a b\n`);
  assert.equal(checksumLine(sum, 'a\\\nb'), `\\${sum}  a\\\\\\nb\n`);
  for (const name of ['a b', 'a\\nb', 'a\\\nb\r', '\\']) assert.deepEqual([...parseChecksums(checksumLine(sum, name))!], [[name, sum]]);
  assert.equal(parseChecksums('nonsense\n'), undefined);
  assert.equal(parseChecksums(`${sum}  torn`), undefined);
});
