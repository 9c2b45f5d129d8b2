// Why a step is not taken from the cache: what differs from the nearest entry, which is the same step in one of the newest
// earlier runs of the pipeline.
import { jsonEquals, type Json, type JsonObject } from '../../base/mod.ts';
import { stepSourceOf } from '../../ir/mod.ts';
import type { Task, TaskValues } from '../../records/mod.ts';
import { own } from './own.ts';
import type { Planning } from './planning.ts';
import type { TaskNode } from './run-tree.ts';

/** Differences in one sentence. */
const SHOWN_MAX = 3;
/** A value, in a sentence. */
const SHOWN_VALUE_LENGTH_MAX = 40;

/** '' when no earlier run has an entry of this step to compare with. `inputs` are those that the step sees. */
export function explainMiss(planning: Planning, node: TaskNode, inputs: TaskValues): string {
  const cacheKey = node.spec?.cachingOptions?.cacheKey ?? '';
  if (cacheKey !== '') return `not in the cache: no earlier step of the component ${node.row.componentName} has the cache key "${cacheKey}"`;
  let nearest: { readonly task: Task; readonly differences: readonly string[] } | undefined;
  for (const { task, pipelineSpec } of planning.facts.earlierEntries(node.row.path)) {
    const differences = [...sourceDifferences(planning, node, pipelineSpec), ...inputDifferences(task.inputs, inputs)];
    if (nearest === undefined || differences.length < nearest.differences.length) nearest = { task, differences };
  }
  return nearest === undefined ? '' : sentenceOf(nearest.task, nearest.differences);
}

function sentenceOf({ runId }: Task, differences: readonly string[]): string {
  if (differences.length === 0) return `not in the cache: it mounts or was given something else than in run ${runId}`;
  const shown = differences.slice(0, SHOWN_MAX).join(', ');
  const restCount = differences.length - SHOWN_MAX;
  return `not in the cache: ${shown}${restCount > 0 ? ` and ${restCount} more` : ''} (compared with run ${runId})`;
}

/** Of what the IR says of the step. Environment and resources do not count. */
function sourceDifferences({ tree }: Planning, node: TaskNode, earlier: JsonObject): readonly string[] {
  const document = tree.run.pipelineSpec;
  if (earlier === document) return [];
  const [now, before] = [stepSourceOf(document, node.row.componentName), stepSourceOf(earlier, node.row.componentName)];
  if (now === undefined || before === undefined) return ['the step is a new one'];
  return [
    ...(now.image === before.image ? [] : [`the image is ${show(now.image)} and was ${show(before.image)}`]),
    ...(jsonEquals(now.command, before.command) ? [] : ['the command (for a Python component, its code or packages) was changed']),
    ...(jsonEquals(now.args, before.args) ? [] : ['the arguments were changed']),
    ...(jsonEquals(now.outputs, before.outputs) ? [] : ['the outputs are declared differently']),
  ];
}

function inputDifferences(before: TaskValues, now: TaskValues): readonly string[] {
  const parameters = namesOf(before.parameters, now.parameters).flatMap((name) => {
    const [value, earlier] = [own(now.parameters, name), own(before.parameters, name)];
    if (value === undefined) return [`parameter "${name}" was ${show(earlier)} and is not given`];
    if (earlier === undefined) return [`parameter "${name}" is ${show(value)} and was not given`];
    return jsonEquals(value, earlier) ? [] : [`parameter "${name}" is ${show(value)} and was ${show(earlier)}`];
  });
  const artifacts = namesOf(before.artifacts, now.artifacts)
    .filter((name) => !jsonEquals(own(now.artifacts, name) ?? null, own(before.artifacts, name) ?? null))
    .map((name) => `input artifact "${name}" is another one`);
  return [...parameters, ...artifacts];
}

function namesOf(...records: readonly object[]): readonly string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function show(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length <= SHOWN_VALUE_LENGTH_MAX ? text : `${text.slice(0, SHOWN_VALUE_LENGTH_MAX)}…`;
}
