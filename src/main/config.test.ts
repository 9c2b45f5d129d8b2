import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { configReference } from './config-reference.ts';
import { parseConfig } from './config.ts';

test('a flag wins over its variable, the variable over the default', () => {
  assert.equal(parseConfig({}, {}).port, 8080);
  assert.equal(parseConfig({}, { SLIPWAY_PORT: '9000' }).port, 9000);
  assert.equal(parseConfig({ port: '9001' }, { SLIPWAY_PORT: '9000' }).port, 9001);
});

test('the data directory follows XDG_DATA_HOME when that is absolute, and is always absolute itself', () => {
  assert.equal(parseConfig({}, { XDG_DATA_HOME: '/srv' }).dataDir, '/srv/slipway');
  assert.match(parseConfig({}, { XDG_DATA_HOME: 'relative' }).dataDir, /\.local\/share\/slipway$/);
  assert.equal(parseConfig({ 'data-dir': 'here' }, {}).dataDir, join(process.cwd(), 'here'));
});

test('bad values name their flag', () => {
  for (const port of ['http', '', '-1', '65536', '1.5']) {
    assert.throws(() => parseConfig({ port }, {}), { reason: 'BadConfiguration', message: /--port must be a whole number/ });
  }
  for (const name of ['data-dir', 'recipes']) {
    assert.throws(() => parseConfig({ [name]: '' }, {}), { reason: 'BadConfiguration', message: new RegExp(`--${name} is empty; name a path`) }, 'as a script has it whose variable is not set: never the current directory');
  }
  assert.throws(() => parseConfig({ 'log-level': 'loud' }, {}), { message: /--log-level must be one of debug, info, warn, error/ });
});

test('an empty variable counts as none', () => {
  const { port, dataDir } = parseConfig({}, { SLIPWAY_PORT: '', SLIPWAY_DATA_DIR: '', XDG_DATA_HOME: '/srv' });
  assert.deepEqual([port, dataDir], [8080, '/srv/slipway']);
});

test('host names are compared in lower case', () => {
  assert.deepEqual(parseConfig({ 'allowed-hosts': 'Box.example, ,other' }, {}).allowedHosts, ['box.example', 'other']);
});

test('the reference page is what the schema says', () => {
  assert.equal(readFileSync(join(import.meta.dirname, '../../docs/reference/configuration.md'), 'utf8'), configReference(), 'stale: run node tools/generate-config-reference.ts');
});
