import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PackageInstall } from './kfp-command.ts';
import { configPaths, mergePipConfig, parsePipConfigFile, pipVariables, readPipConfig } from './pip-config.ts';
import { uvOptions } from './uv-options.ts';

const EMPTY = { extraIndexUrls: [], findLinks: [], trustedHosts: [], isWithoutIndex: false, allowsPrereleases: false, constraintFiles: [], noBinary: [], onlyBinary: [] };
const INSTALL: PackageInstall = { requirements: ['six'], isWithoutDependencies: false, extraIndexUrls: [], trustedHosts: [] };

test('a file with sections, comments and values over several lines', () => {
  const text = `
# mine
[global]
index-url = https://user:secret@packages.example/simple
Find_Links: /a
    /b
; no
timeout=30

[install]
extra-index-url =
    https://one.example/simple
    https://two.example/simple
[list]
format = columns
`;
  assert.deepEqual(parsePipConfigFile(text), {
    'global.index-url': 'https://user:secret@packages.example/simple',
    'global.find-links': '/a\n/b',
    'global.timeout': '30',
    'install.extra-index-url': 'https://one.example/simple\nhttps://two.example/simple',
    'list.format': 'columns',
  });
});

test('later files, the install section and variables win', () => {
  const files = [{ 'global.index-url': 'system', 'install.no-binary': 'a,b', 'global.pre': 'yes' }, { 'global.index-url': 'user', 'global.no-binary': ':all:' }];
  assert.deepEqual(mergePipConfig(files, {}), { ...EMPTY, indexUrl: 'user', noBinary: ['a', 'b'], allowsPrereleases: true });
  assert.deepEqual(mergePipConfig(files, { PIP_INDEX_URL: 'variable', PIP_NO_BINARY: '', PIP_PRE: '0', PIP_DEFAULT_TIMEOUT: '7' }), {
    ...EMPTY, indexUrl: 'variable', noBinary: ['a', 'b'], timeoutSeconds: 7,
  });
  assert.deepEqual(mergePipConfig([], { PIP_TIMEOUT: 'soon', HOME: '/' }), EMPTY);
});

test('where pip looks', () => {
  const variables = { HOME: '/home/me' };
  assert.deepEqual(configPaths({ variables, platform: 'linux', prefix: '/usr' }), ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', '/home/me/.pip/pip.conf', '/home/me/.config/pip/pip.conf', '/usr/pip.conf']);
  assert.deepEqual(configPaths({ variables: { ...variables, PIP_CONFIG_FILE: '/x.conf' }, platform: 'linux', prefix: '/usr' }), ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', '/usr/pip.conf', '/x.conf']);
  assert.deepEqual(configPaths({ variables: { ...variables, PIP_CONFIG_FILE: '/dev/null' }, platform: 'linux', prefix: '/usr' }), []);
});

test('files that do not exist configure nothing', async () => {
  assert.deepEqual(await readPipConfig({ variables: { PIP_CONFIG_FILE: '/nonexistent/pip.conf', XDG_CONFIG_DIRS: '/nonexistent' }, platform: 'darwin', prefix: '/nonexistent' }), EMPTY);
});

test('as variables and back', () => {
  const config = mergePipConfig([{ 'global.find-links': '/a\n/b', 'global.cert': '/c.pem', 'global.only-binary': 'x,y', 'install.no-index': 'on' }], { PIP_INDEX_URL: 'https://a' });
  assert.deepEqual(mergePipConfig([], pipVariables(config)), config);
  assert.deepEqual(pipVariables(mergePipConfig([], {})), {});
});

test('in the words of uv', () => {
  assert.deepEqual(uvOptions(mergePipConfig([], {}), INSTALL, []), { args: [], variables: {} });
  const config = mergePipConfig([], {
    PIP_INDEX_URL: 'https://mine.example/simple',
    PIP_EXTRA_INDEX_URL: 'https://more.example/simple',
    PIP_TRUSTED_HOST: 'mine.example',
    PIP_FIND_LINKS: '/missing /wheels',
    PIP_CERT: '/c.pem',
    PIP_PROXY: 'http://proxy.example:3128',
    PIP_TIMEOUT: '12.5',
  });
  const install = { ...INSTALL, isWithoutDependencies: true, indexUrl: 'https://theirs.example/simple', extraIndexUrls: ['https://more.example/simple'], trustedHosts: ['https://theirs.example:8443/simple', 'mine.example'] };
  assert.deepEqual(uvOptions(config, install, ['/wheels']), {
    args: [
      '--default-index', 'https://theirs.example/simple',
      '--extra-index-url', 'https://more.example/simple',
      '--find-links', '/wheels',
      '--allow-insecure-host', 'mine.example',
      '--allow-insecure-host', 'theirs.example:8443',
      '--index-strategy', 'unsafe-best-match',
      '--no-deps',
    ],
    variables: { SSL_CERT_FILE: '/c.pem', HTTP_PROXY: 'http://proxy.example:3128', HTTPS_PROXY: 'http://proxy.example:3128', ALL_PROXY: 'http://proxy.example:3128', UV_HTTP_TIMEOUT: '13' },
  });
});
