import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandConstants, resolveConstant } from './constants.ts';
import { TEST_RUN } from './testing/run.ts';

test('run placeholders are resolved wherever they stand', () => {
  const cases = [
    ['{{$.pipeline_job_name}}', 'my run'],
    ['{{$.pipeline_job_resource_name}}', 'test-pipeline-abc'],
    ['{{$.pipeline_job_uuid}}', 'run-1'],
    ['{{$.pipeline_task_name}}', 'train'],
    ['{{$.pipeline_task_uuid}}', 'task-1'],
    ['{{$.pipeline_job_create_time_utc}}', '2026-01-02T03:04:05Z'],
    ['{{$.pipeline_job_schedule_time_utc}}', '2026-01-02T03:00:00Z'],
    ['{{$.pipeline_root}}', 'minio://mlpipeline/v2/artifacts'],
    ['{{$.workspace_path}}/a:{{$.workspace_path}}', '/kfp-workspace/a:/kfp-workspace'],
    ['run {{$.pipeline_job_name}} of {{$.pipeline_job_uuid}}', 'run my run of run-1'],
    ['{{$.pipeline_google_cloud_location}}', '{{$.pipeline_google_cloud_location}}'],
  ] as const;
  for (const [constant, value] of cases) assert.equal(resolveConstant(constant, TEST_RUN), value);
  assert.deepEqual(resolveConstant(['{{$.pipeline_job_name}}', 1, { a: ['{{$.pipeline_task_name}}!'] }], TEST_RUN), ['my run', 1, { a: ['train!'] }]);
});

test('a list or a struct with references takes the values themselves; an input without a value is empty', () => {
  const reference = (name: string) => `{{$.inputs.parameters['${name}']}}`;
  const constant = [reference('n'), `n=${reference('n')}`, { list: [reference('l')] }, reference('absent')];
  const inputs = {
    items: { runtimeValue: { constant } },
    text: { runtimeValue: { constant: `<${reference('absent')}>` } },
    n: { componentInputParameter: 'n' },
    l: { componentInputParameter: 'l' },
    absent: { componentInputParameter: 'absent' },
  };
  const values = { items: constant, text: inputs.text.runtimeValue.constant, n: 5, l: [1, 'x'] };
  assert.deepEqual({ ...expandConstants(inputs, values) }, { ...values, items: [5, 'n=5', { list: [[1, 'x']] }, null], text: '<>' });
});

test('f-string constants take other inputs; values are no templates', () => {
  const reference = "{{$.inputs.parameters['pipelinechannel--who']}}";
  const inputs = {
    greeting: { runtimeValue: { constant: `Hello ${reference}, ${reference}! {{$.inputs.parameters['unknown']}}` } },
    echo: { componentInputParameter: 'x' },
    'pipelinechannel--who': { taskOutputParameter: { producerTask: 't', outputParameterKey: 'o' } },
  };
  const values = {
    greeting: inputs.greeting.runtimeValue.constant,
    echo: reference,
    'pipelinechannel--who': `"$&" ${reference}`,
  };
  assert.deepEqual(
    { ...expandConstants(inputs, values) },
    {
      ...values,
      greeting: `Hello "$&" ${reference}, "$&" ${reference}! {{$.inputs.parameters['unknown']}}`,
    },
  );
});
