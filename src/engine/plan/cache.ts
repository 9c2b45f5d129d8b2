// Official cache semantics: a step with the fingerprint of one that succeeded takes over its outputs by reference. Unlike
// upstream, an entry whose bytes are gone is not used; an older one may serve.
import { cacheFingerprint, type ContainerExecutor } from '../../ir/mod.ts';
import type { Task, TaskValues } from '../../records/mod.ts';
import { pvcNamesOf } from '../pod/kubernetes-config.ts';
import { workspaceOfStep } from '../pod/workspace.ts';
import type { Planning } from './planning.ts';
import type { TaskNode } from './run-tree.ts';

export type CacheLookup =
  /** `message` says why an entry that exists is not used; '' when there is none. */
  | { readonly kind: 'miss'; readonly message: string }
  | { readonly kind: 'unchecked'; readonly candidate: Task }
  | { readonly kind: 'hit'; readonly task: Task };

/** Undefined when the task does not want the cache. */
export function fingerprintOf(
  planning: Planning,
  node: TaskNode,
  container: ContainerExecutor,
  given: TaskValues,
): string | undefined {
  const { enableCache, cacheKey } = node.spec?.cachingOptions ?? {};
  if (enableCache !== true || !planning.facts.settings.isCacheEnabled) return undefined;
  const workspace = workspaceOfStep(planning, node, given);
  const { parameters = {}, artifacts = {} } = node.component.outputDefinitions ?? {};
  return cacheFingerprint({
    componentName: node.row.componentName,
    ...(cacheKey === undefined ? {} : { cacheKey }),
    container: withPipelineName(container, planning.tree.run.pipelineName),
    parameterValues: given.parameters,
    // An artifact's id is its identity: it survives a restart, and a cached step hands it on.
    inputArtifactNames: given.artifacts,
    outputParameters: Object.fromEntries(Object.entries(parameters).map(([name, spec]) => [name, spec.parameterType])),
    outputArtifacts: Object.fromEntries(
      Object.entries(artifacts).map(([name, { artifactType, metadata }]) => [
        name,
        { name, type: artifactType, ...(metadata === undefined ? {} : { metadata }) },
      ]),
    ),
    pvcNames: [...pvcNamesOf(planning, node), ...(workspace === undefined ? [] : [workspace])],
  });
}

export function lookUpCache(planning: Planning, fingerprint: string): CacheLookup {
  const { facts, tree } = planning;
  const sibling = justSucceeded(planning, fingerprint);
  if (sibling !== undefined) return { kind: 'hit', task: sibling };
  const missingUris: string[] = [];
  for (const candidate of facts.cachedTasks(tree.run.namespace, fingerprint)) {
    const hasArtifacts = Object.values(candidate.outputs.artifacts).some((ids) => ids.length > 0);
    const presence = hasArtifacts ? facts.outputsOf(candidate) : { arePresent: true as const };
    if (presence === undefined) return { kind: 'unchecked', candidate };
    if (presence.arePresent) return { kind: 'hit', task: candidate };
    missingUris.push(presence.missingUri);
  }
  return { kind: 'miss', message: goneSentence(missingUris) };
}

function goneSentence([newest, ...older]: readonly string[]): string {
  if (newest === undefined) return '';
  const before = older.length === 0 ? '' : `, and something of the ${older.length === 1 ? 'entry' : `${older.length} entries`} before it`;
  return `not taken from the cache: ${newest} is gone${before}`;
}

/** A step of this run whose success is written together with what is planned now; the records do not show it yet. */
function justSucceeded({ changedNodes }: Planning, fingerprint: string): Task | undefined {
  for (const { row } of changedNodes) if (row.state === 'SUCCEEDED' && row.cacheFingerprint === fingerprint) return row;
  return undefined;
}

/** Entries are shared within a pipeline only; the newest upstream folds its name into the arguments, too. */
function withPipelineName(container: ContainerExecutor, pipelineName: string): ContainerExecutor {
  return { ...container, args: [...(container.args ?? []), `__kfp_pipeline_name=${pipelineName}`] };
}
