// The launchers, run as a user runs them, on a small tree of their own.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isNewEnough, missingPackages, NODE_FLAGS } from '../bin/launch.mjs';

const ROOT = dirname(import.meta.dirname);
const PROGRAM = `process.on('SIGTERM', () => process.exit(9));
process.stdout.write(JSON.stringify(process.argv[2] === 'flags' ? process.execArgv : process.argv.slice(2)) + '\\n');
if (process.argv[2] === 'wait') setInterval(() => {}, 1000);
else process.exitCode = 7;
`;

let tree = '';
before(() => {
  tree = mkdtempSync(join(tmpdir(), 'slipway-launch-'));
  for (const folder of ['bin', 'tools', 'src/cli', `node_modules/node-${process.platform}-${process.arch}/bin`]) {
    mkdirSync(join(tree, folder), { recursive: true });
  }
  for (const file of ['bin/launch.mjs', 'bin/dashboard.mjs', 'bin/slipway.mjs', 'bin/with-node.sh', 'tools/npm-run.mjs', 'tools/usage.mjs']) {
    copyFileSync(join(ROOT, file), join(tree, file));
  }
  symlinkSync('bin/slipway.mjs', join(tree, 'slipway'));
  symlinkSync(process.execPath, join(tree, `node_modules/node-${process.platform}-${process.arch}/bin/node`));
  writeFileSync(join(tree, 'package.json'), '{"type": "module"}');
  writeFileSync(join(tree, 'src/cli/main.ts'), `const exit: number = 0;\n${PROGRAM}`);
});
after(() => rmSync(tree, { recursive: true, force: true }));

function output(command: string, ...rest: string[]): string {
  const { stdout, stderr, status } = spawnSync(command, rest, { cwd: tree, encoding: 'utf8' });
  assert.equal(status, 7, stderr);
  return stdout;
}

/** A Node on PATH that is too old to run TypeScript, as many machines have. */
const oldNode = (process.env['PATH'] ?? '')
  .split(':')
  .map((folder) => join(folder, 'node'))
  .find((path) => existsSync(path) && !isNewEnough(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.slice(1)));

describe('the command', () => {
  const words = ['run', 'two words', "it's"];
  const said = `${JSON.stringify(words)}\n`;

  test('runs as an executable, through a link, and as an argument of node', () => {
    symlinkSync(join(tree, 'slipway'), join(tree, 'link'));
    assert.equal(output('./slipway', ...words), said);
    assert.equal(output('./link', ...words), said);
    assert.equal(output(process.execPath, 'slipway', ...words), said);
  });

  test('runs for npm scripts', () => {
    assert.equal(output(process.execPath, 'tools/npm-run.mjs', 'src/cli/main.ts', ...words), said);
  });

  test('says what an npm script takes, and what it did not understand', () => {
    const script = (...rest: string[]) => spawnSync(process.execPath, ['tools/npm-run.mjs', ...rest], { cwd: tree, encoding: 'utf8', env: { ...process.env, npm_lifecycle_event: 'count' } });
    writeFileSync(join(tree, 'tools/count.ts'), `// npm run count [-- --to N]: counts.\n//   --to N  how far\nimport { parseArgs } from 'node:util';\nparseArgs({ options: { to: { type: 'string' } } });\n`);
    assert.equal(script('tools/count.ts', '--help').stdout, 'npm run count [-- --to N]: counts.\n  --to N  how far\n');
    const { status, stderr } = script('tools/count.ts', '--two', '2');
    assert.deepEqual([status, stderr], [2, "Unknown option '--two'; see: npm run count -- --help\n"]);
    assert.equal(script('tools/count.ts', '--to', '2').status, 0);
  });

  test('leaves the pages to the command: one that refuses its options needs none', () => {
    mkdirSync(join(tree, 'dashboard/src'), { recursive: true });
    writeFileSync(join(tree, 'dashboard/build.ts'), `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(join(tree, 'built'))}, '');\n`);
    assert.equal(output('./slipway', 'up', '--prot'), `${JSON.stringify(['up', '--prot'])}\n`);
    assert.equal(existsSync(join(tree, 'built')), false);
    writeFileSync(join(tree, 'src/cli/serve.ts'), `import { ensureDashboard } from '../../bin/launch.mjs';\nensureDashboard();\nprocess.exitCode = 7;\n`);
    output(process.execPath, 'src/cli/serve.ts');
    assert.equal(existsSync(join(tree, 'built')), true);
    rmSync(join(tree, 'dashboard'), { recursive: true });
  });

  test('runs where the own Node is too old', { skip: oldNode === undefined && 'no old node on PATH' }, () => {
    assert.equal(output(oldNode!, 'slipway', ...words), said);
  });

  test('gives Node its flags wherever it starts one', () => {
    const flags = `${JSON.stringify(NODE_FLAGS)}\n`;
    assert.equal(output('./slipway', 'flags'), flags);
    if (oldNode !== undefined) assert.equal(output(oldNode, 'slipway', 'flags'), flags);
  });

  test('hands signals on where the own Node is too old', { skip: oldNode === undefined && 'no old node on PATH' }, async () => {
    const child = spawn(oldNode!, ['slipway', 'wait'], { cwd: tree, stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 9);
  });
});

describe('dependencies', () => {
  const wanted = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0', dev: true },
      'node_modules/c': { version: '3.0.0', optional: true },
    },
  };

  test('nothing installed: everything that is not optional is missing', () => {
    assert.deepEqual(missingPackages(wanted, undefined, true), ['node_modules/a', 'node_modules/b']);
  });

  test('a user who only runs Slipway needs no development packages', () => {
    const installed = { packages: { 'node_modules/a': { version: '1.0.0' } } };
    assert.deepEqual(missingPackages(wanted, installed, false), []);
    assert.deepEqual(missingPackages(wanted, installed, true), ['node_modules/b']);
  });

  test('another version counts as missing', () => {
    assert.deepEqual(missingPackages(wanted, { packages: { 'node_modules/a': { version: '0.9.0' } } }, false), ['node_modules/a']);
  });

  test('versions of Node that run TypeScript', () => {
    assert.deepEqual(['18.0.0', '20.20.2', '24.11.9', '24.12.0', '25.0.0'].map(isNewEnough), [false, false, false, true, true]);
  });
});
