import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../base/mod.ts';
import { parseRecipes, readRecipes } from './recipe.ts';

const PATH = '/home/me/config/recipes.yaml';

test('a full recipe and a short one', () => {
  const text = `
recipes:
  - image: registry.example/team/*
    interpreter: 3.10
    packages: [pandas==2.2.3, "kfp>=2"]
    directories:
      - {source: ./app, target: /app/, readOnly: false}
      - {source: /data, target: /data}
    variables: {PYTHONPATH: /app, N: 1}
  - image: team/shell
    interpreter: shell
  - {image: team/own, interpreter: /opt/conda/bin/python}
  - {image: team/short}
`;
  assert.deepEqual(parseRecipes(text, PATH), [
    {
      imagePattern: 'registry.example/team/*',
      interpreter: { kind: 'python', minor: 10 },
      packages: ['pandas==2.2.3', 'kfp>=2'],
      directories: [
        { source: '/home/me/config/app', target: '/app', readOnly: false },
        { source: '/data', target: '/data', readOnly: true },
      ],
      variables: { PYTHONPATH: '/app', N: '1' },
    },
    { imagePattern: 'team/shell', interpreter: { kind: 'shell' }, packages: [], directories: [], variables: {} },
    { imagePattern: 'team/own', interpreter: { kind: 'path', path: '/opt/conda/bin/python' }, packages: [], directories: [], variables: {} },
    { imagePattern: 'team/short', interpreter: { kind: 'python', minor: undefined }, packages: [], directories: [], variables: {} },
  ]);
});

test('no file and an empty file have no recipes', async () => {
  assert.deepEqual(parseRecipes('', PATH), []);
  assert.deepEqual(parseRecipes('# nothing yet\n', PATH), []);
  assert.deepEqual(parseRecipes('recipes: []', PATH), []);
  assert.deepEqual(await readRecipes('/nonexistent/recipes.yaml'), []);
});

test('a wrong recipe is refused with its field', () => {
  const wrong: Record<string, string> = {
    'recipes: {}': 'recipes',
    '- image: x': '',
    'recipe: []': 'recipe',
    'recipes: [x]': 'recipes[0]',
    'recipes: [{}]': 'recipes[0].image',
    'recipes: [{image: ""}]': 'recipes[0].image',
    'recipes: [{image: [a]}]': 'recipes[0].image',
    'recipes: [{image: x, python: "3.11"}]': 'recipes[0].python',
    'recipes: [{image: x, interpreter: ruby}]': 'recipes[0].interpreter',
    'recipes: [{image: x, interpreter: python2.7}]': 'recipes[0].interpreter',
    'recipes: [{image: x, packages: six}]': 'recipes[0].packages',
    'recipes: [{image: x, packages: [a, "-r x"]}]': 'recipes[0].packages[1]',
    'recipes: [{image: x, directories: [{target: /app}]}]': 'recipes[0].directories[0].source',
    'recipes: [{image: x, directories: [{source: a, target: app}]}]': 'recipes[0].directories[0].target',
    'recipes: [{image: x, directories: [{source: a, target: /usr/}]}]': 'recipes[0].directories[0].target',
    'recipes: [{image: x, directories: [{source: a, target: /app/../etc}]}]': 'recipes[0].directories[0].target',
    'recipes: [{image: x, directories: [{source: a, target: /app, readOnly: yes}]}]': 'recipes[0].directories[0].readOnly',
    'recipes: [{image: x, variables: {"A=B": c}}]': 'recipes[0].variables',
    'recipes: [{image: x, variables: {A: [b]}}]': 'recipes[0].variables.A',
  };
  for (const [text, field] of Object.entries(wrong)) {
    assert.throws(() => parseRecipes(text, PATH), (error) => error instanceof Failure && error.reason === 'InvalidRecipes' && error.fields['field'] === field && error.message.includes(PATH), text);
  }
  assert.throws(() => parseRecipes('recipes: [', PATH), { reason: 'InvalidRecipes' });
});

test('any text is recipes or a named failure', () => {
  const part = fc.oneof(fc.constantFrom('recipes:', '\n', '  - image: ', '{', '}', '[', ']', '*', '&a', '*a', 'interpreter: ', ': '), fc.string());
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      try {
        parseRecipes(parts.join(''), PATH);
      } catch (error) {
        assert.ok(error instanceof Failure && error.reason === 'InvalidRecipes', String(error));
      }
    }),
  );
});
