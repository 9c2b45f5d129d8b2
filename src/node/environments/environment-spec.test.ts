import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { environmentId } from './environment-spec.ts';
import type { Interpreter } from './interpreters.ts';
import { mergePipConfig, readPipConfig } from './pip-config.ts';

/** As a virtual environment tells of itself: the path is that of the interpreter below it. */
function venv(name: string): Interpreter {
  return { path: '/usr/bin/python3.11', version: '3.11.7', minor: 11, prefix: '/usr', sitePackages: [`/home/me/venvs/${name}/lib/python3.11/site-packages`], hasPip: true, hasEnsurepip: true };
}

const idWith = (name: string, inheritsPackages: boolean) => environmentId({ interpreter: venv(name), inheritsPackages, installs: [] }, false, mergePipConfig([], {}));

test('two virtual environments of one interpreter whose packages are inherited are two environments', () => {
  assert.notEqual(idWith('torch', true), idWith('tensorflow', true));
  assert.equal(idWith('torch', true), idWith('torch', true));
});

test('their own packages do not matter where nothing is inherited', () => {
  assert.equal(idWith('torch', false), idWith('tensorflow', false));
});

test('other constraints in the same file make another environment', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-constraints-'));
  t.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'constraints.txt');
  const ids: string[] = [];
  for (const text of ['pandas<3\n', 'pandas<4\n', 'pandas<3\n']) {
    await writeFile(file, text);
    const config = await readPipConfig({ variables: { PIP_CONFIG_FILE: '/dev/null', PIP_CONSTRAINT: file }, platform: 'linux', prefix: '/usr' });
    ids.push(environmentId({ interpreter: venv('any'), inheritsPackages: false, installs: [] }, false, config));
  }
  assert.notEqual(ids[0], ids[1]);
  assert.equal(ids[0], ids[2]);
});
