import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../base/mod.ts';
import { createRunRequest } from './run-request.ts';

const parameter = (parameterType: string, isOptional = true) => ({ parameterType, isOptional });
const PIPELINE = {
  pipelineInfo: { name: 'demo' },
  schemaVersion: '2.1.0',
  sdkVersion: 'kfp-2.17.0',
  deploymentSpec: { executors: { 'exec-a': { container: { image: 'python:3.11', command: ['true'] } } } },
  components: { 'comp-a': { executorLabel: 'exec-a' } },
  root: {
    dag: { tasks: { a: { componentRef: { name: 'comp-a' }, taskInfo: { name: 'a' } } } },
    inputDefinitions: {
      parameters: {
        text: parameter('STRING'),
        count: parameter('NUMBER_INTEGER'),
        ratio: parameter('NUMBER_DOUBLE'),
        flag: parameter('BOOLEAN'),
        list: parameter('LIST'),
        needed: parameter('STRING', false),
      },
    },
  },
};

function request(...parameters: string[]) {
  const now = new Date(2026, 10, 23, 15, 4, 5);
  return createRunRequest({ text: JSON.stringify(PIPELINE), source: 'demo.json', parameters, runName: undefined, experimentId: undefined, recurrence: undefined, now });
}

function refusal(...parameters: string[]): string {
  try {
    request(...parameters);
  } catch (error) {
    if (error instanceof Failure) return `${error.reason}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

test('words become values of the parameters’ types', () => {
  const body = request('text=3', 'needed=a=b', 'count=3', 'ratio=0.5', 'flag=True', 'list=[1, "x"]');
  assert.equal(body['display_name'], 'demo 2026-11-23 15-04-05');
  assert.deepEqual(body['runtime_config'], { parameters: { text: '3', needed: 'a=b', count: 3, ratio: 0.5, flag: true, list: [1, 'x'] } });
});

test('a recurring run is called as its pipeline, for its runs are numbered', () => {
  const recurrence = { trigger: { periodic_schedule: { interval_second: '60' } } };
  const body = createRunRequest({ text: JSON.stringify(PIPELINE), source: 'demo.json', parameters: ['needed=[[Index]]'], runName: undefined, experimentId: undefined, recurrence, now: new Date() });
  assert.deepEqual([body['display_name'], body['trigger']], ['demo', recurrence.trigger]);
});

test('what does not fit is named, with what would', () => {
  assert.match(refusal(), /^BadParameter: Parameter "needed" is required/);
  assert.match(refusal('needed=x', 'conut=1'), /"conut" is not a parameter .*This pipeline takes: text, count, ratio, flag, list, needed\./);
  assert.match(refusal('needed=x', 'count=many'), /^BadParameter: Parameter "count"/);
  assert.match(refusal('needed'), /write it as NAME=VALUE/);
});

test('a text that is no pipeline is refused with its field', () => {
  const options = { source: 'x.yaml', parameters: [], runName: undefined, experimentId: undefined, recurrence: undefined, now: new Date() };
  assert.throws(() => createRunRequest({ ...options, text: 'a: 1' }), /x\.yaml is no pipeline that Slipway can run/);
});
