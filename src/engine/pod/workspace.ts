// The workspace of a run: one claim that all its steps may write to, mounted where a step speaks of it. It goes when the run
// succeeds; after a failure it stays, for a retry.
import { isJsonObject, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { containerPathOf } from '../../api/mod.ts';
import { WORKSPACE_PATH } from '../../ir/mod.ts';
import type { TaskValues } from '../../records/mod.ts';
import { runResourceNameOf } from '../ids.ts';
import { artifactOf, type Planning } from '../plan/planning.ts';
import type { RunTree, TaskNode } from '../plan/run-tree.ts';
import { claimObject } from './volume-claim.ts';

/** Metadata by which the SDK finds an imported artifact in the workspace. */
export const IN_WORKSPACE_METADATA = '_kfp_workspace';
const WORKSPACE_PLACEHOLDER = '{{$.workspace_path}}';
const VOLUME_NAME = 'kfp-workspace';

/** Undefined for a pipeline without a workspace. */
export function workspaceClaimName({ pipeline, run }: RunTree): string | undefined {
  return workspaceOf(pipeline.kubernetes) === undefined ? undefined : `${runResourceNameOf(run.runId, run.pipelineName)}-kfp-workspace`;
}

/** Name of the claim when the step speaks of the workspace, in its command, its parameters or its artifacts. */
export function workspaceOfStep(planning: Planning, node: TaskNode, inputs: TaskValues): string | undefined {
  const { tree } = planning;
  const claimName = workspaceClaimName(tree);
  if (claimName === undefined) return undefined;
  const texts = JSON.stringify([tree.pipeline.executors[node.component.executorLabel ?? ''] ?? null, inputs.parameters]);
  if (texts.includes(WORKSPACE_PATH) || texts.includes(WORKSPACE_PLACEHOLDER)) return claimName;
  const ids = Object.values(inputs.artifacts).flat();
  return ids.some((id) => isInWorkspace(artifactOf(planning, id)?.metadata)) ? claimName : undefined;
}

export function workspaceVolume(claimName: string): { readonly volume: JsonObject; readonly mount: JsonObject } {
  return {
    volume: { name: VOLUME_NAME, persistentVolumeClaim: { claimName } },
    mount: { name: VOLUME_NAME, mountPath: WORKSPACE_PATH },
  };
}

/** The claim to ask for before the Pod of `node`, which mounts it. It is the root task's: there is one for the whole run. */
export function workspaceClaim(tree: RunTree, node: TaskNode, claimName: string): KubeObject {
  const workspace = workspaceOf(tree.pipeline.kubernetes);
  const kubernetes = workspace?.['kubernetes'];
  const patch = isJsonObject(kubernetes) ? kubernetes['pvcSpecPatch'] : undefined;
  const { accessModes = ['ReadWriteOnce'], storageClassName } = isJsonObject(patch) ? patch : {};
  return claimObject({
    runId: tree.run.runId,
    taskId: tree.root?.row.taskId ?? '',
    namespace: node.row.podNamespace ?? '',
    name: claimName,
    spec: {
      accessModes,
      resources: { requests: { storage: workspace?.['size'] ?? '' } },
      ...(storageClassName === undefined ? {} : { storageClassName }),
    },
  });
}

export function isInWorkspace(metadata: JsonObject | undefined): boolean {
  return metadata?.[IN_WORKSPACE_METADATA] === true;
}

/** Where a step finds an artifact: by its URI, or where the SDK looks for one that was imported into the workspace. */
export function artifactPathOf({ uri, metadata }: { readonly uri: string; readonly metadata?: JsonObject }): string | undefined {
  const path = containerPathOf(uri);
  return path !== undefined && isInWorkspace(metadata) ? `${WORKSPACE_PATH}/.artifacts${path}` : path;
}

function workspaceOf(kubernetes: JsonObject | undefined): JsonObject | undefined {
  const config = kubernetes?.['pipelineConfig'];
  const workspace = isJsonObject(config) ? config['workspace'] : undefined;
  return isJsonObject(workspace) ? workspace : undefined;
}
