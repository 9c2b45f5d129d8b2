import assert from 'node:assert/strict';
import { access, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { systemClock, until } from '../../base/mod.ts';
import { makeWheel } from '../testing/wheel.ts';
import type { EnvironmentSpec } from './environment-spec.ts';
import { createEnvironments, type Environments, type EnvironmentsOptions, type ReadyEnvironment } from './environments.ts';
import type { Interpreter } from './interpreters.ts';
import { install, machinePython, machineUv, machineVariables, recordingLog, run } from './testing/machine.ts';

let root: string;
let wheels: string;
let interpreter: Interpreter;
let uvPath: string | undefined;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'slipway-environments-'));
  wheels = join(root, 'wheels');
  await makeWheel(wheels, 'tiny', '1.0', { command: 'tiny' });
  await makeWheel(wheels, 'tiny', '2.0', { command: 'tiny' });
  await makeWheel(wheels, 'needy', '1.0', { requires: ['missing-package'] });
  await makeWheel(wheels, 'other', '1.0');
  interpreter = await machinePython();
  uvPath = await machineUv(join(root, 'tools'));
});
after(() => rm(root, { recursive: true, force: true }));

interface Setup {
  readonly environments: Environments;
  readonly directory: string;
  readonly sentences: readonly string[];
}

/** Packages come from the local wheels only. uv is on PATH unless `tool` is pip. */
async function setUp(t: TestContext, more: Partial<EnvironmentsOptions> = {}, variables: Record<string, string> = {}): Promise<Setup> {
  const directory = await mkdtemp(join(root, 'data-'));
  const sentences: string[] = [];
  const own = machineVariables();
  const path = uvPath === undefined ? own['PATH'] : `${dirname(uvPath)}:${own['PATH']}`;
  const environments = createEnvironments({
    directory,
    variables: { ...own, PATH: path ?? '', PIP_NO_INDEX: '1', PIP_FIND_LINKS: `/nonexistent ${wheels}`, ...variables },
    sizeBytesMax: 1e12,
    platform: process.platform,
    run,
    clock: systemClock,
    log: recordingLog(sentences),
    ...more,
  });
  t.after(() => environments.stop());
  return { environments, directory, sentences };
}

function spec(...installs: EnvironmentSpec['installs']): EnvironmentSpec {
  return { interpreter, inheritsPackages: false, installs };
}

async function python(environment: ReadyEnvironment, ...args: string[]): Promise<string> {
  const env = { PATH: `${dirname(environment.python)}:/usr/bin:/bin`, HOME: '/nonexistent', ...environment.variables };
  const { exitCode, lines } = await run(environment.python, args, { cwd: '/', env, timeoutMs: 60_000 });
  assert.equal(exitCode, 0, lines.join('\n'));
  return lines.join('\n');
}

const needsUv = () => (uvPath === undefined ? 'uv cannot be installed here: the package index is not reachable' : false);

test('ten ask at the same time, it is built once', { timeout: 60_000 }, async (t) => {
  const { environments, sentences, directory } = await setUp(t);
  const progress: string[] = [];
  const asks = Array.from({ length: 10 }, (_, i) => environments.ensure(spec(install(['tiny<2', 'other'])), { podUid: `pod-${i}`, onProgress: (message) => progress.push(message) }));
  const [first, ...others] = await Promise.all(asks);
  for (const other of others) assert.deepEqual(other, first);
  assert.equal(sentences.filter((sentence) => sentence === 'environment built').length, 1);
  assert.match(progress[0]!, /^building an environment: Python 3\.\d+\.\d+ with tiny<2, other$/);
  assert.equal(await python(first!, '-c', 'import tiny, other, sys; print(tiny.VERSION, sys.prefix)'), `1.0 ${join(directory, 'built', first!.id)}`);
  assert.deepEqual((await environments.packagesOf(first!.id)).filter(({ name }) => name !== 'pip' && name !== 'setuptools'), [{ name: 'other', version: '1.0' }, { name: 'tiny', version: '1.0' }]);
  const [status] = await environments.list();
  assert.equal(status?.podCount, 10);
  assert.deepEqual(status?.requirements, ['tiny<2', 'other']);
});

