// ParallelFor: a LOOP task has one child per item, in the order of the items; its outputs are the children's, collected.
import type { Json } from '../../base/mod.ts';
import { parseItems } from '../../ir/mod.ts';
import type { TaskValues } from '../../records/mod.ts';
import { startDag } from './dag.ts';
import { inputArtifactsOf, inputParameterOf, type Resolved } from './inputs.ts';
import { fillMarks } from './marks.ts';
import { addTask, changeNode, NO_VALUES, reserveRows, type Planning } from './planning.ts';
import { restartGroup } from './restart.ts';
import { isGrown, isStartedGroup, type TaskNode } from './run-tree.ts';
import { isSuccess } from './task-life.ts';

/** Iterations of one loop. */
const ITERATION_COUNT_MAX = 10_000;
/** Of a value that is no list, in the message that says so. */
const SHOWN_LENGTH_MAX = 100;
/** What the iterations of loops that still grow are given: a long list is read once, not at every planning. */
const itemsOfGrowing = new WeakMap<TaskNode, readonly TaskValues[]>();

/** Gives the loop its iterations; none at all is a loop that has succeeded. */
export function startLoop(planning: Planning, node: TaskNode, inputs: TaskValues): void {
  const items = iterationInputs(node, inputs);
  if (!items.ok) return changeNode(planning, node, { state: 'FAILED', reason: 'IteratorInvalid', message: items.message, inputs });
  const iterationCount = items.value.length;
  if (!reserveRows(planning, node, iterationCount, inputs)) return;
  changeNode(planning, node, { state: 'RUNNING', reason: '', message: '', inputs, iterationCount });
  addIterations(planning, node, items.value);
}

/** Adds the rows of the iterations, in the order of the items; a long loop grows over several plannings. */
export function growLoop(planning: Planning, node: TaskNode): void {
  const known = itemsOfGrowing.get(node);
  if (known !== undefined) return addIterations(planning, node, known);
  const items = iterationInputs(node, node.row.inputs);
  if (items.ok) addIterations(planning, node, items.value);
}

function addIterations(planning: Planning, node: TaskNode, items: readonly TaskValues[]): void {
  for (let iterationIndex = node.children.length; iterationIndex < items.length && planning.rowsLeft > 0; iterationIndex++) {
    addTask(planning, node, {
      name: node.row.name,
      displayName: `${node.row.displayName} [${iterationIndex}]`,
      path: `${node.row.path}[${iterationIndex}]`,
      componentName: node.row.componentName,
      type: node.component.dag === undefined ? 'RUNTIME' : 'DAG',
      iterationIndex,
      inputs: items[iterationIndex]!,
    });
  }
  if (!isGrown(node)) {
    itemsOfGrowing.set(node, items);
    planning.tree.dirty.add(node);
    return;
  }
  itemsOfGrowing.delete(node);
  if (node.unsettledCount === 0) planning.work.push(node);
}

/** Starts the waiting iteration unless its loop already runs as many as it may. */
export function startIteration(planning: Planning, node: TaskNode, startStep: (inputs: TaskValues) => void): void {
  const loop = node.parent!;
  const limit = parallelismLimitOf(loop);
  if (loop.activeCount >= limit) {
    const message = `waiting for a free slot: ${limit} of ${loop.row.iterationCount} iterations run at a time`;
    return changeNode(planning, node, { state: 'WAITING', reason: 'WaitingForSlot', message });
  }
  if (isStartedGroup(node)) resumeIteration(planning, node);
  else if (node.component.dag !== undefined) startDag(planning, node, node.row.inputs);
  else startStep(wholeInputs(node));
}

/** One that is to run again, as the retry of its run or of a group around it has left it. */
function resumeIteration(planning: Planning, node: TaskNode): void {
  const { message } = node.row;
  changeNode(planning, node, { state: 'RUNNING', reason: '', message: '' });
  restartGroup(planning, node, message);
}

