import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptSentence, runBody } from './run-body.ts';

const SPEC = { pipelineInfo: { name: 'p' } };
const REFERENCE = { pipeline_id: 'p', pipeline_version_id: 'v' };

test('what is empty is left out', () => {
  const body = runBody({ spec: SPEC }, { name: ' first ', description: '', experimentId: '', parameters: {} });
  assert.deepEqual(body, { display_name: 'first', pipeline_spec: SPEC, runtime_config: { parameters: {} } });
  assert.equal(keptSentence({ spec: SPEC }), undefined);
});

test('a clone keeps the pipeline root and the service account of its run', () => {
  const source = { spec: SPEC, reference: REFERENCE, pipelineRoot: 'minio://bucket/team', serviceAccount: 'trainer' };
  assert.deepEqual(runBody(source, { name: 'Clone of first', description: 'again', experimentId: 'e', parameters: { a: 1 } }), {
    display_name: 'Clone of first',
    description: 'again',
    experiment_id: 'e',
    pipeline_version_reference: REFERENCE,
    runtime_config: { parameters: { a: 1 }, pipeline_root: 'minio://bucket/team' },
    service_account: 'trainer',
  });
  assert.equal(keptSentence(source), 'As the run that is cloned: artifacts below minio://bucket/team, service account trainer.');
});