test('two processes that share a directory build it once', { timeout: 60_000 }, async (t) => {
  const { environments, sentences, directory } = await setUp(t);
  const other = await setUp(t, { directory });
  const [mine, theirs] = await Promise.all([environments, other.environments].map((each) => each.ensure(spec(install(['tiny'])))));
  assert.deepEqual(mine, theirs);
  assert.equal([...sentences, ...other.sentences].filter((sentence) => sentence === 'environment built').length, 1);
});

test('the same packages in another order are the same environment, another index is another one', { timeout: 60_000 }, async (t) => {
  const { environments, sentences } = await setUp(t);
  const a = await environments.ensure(spec(install(['tiny', 'other'])));
  const b = await environments.ensure(spec(install(['other', 'tiny'])));
  assert.equal(a.id, b.id);
  const c = await environments.ensure(spec(install(['other', 'tiny'], { trustedHosts: ['packages.example'] })));
  assert.notEqual(a.id, c.id);
  assert.equal(sentences.filter((sentence) => sentence === 'environment built').length, 2);
});

test('a package without its dependencies, where the command says so', { timeout: 60_000 }, async (t) => {
  const { environments } = await setUp(t);
  const environment = await environments.ensure(spec(install(['tiny']), install(['needy'], { isWithoutDependencies: true })));
  assert.equal(await python(environment, '-c', 'import tiny, needy; print(tiny.VERSION, needy.VERSION)'), '2.0 1.0');
});

test('what cannot be installed fails with a sentence, leaves nothing, and is tried again', { timeout: 60_000 }, async (t) => {
  const { environments, directory } = await setUp(t);
  const failing = spec(install(['tiny', 'late==1.0']));
  await assert.rejects(environments.ensure(failing), (error: Error & { reason?: string }) => {
    assert.equal(error.reason, 'EnvironmentBuildFailed');
    assert.match(error.message, /^tiny, late==1\.0 could not be installed for Python 3\.\d+\.\d+: .*late.*\.$/);
    return true;
  });
  assert.deepEqual(await readdir(join(directory, 'built')), []);
  await makeWheel(wheels, 'late', '1.0');
  assert.equal(await python(await environments.ensure(failing), '-c', 'import late; print(late.VERSION)'), '1.0');
});

