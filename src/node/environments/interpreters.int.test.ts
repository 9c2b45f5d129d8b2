import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { silentLog, systemClock } from '../../base/mod.ts';
import { createInterpreters } from './interpreters.ts';
import { createRunProcess } from './run-process.ts';

const run = createRunProcess(systemClock);

/** Directory with programs that answer the probe like a Python of that version. */
async function fakeMachine(t: TestContext, programs: Record<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-interpreters-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  for (const [name, version] of Object.entries(programs)) {
    const path = join(directory, name);
    await mkdir(join(path, '..'), { recursive: true });
    const answer = JSON.stringify({ path, implementation: 'cpython', version: version.split('.').map(Number), prefix: directory, sitePackages: [], hasPip: false, hasEnsurepip: true });
    await writeFile(path, `#!/bin/sh\necho asked >> ${path}.asked\n${version === 'broken' ? 'echo no; exit 3' : `echo '${answer}'`}\n`);
    await chmod(path, 0o755);
  }
  return directory;
}

test('the machine of this test has a Python, asked through its real interpreter', async () => {
  const interpreters = createInterpreters({ run, variables: process.env as Record<string, string>, log: silentLog });
  const python = await interpreters.nearest(undefined);
  assert.ok(python !== undefined && python.minor >= 9 && python.version.startsWith(`3.${python.minor}.`));
  assert.deepEqual(await interpreters.nearest(python.minor), await interpreters.nearest(python.minor));
  assert.deepEqual(await interpreters.at(python.path), python);
});

test('a promised version is asked alone and once', async (t) => {
  const home = await fakeMachine(t, { 'bin/python3': '3.12.1', 'bin/python3.10': 'broken', '.pyenv/versions/3.10.13/bin/python3': '3.10.13', '.pyenv/versions/3.9.2/bin/python3': '3.9.2' });
  const interpreters = createInterpreters({ run, variables: { HOME: home, PATH: `/nonexistent:${home}/bin:/bin` }, log: silentLog });
  assert.equal((await interpreters.nearest(10))?.version, '3.10.13');
  assert.equal((await interpreters.nearest(10))?.version, '3.10.13');
  assert.equal(await readFile(join(home, '.pyenv/versions/3.10.13/bin/python3.asked'), 'utf8'), 'asked\n');
  await assert.rejects(readFile(join(home, '.pyenv/versions/3.9.2/bin/python3.asked')), { code: 'ENOENT' });
  assert.equal((await interpreters.nearest(undefined))?.version, '3.12.1');
});

test('a virtual environment gives the interpreter behind it', async (t) => {
  const real = createInterpreters({ run, variables: process.env as Record<string, string>, log: silentLog });
  const python = (await real.nearest(undefined))!;
  const directory = await fakeMachine(t, {});
  await mkdir(join(directory, 'venv/bin'), { recursive: true });
  await symlink(python.path, join(directory, 'venv/bin/python3'));
  await writeFile(join(directory, 'venv/pyvenv.cfg'), `home = ${join(python.path, '..')}\ninclude-system-site-packages = false\n`);
  const interpreters = createInterpreters({ run, variables: { HOME: directory, PATH: join(directory, 'venv/bin') }, log: silentLog });
  const found = (await interpreters.nearest(undefined))!;
  assert.equal(found.path, python.path);
  assert.ok(found.sitePackages.some((path) => path.startsWith(join(directory, 'venv'))));
});

test('what is no Python 3.9 is refused', async (t) => {
  const home = await fakeMachine(t, { 'python3': '3.8.1', 'broken': 'broken' });
  const interpreters = createInterpreters({ run, variables: { HOME: home, PATH: home }, log: silentLog });
  for (const path of [join(home, 'python3'), join(home, 'broken'), join(home, 'missing'), 'python3', '/etc/passwd']) {
    await assert.rejects(interpreters.at(path), { reason: 'InterpreterNotUsable' }, path);
  }
});

test('an interpreter that is installed or upgraded while Slipway runs is seen', async (t) => {
  const home = await fakeMachine(t, { 'first/python3': '3.11.1', 'second/python3': '3.12.2' });
  const interpreters = createInterpreters({ run, variables: { HOME: home, PATH: home }, log: silentLog });
  const place = join(home, 'venv-python');
  await assert.rejects(interpreters.at(place), { reason: 'InterpreterNotUsable' });
  for (const [name, version] of [['first', '3.11.1'], ['second', '3.12.2']] as const) {
    await rm(place, { force: true });
    await symlink(join(home, name, 'python3'), place);
    assert.equal((await interpreters.at(place)).version, version);
  }
});
