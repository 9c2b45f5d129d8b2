// Rows for tests: complete and valid, with the members that a test cares about replaced.
import type { Artifact, Experiment, Pipeline, PipelineVersion, RecurringRun, Run, Task } from '../types.ts';

const ROW = { namespace: '', creator: 'user', createdAtMs: 1_000 };

export function anExperiment(members: Partial<Experiment> & { experimentId: string }): Experiment {
  const { experimentId } = members;
  return { ...ROW, displayName: experimentId, description: '', storageState: 'AVAILABLE', lastRunCreatedAtMs: 0, ...members };
}

export function aPipeline(members: Partial<Pipeline> & { pipelineId: string }): Pipeline {
  const { pipelineId } = members;
  return { ...ROW, name: pipelineId, displayName: pipelineId, description: '', tags: {}, ...members };
}

export function aPipelineVersion(members: Partial<PipelineVersion> & { pipelineVersionId: string; pipelineId: string }): PipelineVersion {
  const { pipelineVersionId: name } = members;
  return { ...ROW, name, displayName: name, description: '', codeSourceUrl: '', tags: {}, pipelineSpec: { root: {} }, ...members };
}

export function aRecurringRun(members: Partial<RecurringRun> & { recurringRunId: string }): RecurringRun {
  return {
    ...ROW,
    experimentId: 'experiment',
    displayName: members.recurringRunId,
    description: '',
    parameters: {},
    pipelineRoot: '',
    serviceAccount: '',
    trigger: { intervalSeconds: 60 },
    maxConcurrency: 1,
    noCatchup: false,
    status: 'ENABLED',
    updatedAtMs: 1_000,
    lastIndex: 0,
    message: '',
    ...members,
  };
}

export function aRun(members: Partial<Run> & { runId: string }): Run {
  return {
    ...ROW,
    experimentId: 'experiment',
    displayName: members.runId,
    description: '',
    storageState: 'AVAILABLE',
    pipelineSpec: { root: {} },
    pipelineName: 'pipeline',
    parameters: {},
    pipelineRoot: '',
    serviceAccount: '',
    state: 'PENDING',
    reason: '',
    message: '',
    stateHistory: [],
    scheduledAtMs: 1_000,
    retryCount: 0,
    ...members,
  };
}

export function aTask(members: Partial<Task> & { taskId: string; runId: string }): Task {
  const { taskId: name } = members;
  return {
    ...ROW,
    name,
    displayName: name,
    path: `root.${name}`,
    componentName: `comp-${name}`,
    type: 'RUNTIME',
    state: 'WAITING',
    reason: '',
    message: '',
    stateHistory: [],
    attempt: 0,
    inputs: { parameters: {}, artifacts: {} },
    outputs: { parameters: {}, artifacts: {} },
    ...members,
  };
}

export function anArtifact(members: Partial<Artifact> & { artifactId: string }): Artifact {
  return {
    ...ROW,
    name: '',
    type: 'system.Dataset',
    schemaVersion: '0.0.1',
    uri: `minio://bucket/${members.artifactId}`,
    metadata: {},
    ...members,
  };
}
