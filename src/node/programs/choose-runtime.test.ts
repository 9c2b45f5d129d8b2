import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseRuntime } from './choose-runtime.ts';

const SHELL = { kind: 'shell', command: ['sh'], hasAsh: false, directories: [], variables: {} } as const;
const UNKNOWN = { kind: 'not-runnable', message: 'write a recipe' } as const;
const CONTAINER = { kind: 'container' } as const;

for (const [runtimeClass, resolved, expected, sentence] of [
  [undefined, SHELL, 'process', undefined],
  ['nvidia', SHELL, 'process', undefined],
  ['process', SHELL, 'process', undefined],
  ['container', SHELL, 'container', /asks for the runtime class container, .* install podman/],
  [undefined, UNKNOWN, 'container', /write a recipe/],
  ['process', UNKNOWN, 'none', /write a recipe/],
  ['container', UNKNOWN, 'container', /install podman/],
  [undefined, CONTAINER, 'container', /recipe of the image x says container, .* install podman/],
  ['process', CONTAINER, 'none', /take one of them away/],
] as const) {
  test(`class ${runtimeClass}, image ${resolved.kind}: ${expected}`, () => {
    const choice = chooseRuntime('x', runtimeClass, resolved);
    assert.equal(choice.kind, expected);
    if (sentence !== undefined) assert.match(choice.kind === 'container' ? choice.otherwise : choice.kind === 'none' ? choice.message : '', sentence);
  });
}
