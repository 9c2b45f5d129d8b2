// A run and an executor input of our own for tests.
import type { RunPlaceholders } from '../constants.ts';

export const TEST_RUN: RunPlaceholders = {
  pipelineJobName: 'my run',
  pipelineJobResourceName: 'test-pipeline-abc',
  pipelineJobUuid: 'run-1',
  pipelineTaskName: 'train',
  pipelineTaskUuid: 'task-1',
  pipelineJobCreateTimeUtc: '2026-01-02T03:04:05Z',
  pipelineJobScheduleTimeUtc: '2026-01-02T03:00:00Z',
  pipelineRoot: 'minio://mlpipeline/v2/artifacts',
};
