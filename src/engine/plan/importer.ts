// Importer tasks: an artifact that already lies somewhere becomes a record. Nothing runs and nothing is copied.
import { isJsonObject, jsonEquals, type Json, type JsonObject } from '../../base/mod.ts';
import { fillReferences, itemOf, type ImporterExecutor } from '../../ir/mod.ts';
import type { Artifact, TaskValues } from '../../records/mod.ts';
import { artifactTypeOf } from '../pod/executor-input.ts';
import { IN_WORKSPACE_METADATA, workspaceClaimName } from '../pod/workspace.ts';
import { constantOf } from './inputs.ts';
import { own } from './own.ts';
import { addArtifact, changeNode, type Planning } from './planning.ts';
import type { TaskNode } from './run-tree.ts';

/** Output key when the component declares none. */
const ARTIFACT_KEY = 'artifact';

/** Without `reimport`, an artifact with the same URI, type and metadata that is already known is taken again. */
export function runImporter(planning: Planning, node: TaskNode, importer: ImporterExecutor, inputs: TaskValues): void {
  const fail = (reason: 'InvalidStep' | 'Unsupported', message: string) =>
    changeNode(planning, node, { state: 'FAILED', reason, message, inputs });
  const isForWorkspace = importer.downloadToWorkspace === true;
  if (isForWorkspace && workspaceClaimName(planning.tree) === undefined) {
    return fail('InvalidStep', 'the artifact is to be imported into the workspace, but the pipeline has none');
  }
  const uri = uriOf(planning, node, importer, inputs);
  if (typeof uri !== 'string' || uri === '') return fail('InvalidStep', 'the importer was given no artifact URI');
  const [key = ARTIFACT_KEY] = Object.keys(node.component.outputDefinitions?.artifacts ?? {});
  const filled = fillMetadata(constantOf(planning, node, importer.metadata ?? {}), inputs.parameters);
  const metadata = { ...(isJsonObject(filled) ? filled : {}), ...(isForWorkspace ? { [IN_WORKSPACE_METADATA]: true } : {}) };
  const { type, schemaVersion } = artifactTypeOf(importer.typeSchema);
  const known = importer.reimport === true ? undefined : knownArtifact(planning, uri, type, metadata);
  const artifactId =
    known ?? addArtifact(planning, node, { name: key, type, schemaVersion, uri, metadata }, { key, position: 0 });
  const message = known === undefined ? '' : 'the artifact was imported before and is taken again';
  const outputs = { parameters: {}, artifacts: { [key]: [artifactId] } };
  changeNode(planning, node, { state: 'SUCCEEDED', reason: '', message, inputs, outputs });
}

function uriOf(planning: Planning, node: TaskNode, importer: ImporterExecutor, inputs: TaskValues): Json | undefined {
  const { constant, runtimeParameter } = importer.artifactUri;
  if (runtimeParameter !== undefined) return own(inputs.parameters, runtimeParameter);
  if (constant === undefined) return undefined;
  return constantOf(planning, node, constant);
}

function knownArtifact(planning: Planning, uri: string, type: string, metadata: JsonObject): string | undefined {
  const isSame = (artifact: Artifact) => artifact.uri === uri && artifact.type === type && jsonEquals(artifact.metadata, metadata);
  // The records do not show yet what another importer of this run has planned a moment ago.
  for (const artifact of planning.tree.artifacts.values()) if (isSame(artifact)) return artifact.artifactId;
  const known = planning.facts.artifactByUri(planning.tree.run.namespace, uri, type);
  return known !== undefined && isSame(known) ? known.artifactId : undefined;
}

/** A text that is one placeholder becomes the parameter's value, of whatever type; others, and keys, are filled in as text. */
function fillMetadata(metadata: Json, parameters: Readonly<Record<string, Json>>): Json {
  const valueOf = (name: string) => own(parameters, name);
  if (typeof metadata === 'string') return itemOf(metadata, valueOf);
  if (Array.isArray(metadata)) return metadata.map((item: Json) => fillMetadata(item, parameters));
  if (!isJsonObject(metadata)) return metadata;
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [fillReferences(key, valueOf), fillMetadata(value ?? null, parameters)]),
  );
}
