import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '../../base/mod.ts';
import { PlanDriver } from '../testing/plan-driver.ts';
import { constant, pipelineOf, step, type StepText } from '../testing/pipelines.ts';

function pipeline(value: Json, more: Partial<StepText> = {}): JsonObject {
  return pipelineOf({ a: step({ isCached: true, inputs: { x: ['NUMBER_INTEGER', constant(value)], y: ['STRING', constant('same')] }, ...more }) });
}

/** The sentence of a step that misses the cache, after the given documents have run. */
function missOf(document: JsonObject, ...earlier: readonly JsonObject[]): string | undefined {
  const entries = earlier.map((pipelineSpec, index) => {
    const runId = `earlier-${index}`;
    const ended = new PlanDriver(pipelineSpec, { runId }).settle().end('root.a');
    return { task: ended.task('root.a'), pipelineSpec };
  });
  const driver = new PlanDriver(document);
  driver.earlierEntries.set('root.a', entries);
  const { cacheMiss, message } = driver.settle().task('root.a');
  assert.equal(message, `waiting for its Pod to start${cacheMiss === undefined ? '' : `; ${cacheMiss}`}`);
  return cacheMiss;
}

test('a miss names what differs from the nearest entry', () => {
  const base = pipeline(1);
  const cases: readonly (readonly [JsonObject, readonly JsonObject[], string | undefined])[] = [
    [base, [], undefined],
    [pipeline(2), [base], 'parameter "x" is 2 and was 1 (compared with run earlier-0)'],
    [pipeline(1, { container: { image: 'python:3.12' } }), [base], 'the image is "python:3.12" and was "python:3.11" (compared with run earlier-0)'],
    [
      pipeline(3, { container: { command: ['other'], args: ['x'] } }),
      [base],
      'the command (for a Python component, its code or packages) was changed, the arguments were changed, parameter "x" is 3 and was 1 (compared with run earlier-0)',
    ],
    [pipeline(1, { outputs: { out: 'STRING' } }), [base], 'the outputs are declared differently (compared with run earlier-0)'],
    // The nearest of several, not the newest.
    [pipeline(2, { container: { args: ['x'] } }), [base, pipeline(1, { container: { args: ['x'] } })], 'parameter "x" is 2 and was 1 (compared with run earlier-1)'],
    [
      pipelineOf({ a: step({ isCached: true, inputs: { y: ['STRING', constant('other')], z: ['LIST', constant(['a'.repeat(50)])] } }) }),
      [base],
      'parameter "x" was 1 and is not given, parameter "y" is "other" and was "same", ' +
        'parameter "z" is ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa… and was not given (compared with run earlier-0)',
    ],
  ];
  for (const [document, earlier, expected] of cases) {
    assert.equal(missOf(document, ...earlier), expected === undefined ? undefined : `not in the cache: ${expected}`);
  }
});

test('a step with a key of its own says so', () => {
  const document = pipeline(1, { cacheKey: 'mine' });
  assert.equal(missOf(document, pipeline(2)), 'not in the cache: no earlier step of the component comp-a has the cache key "mine"');
});
