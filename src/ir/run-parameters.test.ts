import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../base/mod.ts';
import { parsePipeline } from './parse.ts';
import { parsePipelineText } from './parse-text.ts';
import { resolveRunParameters } from './run-parameters.ts';
import { TEST_PIPELINE_YAML, withMember } from './testing/pipeline.ts';

const parsed = parsePipelineText(TEST_PIPELINE_YAML);
assert.ok(parsed.ok);
const parameters = {
  rounds: { parameterType: 'NUMBER_INTEGER' },
  label: { parameterType: 'STRING', defaultValue: 'x', isOptional: true },
  level: { parameterType: 'STRING', literals: ['low', 'high'], defaultValue: 'low', isOptional: true },
  tags: { parameterType: 'LIST', isOptional: true },
};
const withParameters = parsePipeline(withMember(parsed.document, ['root', 'inputDefinitions', 'parameters'], parameters));
assert.ok(withParameters.ok);
const { pipeline } = withParameters;

function resolve(given: JsonObject): unknown {
  const result = resolveRunParameters(pipeline, given);
  return result.ok ? { ...result.value } : result.errors.map(({ field, message }) => `${field} ${message}`);
}

test('defaults fill in what was not given; optional parameters without one stay out', () => {
  assert.deepEqual(resolve({ rounds: 3 }), { rounds: 3, label: 'x', level: 'low' });
  assert.deepEqual(resolve({ rounds: 3, label: null, tags: [1], level: 'high' }), { rounds: 3, label: 'x', level: 'high', tags: [1] });
});

test('errors name the parameter', () => {
  assert.deepEqual(resolve({}), ['rounds is required and was not given.']);
  assert.deepEqual(resolve({ rounds: null }), ['rounds is required and was not given.']);
  assert.deepEqual(resolve({ rounds: '3' }), ['rounds must be a whole number (NUMBER_INTEGER), not the string "3".']);
  assert.deepEqual(resolve({ rounds: 1, label: 5 }), ['label must be a string (STRING), not 5.']);
  assert.deepEqual(resolve({ rounds: 1, level: 'mid' }), ['level must be one of "low", "high".']);
  assert.deepEqual(resolve({ rounds: 1, rond: 2, toString: 3 }), [
    'rond is not a parameter of this pipeline.',
    'toString is not a parameter of this pipeline.',
  ]);
});

test('a message stays readable however many parameters are wrong', () => {
  const given = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`p${index}`, index]));
  const result = resolveRunParameters(pipeline, { ...given, rounds: 1 });
  assert.ok(!result.ok);
  assert.equal(result.errors.length, 10_000);
  assert.match(result.message, /^Parameter "p0" is not a parameter of this pipeline\. .* And 9990 more\.$/);
});
