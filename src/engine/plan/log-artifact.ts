// What a step printed, as an output artifact beside those that its component declares. The bytes stay in the log.
import { LOG_ARTIFACT_KEY, LOG_POD_METADATA, type StepResult } from '../../api/mod.ts';
import type { TaskValues } from '../../records/mod.ts';
import { attemptUriOf } from '../pod/executor-input.ts';
import { addArtifact, type Planning } from './planning.ts';
import type { TaskNode } from './run-tree.ts';

/** {} for a step that never started, and for one whose component has an output of that name. */
export function logArtifact(planning: Planning, node: TaskNode, { podUid, startedAtMs, attempt }: StepResult): TaskValues['artifacts'] {
  if (startedAtMs === undefined || node.component.outputDefinitions?.artifacts?.[LOG_ARTIFACT_KEY] !== undefined) return {};
  const uri = `${attemptUriOf(planning.tree, node, planning.facts.settings.defaultRootUri, LOG_ARTIFACT_KEY)}-${attempt}`;
  const id = addArtifact(
    planning,
    node,
    { name: LOG_ARTIFACT_KEY, type: 'system.Artifact', schemaVersion: '0.0.1', uri, metadata: { [LOG_POD_METADATA]: podUid } },
    { key: LOG_ARTIFACT_KEY, position: 0 },
  );
  return { [LOG_ARTIFACT_KEY]: [id] };
}