test('an index that cannot be reached is named as such, without the password', { timeout: 60_000 }, async (t) => {
  const path = `${dirname(uvPath ?? '/nonexistent/uv')}:${process.env['PATH']}`;
  const variables = { ...machineVariables(), PIP_INDEX_URL: 'http://me:secret@127.0.0.1:9/simple', PIP_RETRIES: '1', UV_HTTP_RETRIES: '0', PATH: path };
  const { environments } = await setUp(t, { variables });
  await assert.rejects(environments.ensure(spec(install(['tiny']))), (error: Error) => {
    assert.match(error.message, /^tiny could not be installed for Python 3\.\d+\.\d+: the package index can't be reached \(.*Connection refused.*\)\.$/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

test('a build goes on while somebody waits and is given up when nobody does', { timeout: 60_000 }, async (t) => {
  const { environments, directory, sentences } = await setUp(t);
  const leaving = new AbortController();
  const left = environments.ensure(spec(install(['tiny'])), { signal: leaving.signal, onProgress: () => leaving.abort(new Error('left')) });
  const staying = environments.ensure(spec(install(['tiny'])));
  await assert.rejects(left, { message: 'left' });
  await python(await staying, '-c', 'import tiny');
  const alone = new AbortController();
  await assert.rejects(environments.ensure(spec(install(['other'])), { signal: alone.signal, onProgress: () => alone.abort(new Error('left too')) }), { message: 'left too' });
  await until('the rest of the build to go', async () => (await readdir(join(directory, 'built'))).length === 1);
  assert.equal(sentences.filter((sentence) => sentence === 'environment built').length, 1);
  await python(await environments.ensure(spec(install(['other']))), '-c', 'import other');
});

test('after a crash half-built ones and uses of Pods that are gone are removed, whole ones stay', { timeout: 60_000 }, async (t) => {
  const { environments: before, directory } = await setUp(t);
  const { id } = await before.ensure(spec(install(['tiny'])), { podUid: 'alive' });
  await before.ensure(spec(install(['tiny'])), { podUid: 'gone' });
  await before.stop();
  const { environments } = await setUp(t, { directory });
  assert.equal((await environments.list())[0]?.podCount, 2);
  const halfBuilt = join(directory, 'built', `py3.11-${'0'.repeat(20)}`);
  await mkdir(join(halfBuilt, 'bin'), { recursive: true });
  await writeFile(join(halfBuilt, 'ready.json'), '{"path": "cut o');
  await environments.sweep((podUid) => podUid === 'alive');
  assert.deepEqual(await readdir(join(directory, 'built')), [id]);
  assert.deepEqual(await readdir(join(directory, 'pods')), ['alive']);
  environments.release('alive');
  await until('the use to end', async () => (await environments.list())[0]?.podCount === 0);
});

test('a short use leaves no trace on disk, a longer one is noted', { timeout: 60_000 }, async (t) => {
  const { environments, directory } = await setUp(t);
  const noted = async () => (await readdir(join(directory, 'pods')).catch(() => [])).join();
  await environments.ensure(spec(install(['tiny'])), { podUid: 'short' });
  assert.equal((await environments.list())[0]?.podCount, 1);
  environments.release('short');
  await environments.ensure(spec(install(['tiny'])), { podUid: 'long' });
  assert.equal(await noted(), '');
  await until('the note', async () => (await noted()) === 'long');
  environments.release('long');
  await until('the note to go', async () => (await noted()) === '');
});

test('an environment that was moved with its data directory is built anew', { timeout: 60_000 }, async (t) => {
  const { environments, directory, sentences } = await setUp(t);
  const { id } = await environments.ensure(spec(install(['tiny'])));
  const file = join(directory, 'built', id, 'ready.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace(directory, '/elsewhere'));
  await environments.ensure(spec(install(['tiny'])));
  assert.equal(sentences.filter((sentence) => sentence === 'environment built').length, 2);
});

test('space is made by those not used for longest, never by one in use', { timeout: 60_000 }, async (t) => {
  const { environments, directory } = await setUp(t, { sizeBytesMax: 1 });
  const [used, old, recent] = [await environments.ensure(spec(install(['tiny'])), { podUid: 'pod' }), await environments.ensure(spec(install(['other']))), await environments.ensure(spec())];
  await until('all to be finished', async () => (await Promise.all([used, old, recent].map(({ id }) => readFile(join(directory, 'built', id, 'ready.json'), 'utf8')))).every((text) => text.includes('sizeBytes')));
  for (const { id } of [used, old]) await utimes(join(directory, 'built', id, 'ready.json'), 1000, 1000);
  await until('the old one to go', async () => {
    await environments.collect();
    return (await environments.list()).every(({ id }) => id !== old.id);
  });
  assert.deepEqual(new Set((await environments.list()).map(({ id }) => id)), new Set([used.id, recent.id]));
});

test('pip inside a Pod installs into the layer of the Pod', { timeout: 120_000 }, async (t) => {
  const { environments, directory } = await setUp(t);
  const ask = () => environments.ensureWritable(spec(install(['tiny<2', 'other'])), { podUid: 'pod-1' });
  const [environment, again] = await Promise.all([ask(), ask()]);
  assert.deepEqual(environment, again);
  const [shared, layer] = environment.directories.map(({ path }) => path);
  assert.ok(layer!.startsWith(join(directory, 'pods/pod-1/')) && shared!.startsWith(join(directory, 'built/')));
  const bin = dirname(environment.python);
  assert.equal(await python(environment, '-c', 'import tiny, other, sys; print(tiny.VERSION, sys.prefix)'), `1.0 ${layer}`);
  const pip = await run(join(bin, 'pip'), ['install', 'tiny==2.0', 'needy', '--no-deps'], { cwd: '/', env: { ...environment.variables, PATH: bin }, timeoutMs: 60_000 });
  assert.equal(pip.exitCode, 0, pip.lines.join('\n'));
  assert.equal(await python(environment, '-c', 'import tiny, needy; print(tiny.VERSION, tiny.__file__.startswith(__import__("sys").prefix))'), '2.0 True');
  assert.equal(await python(environment, '-m', 'tiny'), '');
  const script = await run(join(bin, 'tiny'), [], { cwd: '/', env: { PATH: '/usr/bin:/bin' }, timeoutMs: 60_000 });
  assert.equal(script.lines[0], `tiny 2.0 ${layer}`);
  const listed = await python(environment, '-m', 'pip', 'list', '--format', 'freeze');
  assert.match(listed, /^needy==1\.0$/m);
  assert.match(listed, /^other==1\.0$/m);
  assert.match(listed, /^tiny==2\.0$/m);
  const untouched = await environments.ensureWritable(spec(install(['tiny<2', 'other'])), { podUid: 'pod-2' });
  assert.equal(await python(untouched, '-c', 'import tiny; print(tiny.VERSION)'), '1.0');
  assert.deepEqual(await ask(), environment);
  environments.release('pod-1');
  await until('the layer to go', () => access(layer!).then(() => false, () => true));
});

test('a layer over an environment that is there takes milliseconds', { timeout: 120_000 }, async (t) => {
  const { environments } = await setUp(t);
  await environments.ensureWritable(spec(), { podUid: 'first' });
  const startedAtMs = performance.now();
  await environments.ensureWritable(spec(), { podUid: 'second' });
  assert.ok(performance.now() - startedAtMs < 1000);
});

test('pip alone does as well, and what its interpreter has is inherited where asked for', { timeout: 120_000 }, async (t) => {
  const mine = await (await setUp(t)).environments.ensure(spec(install(['other'])));
  const heir = { ...interpreter, sitePackages: [join(dirname(dirname(mine.python)), 'lib', `python3.${interpreter.minor}`, 'site-packages')] };
  const { environments } = await setUp(t, { tool: 'pip' });
  const inheriting = await environments.ensure({ interpreter: heir, inheritsPackages: true, installs: [install(['tiny', 'other'])] });
  assert.equal(await python(inheriting, '-c', 'import tiny, other; print(tiny.VERSION, other.__file__)'), `2.0 ${join(heir.sitePackages[0]!, 'other.py')}`);
});

test('a machine without venv and uv says what to install', async (t) => {
  const { environments } = await setUp(t, { tool: 'pip' });
  await assert.rejects(environments.ensure({ ...spec(), interpreter: { ...interpreter, hasEnsurepip: false } }), {
    reason: 'EnvironmentBuildFailed',
    message: `No environment can be made with ${interpreter.path}: its venv module is missing (apt install python3-venv), and uv is not there either.`,
  });
});

test('a package from the index that this machine is configured for', { timeout: 180_000 }, async (t) => {
  const { environments } = await setUp(t, { variables: { ...machineVariables(), UV_HTTP_RETRIES: '1', PIP_RETRIES: '1' } });
  try {
    const environment = await environments.ensure(spec(install(['six==1.16.0'])));
    assert.equal(await python(environment, '-c', 'import six; print(six.__version__)'), '1.16.0');
  } catch (error) {
    if (error instanceof Error && error.message.includes("can't be reached")) return t.skip(error.message);
    throw error;
  }
});

test('bytecode of a package is compiled once for all environments', { timeout: 60_000 }, async (t) => {
  if (needsUv() !== false) return t.skip(needsUv() as string);
  const home = await mkdtemp(join(root, 'home-'));
  await makeWheel(wheels, 'once', '1.0');
  const inodes: bigint[] = [];
  for (let i = 0; i < 2; i++) {
    const { environments, directory } = await setUp(t, {}, { XDG_CACHE_HOME: home });
    const { id, python: path } = await environments.ensure(spec(install(['once'])));
    const cached = join(directory, 'built', id, 'lib', `python3.${interpreter.minor}`, 'site-packages/__pycache__', `once.cpython-3${interpreter.minor}.pyc`);
    inodes.push((await stat(cached, { bigint: true })).ino);
    const { lines } = await run(path, ['-v', '-c', 'import once'], { cwd: '/', env: {}, timeoutMs: 60_000 });
    assert.ok(lines.some((line) => line.includes(`# code object from '${cached}'`)), 'imported from its bytecode');
  }
  assert.equal(inodes[0], inodes[1]);
});

test('bytecode is kept only of a package that says what its sources are', { timeout: 60_000 }, async (t) => {
  if (needsUv() !== false) return t.skip(needsUv() as string);
  const home = await mkdtemp(join(root, 'home-'));
  for (const value of ['first', 'second']) {
    const links = join(root, `wheels-${value}`);
    await makeWheel(links, 'blank', '1.0', { files: { 'blank.py': `VALUE = '${value}'\n` }, isRecordBlank: true });
    const { environments } = await setUp(t, {}, { XDG_CACHE_HOME: home, PIP_FIND_LINKS: links });
    const environment = await environments.ensure(spec(install(['blank'])));
    assert.equal(await python(environment, '-c', 'import blank; print(blank.VALUE)'), value);
  }
});
