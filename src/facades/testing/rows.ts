// Rows for tests: complete and valid, with the members that a test cares about replaced.
import type { Artifact, Task } from '../../records/mod.ts';

const ROW = { namespace: '', creator: 'user', createdAtMs: 1_000 };

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
  const { artifactId } = members;
  return { ...ROW, name: '', type: 'system.Dataset', schemaVersion: '0.0.1', uri: `minio://bucket/${artifactId}`, metadata: {}, ...members };
}
