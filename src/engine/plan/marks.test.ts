import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { group, pipelineOf, step } from '../testing/pipelines.ts';
import { PlanDriver } from '../testing/plan-driver.ts';

const mark = (task: string, name: string) => `{{channel:task=${task};name=${name};type=String;}}`;

test('a name that kfp made from an f-string shows the values, and the names of those that are not known yet', () => {
  const loop = group({ items: { raw: [{ size: 1 }, { size: 2 }] }, itemInput: 'pipelinechannel--rows-loop-item', itemType: 'STRUCT', tasks: { train: step() } });
  const document = pipelineOf({ loop }, { inputs: { who: { parameterType: 'STRING' } } });
  const written = [mark('', 'who'), mark('', 'rows-loop-item-subvar-size'), mark('', 'rows-loop-item'), mark('first', 'Output')].join(' ');
  const named = JSON.parse(JSON.stringify(document).replace('"taskInfo":{"name":"train"}', `"taskInfo":{"name":"${written}"}`)) as JsonObject;
  const driver = new PlanDriver(named, { parameters: { who: 'Ada' } }).settle();
  assert.equal(driver.task('root.loop[1].train').displayName, 'Ada 2 {"size":2} {first-Output}');
});

test('so do the items of a loop, where what is not known stays', () => {
  const raw = [`${mark('', 'who')}-a`, { deep: [mark('', 'who')] }, mark('first', 'Output'), 7];
  const driver = new PlanDriver(pipelineOf({ loop: group({ items: { raw }, tasks: { train: step() } }) }, { inputs: { who: { parameterType: 'STRING' } } }), { parameters: { who: 'Ada' } }).settle();
  const items = raw.map((_, index) => driver.task(`root.loop[${index}]`).inputs.parameters['item']);
  assert.deepEqual(items, ['Ada-a', { deep: ['Ada'] }, mark('first', 'Output'), 7]);
});
