import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../base/mod.ts';
import { nearestOf, type Interpreter, type Interpreters } from './interpreters.ts';
import { parseRecipes } from './recipe.ts';
import { resolveImage } from './resolve-image.ts';

const python = (minor: number): Interpreter => ({ path: `/opt/3.${minor}/bin/python3`, version: `3.${minor}.4`, minor, prefix: `/opt/3.${minor}`, sitePackages: [], hasPip: true, hasEnsurepip: true });

/** A machine with these minor versions, the first one its own choice. */
function machine(...minors: number[]): Interpreters {
  const all = minors.map(python);
  return {
    list: async () => all,
    nearest: async (minor) => (minor === undefined ? all[0] : nearestOf(all, minor)),
    at: async (path) => {
      const found = all.find((interpreter) => interpreter.path === path);
      if (found === undefined) throw new Failure('InterpreterNotUsable', `${path} is none`);
      return found;
    },
  };
}

const resolve = (image: string, interpreters: Interpreters, recipes = '') =>
  resolveImage(image, { recipes: parseRecipes(recipes, '/config/recipes.yaml'), recipesPath: '/config/recipes.yaml', interpreters });

test('the interpreter that the image names', async () => {
  assert.deepEqual(await resolve('python:3.11-slim', machine(12, 11)), {
    kind: 'python', interpreter: python(11), inheritsPackages: false, packages: [], directories: [], variables: {},
  });
  assert.equal((await resolve('python', machine(12, 11)) as { interpreter: Interpreter }).interpreter.minor, 12);
});

test('the nearest one, with a sentence', async () => {
  const resolved = await resolve('python:3.7', machine(13, 9, 11));
  assert.ok(resolved.kind === 'python');
  assert.equal(resolved.interpreter.minor, 9);
  assert.equal(resolved.versionDiffers, 'The image python:3.7 names Python 3.7; this machine has none, so it runs with Python 3.9.4.');
  const between = await resolve('python:3.11', machine(10, 12));
  assert.ok(between.kind === 'python');
  assert.equal(between.interpreter.minor, 12);
});

test('no Python, an old Python, an unknown image: a sentence', async () => {
  const messages = [];
  for (const [image, interpreters] of [['python:3.11', machine()], ['python:2.7', machine(11)], ['team/app:1', machine(11)]] as const) {
    const resolved = await resolve(image, interpreters);
    assert.ok(resolved.kind === 'not-runnable');
    messages.push(resolved.message);
  }
  assert.match(messages[0]!, /no Python 3\.9 or newer: install one/);
  assert.match(messages[1]!, /needs Python 2\.7/);
  assert.match(messages[2]!, /podman or Docker/);
});

test('the recipe in the message is a recipe for that image', async () => {
  const resolved = await resolve('team/app:1', machine(11));
  assert.ok(resolved.kind === 'not-runnable');
  assert.match(resolved.message, /\/config\/recipes\.yaml/);
  const snippet = resolved.message.slice(resolved.message.indexOf('recipes:\n'));
  assert.equal((await resolve('team/app:1', machine(11), snippet)).kind, 'python');
});

test('a shell image', async () => {
  assert.deepEqual(await resolve('alpine:3.20', machine()), { kind: 'shell', command: ['sh'], hasAsh: true, directories: [], variables: {} });
});

test('recipes come first, the first that matches', async () => {
  const recipes = `
recipes:
  - {image: "python:*", interpreter: /opt/3.10/bin/python3, packages: [six], variables: {A: b}}
  - {image: "*", interpreter: shell, directories: [{source: app, target: /app}]}
`;
  assert.deepEqual(await resolve('python:3.11', machine(11, 10), recipes), {
    kind: 'python', interpreter: python(10), inheritsPackages: true, packages: ['six'], directories: [], variables: { A: 'b' },
  });
  assert.deepEqual(await resolve('team/app', machine(11), recipes), {
    kind: 'shell', command: ['sh'], hasAsh: false, directories: [{ source: '/config/app', target: '/app', readOnly: true }], variables: {},
  });
  await assert.rejects(resolve('python:3.11', machine(11), recipes), { reason: 'InterpreterNotUsable' });
});
