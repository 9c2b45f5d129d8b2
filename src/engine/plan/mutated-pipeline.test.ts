// Whatever is spoiled in a pipeline: it is refused with a field, or its run ends. A failure prints its seed; SLIPWAY_RANDOM_RUNS=N tries more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../base/mod.ts';
import { parsePipeline, resolveRunParameters, type ParameterType } from '../../ir/mod.ts';
import { mutations, spoiled } from '../../ir/testing/mutate.ts';
import { WHOLE_PIPELINE } from '../../ir/testing/whole-pipeline.ts';
import { PlanDriver } from '../testing/plan-driver.ts';

const RUNS = Number(process.env['SLIPWAY_RANDOM_RUNS'] ?? 600);
const EVENTS_MAX = 300;

/** What a step yields for an output of this type. */
const YIELDED: Readonly<Record<ParameterType, Json>> = {
  STRING: 'text',
  NUMBER_INTEGER: 1,
  NUMBER_DOUBLE: 0.5,
  BOOLEAN: true,
  LIST: [1, 2],
  STRUCT: { a: 1 },
  TASK_FINAL_STATUS: {},
  TASK_CONFIG: {},
};

function play(document: JsonObject): PlanDriver {
  const driver = new PlanDriver(document).settle();
  for (let event = 0; driver.run.finishedAtMs === undefined; event++) {
    assert.ok(event < EVENTS_MAX, `the run does not end:\n${driver.text()}`);
    const step = [...driver.tasks.values()].find(({ state }) => state === 'PENDING');
    if (step === undefined) driver.wait();
    else if (event % 7 === 6) driver.end(step.path, { failure: { reason: 'Error', message: 'it broke', exitCode: 1 } });
    else driver.end(step.path, { parameters: outputsOf(driver, step.componentName) });
  }
  return driver;
}

function outputsOf({ pipeline }: PlanDriver, componentName: string): JsonObject {
  const outputs = Object.entries(pipeline.components[componentName]?.outputDefinitions?.parameters ?? {});
  return Object.fromEntries(outputs.map(([name, { parameterType }]) => [name, YIELDED[parameterType]]));
}

test('the sound pipeline runs to its end', () => {
  const states = [...new PlanDriver(WHOLE_PIPELINE).settle().tasks.values()].map(({ path }) => path);
  assert.ok(states.includes('root.exit-handler-1.for-loop-1[2]'), states.join(' '));
  assert.notEqual(play(WHOLE_PIPELINE).run.finishedAtMs, undefined);
});

test('a pipeline with spoiled members is refused by name or ends, and nothing else happens', () => {
  let [refusedCount, endedCount] = [0, 0];
  fc.assert(
    fc.property(mutations, (changes) => {
      const document = spoiled(WHOLE_PIPELINE, changes);
      const parse = parsePipeline(document);
      if (!parse.ok) {
        refusedCount++;
        for (const { field, message } of parse.errors) assert.match(`${field} ${message}`, /^ ?\S.* \S/s);
        assert.ok(parse.errors.length > 0);
        return;
      }
      if (!resolveRunParameters(parse.pipeline, {}).ok) return;
      const driver = play(document);
      endedCount++;
      assert.ok(['SUCCEEDED', 'FAILED'].includes(driver.run.state), driver.text());
      if (driver.run.state === 'FAILED') assert.notEqual(driver.run.message, '');
    }),
    { numRuns: RUNS },
  );
  assert.ok(refusedCount > RUNS / 10 && endedCount > RUNS / 10, `${refusedCount} refused, ${endedCount} ended`);
});
