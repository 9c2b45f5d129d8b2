// A step's result becomes outputs: parameters from executor_output.json or from their own files, artifacts with what the
// step said about them.
import { isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';
import type { StepResult } from '../../api/mod.ts';
import { parseOutputParameter, type ArtifactSpec } from '../../ir/mod.ts';
import type { Task, TaskValues } from '../../records/mod.ts';
import { attemptUriOf, artifactTypeOf } from '../pod/executor-input.ts';
import { failAttempt } from './attempt.ts';
import { logArtifact } from './log-artifact.ts';
import { failureSentence } from './failure-sentence.ts';
import type { Resolved } from './inputs.ts';
import { own } from './own.ts';
import { addArtifact, changeNode, type Planning } from './planning.ts';
import type { TaskNode } from './run-tree.ts';
import { isSettled, withStart } from './task-life.ts';

/** Artifacts of one output list. */
const LIST_ARTIFACTS_MAX = 10_000;

/** early: the Pod was asked for by a plan whose write failed; its result counts once the step has started again. */
export type ResultReception = 'recorded' | 'duplicate' | 'stale' | 'early';

/** What is known of the task that a result is for. */
export interface Awaited {
  readonly row: Task;
  /** Of the try that the row shows. */
  readonly tries: readonly number[];
}

/** Whether this result is awaited. That its try is later than what is known of the task means that what is known is not all. */
export function receptionOf(awaited: Awaited | undefined, result: StepResult): ResultReception {
  if (awaited === undefined) return 'early';
  const { state, podUid } = awaited.row;
  const order = compareTries(result.tries ?? [...awaited.tries.slice(0, -1), result.attempt], awaited.tries);
  if (order !== 0) return order < 0 ? 'duplicate' : 'early';
  // A Pod that was deleted and made again has the same name.
  if (podUid !== undefined && podUid !== result.podUid) return 'stale';
  if (state === 'PENDING' || state === 'RUNNING') return 'recorded';
  if (state === 'WAITING') return 'early';
  return isSettled(state) && state !== 'CANCELED' ? 'duplicate' : 'stale';
}

/** Negative when the first are earlier. A missing member is 0. */
function compareTries(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Ends the attempt as the result says. A result that lacks a declared parameter is a failure that names it. */
export function applyResult(planning: Planning, node: TaskNode, result: StepResult): void {
  const { startedAtMs } = result;
  // It may come before the Pod was seen: then nothing else says which Pod this was.
  node.row = { ...node.row, podUid: result.podUid };
  if (startedAtMs !== undefined && node.row.state === 'PENDING') {
    changeNode(planning, node, { state: 'RUNNING', reason: '', message: '', atMs: startedAtMs });
  } else if (startedAtMs !== undefined && node.row.state === 'RUNNING') node.row = withStart(node.row, startedAtMs);
  const { exitCode } = result;
  if (result.outcome === 'Failed') {
    const { reason = 'Error' } = result;
    const message = failureSentence({ ...result, reason }, node.row.inputs.artifacts);
    return failAttempt(planning, node, { reason, message, exitCode, atMs: result.finishedAtMs, result });
  }
  const parameters = outputParameters(node, result);
  if (!parameters.ok) return failAttempt(planning, node, { reason: 'OutputMissing', message: parameters.message, exitCode, result });
  if (node.row.state === 'PENDING') changeNode(planning, node, { state: 'RUNNING', reason: '', message: '' });
  changeNode(planning, node, {
    state: 'SUCCEEDED',
    reason: '',
    message: '',
    outputs: { parameters: parameters.value, artifacts: { ...outputArtifacts(planning, node, result), ...logArtifact(planning, node, result) } },
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    atMs: result.finishedAtMs,
  });
}

function outputParameters(node: TaskNode, result: StepResult): Resolved<TaskValues['parameters']> {
  const told = result.executorOutput?.['parameterValues'];
  const values: [string, Json][] = [];
  for (const [name, spec] of Object.entries(node.component.outputDefinitions?.parameters ?? {})) {
    const value = isJsonObject(told) ? own(told, name) : undefined;
    if (value !== undefined) {
      values.push([name, value as Json]);
      continue;
    }
    const text = own(result.parameterTexts, name);
    if (text === undefined) return { ok: false, message: `the step ended well but did not write its output parameter "${name}"` };
    const parsed = parseOutputParameter(spec.parameterType, text);
    if (!parsed.ok) return { ok: false, message: `output parameter "${name}" ${parsed.message.replace(/\.$/, '')}` };
    values.push([name, parsed.value]);
  }
  return { ok: true, value: Object.fromEntries(values) };
}

function outputArtifacts(planning: Planning, node: TaskNode, result: StepResult): TaskValues['artifacts'] {
  const values: [string, readonly string[]][] = [];
  for (const [key, spec] of Object.entries(node.component.outputDefinitions?.artifacts ?? {})) {
    const ownUri = attemptUriOf(planning.tree, node, planning.facts.settings.defaultRootUri, key);
    const told = toldArtifacts(result, key);
    // A step that says nothing about an output has written it, if at all, where it was told to.
    const list = told ?? (spec.isArtifactList === true ? [] : [{}]);
    const ids = list
      .slice(0, LIST_ARTIFACTS_MAX)
      .map((artifact, position) => addOutputArtifact(planning, node, result, { key, spec, ownUri, artifact, position }));
    values.push([key, ids]);
  }
  return Object.fromEntries(values);
}

function addOutputArtifact(
  planning: Planning,
  node: TaskNode,
  result: StepResult,
  output: { readonly key: string; readonly spec: ArtifactSpec; readonly ownUri: string; readonly artifact: JsonObject; readonly position: number },
): string {
  const { key, spec, ownUri, artifact, position } = output;
  const uri = textOf(artifact['uri']) ?? ownUri;
  const sealed = own(result.artifacts, key);
  const { type, schemaVersion } = artifactTypeOf(spec.artifactType);
  const metadata = isJsonObject(artifact['metadata']) ? artifact['metadata'] : {};
  return addArtifact(
    planning,
    node,
    {
      name: textOf(artifact['name']) ?? key,
      type,
      schemaVersion,
      uri,
      metadata: { ...spec.metadata, ...metadata },
      ...(uri === ownUri && sealed?.exists === true ? { sizeBytes: sealed.sizeBytes } : {}),
    },
    { key, position },
  );
}

function toldArtifacts(result: StepResult, key: string): readonly JsonObject[] | undefined {
  const told = result.executorOutput?.['artifacts'];
  const entry = isJsonObject(told) ? own(told, key) : undefined;
  const list = isJsonObject(entry) ? entry['artifacts'] : undefined;
  return Array.isArray(list) ? list.filter(isJsonObject) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
