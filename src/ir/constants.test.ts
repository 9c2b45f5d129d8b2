import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandConstants, resolveConstant } from './constants.ts';
import { TEST_RUN } from './testing/run.ts';

test('run placeholders are resolved as whole strings, the workspace path anywhere', () => {
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
    ['run {{$.pipeline_job_name}}', 'run {{$.pipeline_job_name}}'],
    ['{{$.pipeline_google_cloud_location}}', '{{$.pipeline_google_cloud_location}}'],
  ] as const;
  for (const [constant, value] of cases) assert.deepEqual(resolveConstant(constant, TEST_RUN), { ok: true, value });
  assert.deepEqual(resolveConstant(['{{$.pipeline_job_name}}'], TEST_RUN), { ok: true, value: ['{{$.pipeline_job_name}}'] });
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
