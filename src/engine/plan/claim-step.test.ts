import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanDriver } from '../testing/plan-driver.ts';
import { constant, output, outputArtifact, pipelineOf, step } from '../testing/pipelines.ts';

const createClaim = step({
  inputs: {
    access_modes: ['LIST', constant(['ReadWriteOnce'])],
    pvc_name_suffix: ['STRING', constant('-data'), { isOptional: true }],
    size: ['STRING', constant('5Gi')],
    storage_class_name: ['STRING', constant('standard'), { isOptional: true }],
  },
  outputs: { name: 'STRING' },
  container: { image: 'argostub/createpvc', command: [], args: [] },
});

const claimPipeline = pipelineOf(
  {
    make: createClaim,
    use: step({ inputs: { claim: ['STRING', output('make', 'name')] } }),
    drop: step({
      inputs: { pvc_name: ['STRING', output('make', 'name')] },
      container: { image: 'argostub/deletepvc', command: [], args: [] },
      after: ['use'],
    }),
  },
  { platform: { deploymentSpec: { executors: { 'exec-use': { pvcMount: [{ mountPath: '/data', taskOutputParameter: { producerTask: 'make', outputParameterKey: 'name' } }] } } } } },
);

test('CreatePVC and DeletePVC are done without a Pod; what they name is mounted', () => {
  const driver = new PlanDriver(claimPipeline).settle();
  const [claim] = driver.claims.values();
  assert.match(claim?.metadata.name ?? '', /^[0-9a-f-]{36}-data$/);
  assert.deepEqual(claim?.spec, { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } }, storageClassName: 'standard' });
  assert.deepEqual([...driver.pods.keys()], [driver.task('root.use').podName]);
  assert.deepEqual(driver.pod('root.use').spec?.['volumes'], [{ name: claim?.metadata.name, persistentVolumeClaim: { claimName: claim?.metadata.name ?? '' } }]);
  driver.end('root.use');
  assert.equal(driver.run.state, 'SUCCEEDED', driver.text());
  assert.equal(driver.claims.size, 0);
});

test('a claim that can not be made fails its step with a sentence', () => {
  const withInputs = (inputs: NonNullable<typeof createClaim.inputs>) =>
    new PlanDriver(pipelineOf({ make: { ...createClaim, inputs: { ...createClaim.inputs, ...inputs } } })).settle().run.message;
  assert.equal(withInputs({ pvc_name: ['STRING', constant('mine')] }), 'make failed: pvc_name and pvc_name_suffix exclude each other');
  assert.equal(
    withInputs({ data_source: ['STRUCT', constant({ kind: 'VolumeSnapshot', name: 'old' })] }),
    'make failed: a claim can\'t be filled from the VolumeSnapshot "old": this installation has no storage driver',
  );
});

test('what the API server says of a claim decides: refused fails, postponed is asked again', () => {
  const driver = new PlanDriver(claimPipeline);
  const { taskId } = driver.settle().task('root.make');
  const refused = new PlanDriver(claimPipeline);
  refused.claimOutcomes.set(taskId, { kind: 'refused', message: 'the claim was refused: no' });
  assert.equal(refused.settle().run.message, 'make failed: the claim was refused: no');
  const postponed = new PlanDriver(claimPipeline);
  postponed.claimOutcomes.set(taskId, { kind: 'postponed', message: 'exceeded quota: disks', retryAtMs: postponed.nowMs + 1_000 });
  const { state, message } = postponed.settle().task('root.make');
  assert.deepEqual([state, message], ['RUNNING', 'the claim can not be created yet: exceeded quota: disks']);
  assert.equal(postponed.wait().task('root.make').state, 'SUCCEEDED');
});

const workspace = { pipelineConfig: { workspace: { size: '1Gi', kubernetes: { pvcSpecPatch: { storageClassName: 'fast' } } } } };

const workspacePipeline = pipelineOf(
  {
    fetch: step({ importer: { artifactUri: { constant: 'minio://bucket/table.csv' }, typeSchema: { schemaTitle: 'system.Dataset' }, downloadToWorkspace: true }, outputArtifacts: ['table'] }),
    read: step({ artifacts: { table: outputArtifact('fetch', 'table') }, container: { args: ["{{$.inputs.artifacts['table'].path}}"] } }),
    write: step({ container: { args: ['{{$.workspace_path}}/note'] } }),
    other: step(),
  },
  { platform: workspace },
);

test('a workspace is one claim per run, mounted by the steps that speak of it, gone when the run has succeeded', () => {
  const driver = new PlanDriver(workspacePipeline).settle();
  const [claim, ...more] = driver.claims.values();
  assert.equal(more.length, 0);
  assert.match(claim?.metadata.name ?? '', /^demo-[a-z0-9]{5}-kfp-workspace$/);
  assert.deepEqual(claim?.spec, { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'fast' });
  const volumes = [{ name: 'kfp-workspace', persistentVolumeClaim: { claimName: claim?.metadata.name ?? '' } }];
  assert.deepEqual(driver.pod('root.write').spec?.['volumes'], volumes);
  assert.deepEqual(driver.pod('root.read').spec?.['volumes'], volumes);
  assert.equal(driver.pod('root.other').spec?.['volumes'], undefined);
  for (const path of ['root.read', 'root.write', 'root.other']) driver.end(path);
  assert.equal(driver.run.state, 'SUCCEEDED', driver.text());
  assert.equal(driver.claims.size, 0);
});

test('an artifact imported into the workspace is shown where the SDK looks for it', () => {
  const driver = new PlanDriver(workspacePipeline).settle();
  const path = '/kfp-workspace/.artifacts/minio/bucket/table.csv';
  const [container] = driver.pod('root.read').spec!['containers'] as unknown as readonly { args: string[] }[];
  assert.deepEqual(container?.args, [path]);
  assert.deepEqual(driver.stepDocument('root.read').inputArtifacts, [
    { key: 'table', uri: 'minio://bucket/table.csv' },
    { key: 'table', uri: 'minio://bucket/table.csv', path },
  ]);
});

test('importing into a workspace that the pipeline does not have fails with a sentence', () => {
  const importer = { artifactUri: { constant: 'minio://bucket/x' }, typeSchema: { schemaTitle: 'system.Dataset' }, downloadToWorkspace: true };
  const driver = new PlanDriver(pipelineOf({ fetch: step({ importer, outputArtifacts: ['x'] }) })).settle();
  assert.equal(driver.run.message, 'fetch failed: the artifact is to be imported into the workspace, but the pipeline has none');
});

test('a workspace that a quota refused is asked for again, and says so; one that is refused for good fails its step', () => {
  const driver = new PlanDriver(workspacePipeline).settle();
  const { taskId } = driver.task('root.write');
  driver.claims.clear();
  driver.claimOutcomes.set(taskId, { kind: 'postponed', message: 'exceeded quota: disks', retryAtMs: driver.nowMs + 1_000 });
  const { state, message } = driver.setPodStatus('root.write', { phase: 'Pending' }).task('root.write');
  assert.deepEqual([state, message], ['PENDING', 'the workspace of the run can not be made yet: exceeded quota: disks']);
  driver.wait();
  assert.equal(driver.claims.size, 1);
  driver.claimOutcomes.set(taskId, { kind: 'refused', message: 'the claim was refused: no' });
  assert.equal(driver.setPodStatus('root.write', { phase: 'Pending' }).task('root.write').message, 'the workspace of the run: the claim was refused: no');
});