/** Looks at as many waiting iterations as there are free places, in their order. */
export function fillSlots(planning: Planning, loop: TaskNode): void {
  while (loop.nextIteration < loop.children.length && !isUnstarted(loop.children[loop.nextIteration]!)) loop.nextIteration++;
  let free = parallelismLimitOf(loop) - loop.activeCount;
  for (let index = loop.nextIteration; free > 0 && index < loop.children.length; index++) {
    const iteration = loop.children[index]!;
    if (!isUnstarted(iteration)) continue;
    planning.work.push(iteration);
    free--;
  }
}

function isUnstarted({ row }: TaskNode): boolean {
  return row.state === 'WAITING' && row.retryAtMs === undefined;
}

/** Outputs of the iterations as lists in the order of the items; a skipped producer leaves no hole. */
export function collectedOutputs(loop: TaskNode): TaskValues {
  const parameters = new Map<string, Json[]>();
  const artifacts = new Map<string, string[]>();
  for (const name of outputNames(loop, 'parameters')) parameters.set(name, []);
  for (const name of outputNames(loop, 'artifacts')) artifacts.set(name, []);
  for (const { row } of loop.children) {
    if (!isSuccess(row.state)) continue;
    for (const [name, value] of Object.entries(row.outputs.parameters)) parameters.get(name)?.push(value);
    for (const [name, ids] of Object.entries(row.outputs.artifacts)) artifacts.get(name)?.push(...ids);
  }
  return { parameters: Object.fromEntries(parameters), artifacts: Object.fromEntries(artifacts) };
}

function outputNames(loop: TaskNode, sort: 'parameters' | 'artifacts'): readonly string[] {
  const { dag, outputDefinitions } = loop.component;
  return Object.keys((dag === undefined ? outputDefinitions?.[sort] : dag.outputs?.[sort]) ?? {});
}

function parallelismLimitOf(loop: TaskNode): number {
  const limit = loop.spec?.iteratorPolicy?.parallelismLimit ?? 0;
  return limit > 0 ? limit : Number.POSITIVE_INFINITY;
}

/** What each iteration has beyond its loop's inputs: its item. */
function iterationInputs(node: TaskNode, inputs: TaskValues): Resolved<readonly TaskValues[]> {
  const { parameterIterator, artifactIterator } = node.spec ?? {};
  if (artifactIterator !== undefined) {
    const ids = inputs.artifacts[artifactIterator.items.inputArtifact] ?? [];
    return limited(ids.map((id) => ({ ...NO_VALUES, artifacts: { [artifactIterator.itemInput]: [id] } })));
  }
  const { raw, inputParameter } = parameterIterator?.items ?? {};
  const items = itemsOf(inputParameter === undefined ? raw : inputs.parameters[inputParameter]);
  if (!items.ok) return items;
  const values = raw?.includes('{{channel:') === true ? items.value.map((item) => fillMarks(node, item)) : items.value;
  return limited(values.map((item) => ({ ...NO_VALUES, parameters: { [parameterIterator!.itemInput]: item } })));
}

function itemsOf(source: Json | undefined): Resolved<readonly Json[]> {
  const items = source === undefined ? undefined : parseItems(source);
  if (items !== undefined) return { ok: true, value: items };
  const what = source === undefined ? 'nothing' : JSON.stringify(source);
  return { ok: false, message: `a loop needs a list of items, but was given ${what.slice(0, SHOWN_LENGTH_MAX)}` };
}

function limited(items: readonly TaskValues[]): Resolved<readonly TaskValues[]> {
  if (items.length <= ITERATION_COUNT_MAX) return { ok: true, value: items };
  return { ok: false, message: `a loop may have ${ITERATION_COUNT_MAX} iterations, not ${items.length}` };
}

/** For a step that is iterated without a DAG around it: the loop's inputs and its own item. */
function wholeInputs(node: TaskNode): TaskValues {
  const loop = node.parent!.row.inputs;
  const names = Object.keys(node.component.inputDefinitions?.parameters ?? {});
  const parameters = names.flatMap((name) => {
    const value = inputParameterOf(node, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const artifactNames = new Set([...Object.keys(loop.artifacts), ...Object.keys(node.row.inputs.artifacts)]);
  const artifacts = [...artifactNames].map((name) => [name, inputArtifactsOf(node, name) ?? []] as const);
  return { parameters: Object.fromEntries(parameters), artifacts: Object.fromEntries(artifacts) };
}
