import type { StepDocument } from '../../api/mod.ts';

/** A step with an output parameter `text` and an output artifact `model`. */
export function stepDocument(name: string): StepDocument {
  const taskRootUri = `minio://mlpipeline/v2/artifacts/${name}`;
  return {
    version: 1,
    runId: 'run',
    taskId: name,
    attempt: 0,
    inputArtifacts: [],
    taskRootUri,
    outputArtifacts: [{ key: 'model', uri: `${taskRootUri}/model` }],
    outputParameters: [{ name: 'text', path: '/tmp/outputs/text' }],
    executorOutputPath: `/minio/mlpipeline/v2/artifacts/${name}/output_metadata.json`,
  };
}
