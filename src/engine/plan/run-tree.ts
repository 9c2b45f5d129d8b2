// A run in memory: its rows as the tree that the IR describes, with the counters that make one event cost what it touches
// and not the size of the run. Built from a RunSnapshot alone; may be thrown away at any moment.
import { assert } from '../../base/mod.ts';
import type { ComponentSpec, PipelineSpec, PipelineTaskSpec } from '../../ir/mod.ts';
import type { Artifact, Run, RunSnapshot, Task } from '../../records/mod.ts';
import type { AttemptKey } from '../ids.ts';
import { dagGraphOf } from './dag-graph.ts';
import { isSettled } from './task-life.ts';

/** One row in its place. An iteration of a loop is a child of the LOOP node and shares its task and component. */
export interface TaskNode {
  row: Task;
  readonly parent: TaskNode | undefined;
  /** Undefined for the root only. */
  readonly spec: PipelineTaskSpec | undefined;
  readonly component: ComponentSpec;
  readonly children: TaskNode[];
  /** Children of a DAG by task name; empty for loops. */
  readonly childByName: Map<string, TaskNode>;
  unsettledCount: number;
  /** Of a loop: iterations that have started and not settled. */
  activeCount: number;
  /** Of a loop: every iteration before this position has started. */
  nextIteration: number;
}

export interface RunTree {
  run: Run;
  readonly pipeline: PipelineSpec;
  root: TaskNode | undefined;
  readonly byId: Map<string, TaskNode>;
  /** Nodes to look at in the next planning. */
  readonly dirty: Set<TaskNode>;
  /** Nodes to look at again when their time has come (milliseconds since the epoch). */
  readonly timers: Map<TaskNode, number>;
  /** When it was looked at last: a time before that says that the clock was set back. */
  lookedAtMs: number;
  /** Nodes whose Pod was asked for and has not ended. */
  readonly withPod: Set<TaskNode>;
  /** Steps that could start and wait for one of those to end, because a run may only have so many Pods. */
  readonly held: Set<TaskNode>;
  /** Artifacts of this run that were planned since the tree was built; their rows may not be committed yet. */
  readonly artifacts: Map<string, Artifact>;
  /** Rows that groups which have started are still to get. */
  comingCount: number;
}

/** Everything is dirty: the first planning looks at the whole run. */
export function buildRunTree(snapshot: RunSnapshot, pipeline: PipelineSpec): RunTree {
  const tree: RunTree = {
    run: snapshot.run,
    pipeline,
    root: undefined,
    byId: new Map(),
    dirty: new Set(),
    timers: new Map(),
    lookedAtMs: 0,
    withPod: new Set(),
    held: new Set(),
    artifacts: new Map(),
    comingCount: 0,
  };
  // A parent's row is written before its children's, and rows come in order of creation.
  for (const row of snapshot.tasks) tree.dirty.add(addNode(tree, row));
  for (const node of tree.byId.values()) {
    orderIterations(node);
    if (node.row.state === 'RUNNING') tree.comingCount += rowCountOf(node) - node.children.length;
  }
  return tree;
}

/** Of all steps: there are tens of thousands in a long loop. */
const NO_CHILDREN = Object.freeze([] as TaskNode[]) as TaskNode[];
const NO_NAMES: TaskNode['childByName'] = new Map();

/** Puts a new row into the tree; its parent must be there. */
export function addNode(tree: RunTree, row: Task): TaskNode {
  const parent = row.parentTaskId === undefined ? undefined : tree.byId.get(row.parentTaskId);
  assert(parent !== undefined || row.type === 'ROOT', `task ${row.path} has no parent`);
  const { spec, component } = specOf(tree.pipeline, parent, row);
  const isLeaf = component.dag === undefined && row.type !== 'LOOP';
  const node: TaskNode = {
    row,
    parent,
    spec,
    component,
    children: isLeaf ? NO_CHILDREN : [],
    childByName: isLeaf ? NO_NAMES : new Map(),
    unsettledCount: 0,
    activeCount: 0,
    nextIteration: 0,
  };
  tree.byId.set(row.taskId, node);
  if (hasPod(row)) tree.withPod.add(node);
  if (parent === undefined) tree.root = node;
  else addChild(parent, node);
  return node;
}

/** Gives a task that has ended, or waits, the row of one that begins again. */
export function reopenNode(node: TaskNode, row: Task): void {
  const { parent } = node;
  if (parent !== undefined) {
    if (isSettled(node.row.state) && !isSettled(row.state)) parent.unsettledCount++;
    if (parent.row.type === 'LOOP') {
      parent.activeCount += Number(isActive(row)) - Number(isActive(node.row));
      parent.nextIteration = Math.min(parent.nextIteration, row.iterationIndex ?? 0);
    }
  }
  node.row = row;
}

export function hasPod({ state, podName }: Task): boolean {
  return (state === 'PENDING' || state === 'RUNNING') && podName !== undefined;
}

/** Takes a task out of the tree; everything below it is taken out, too, by its own call. */
export function removeNode(tree: RunTree, node: TaskNode): void {
  const { parent } = node;
  tree.byId.delete(node.row.taskId);
  tree.dirty.delete(node);
  tree.timers.delete(node);
  tree.held.delete(node);
  tree.withPod.delete(node);
  if (parent === undefined) return;
  parent.children.length = 0;
  parent.childByName.clear();
  parent.unsettledCount = 0;
  parent.activeCount = 0;
  parent.nextIteration = 0;
}

export function attemptKeyOf(tree: RunTree, node: TaskNode): AttemptKey {
  const { runId, retryCount } = tree.run;
  return { runId, path: node.row.path, retryCount, groupAttempts: groupAttemptsOf(node), attempt: node.row.attempt };
}

/** As a step document has them. */
export function triesOf(retryCount: number, node: TaskNode): readonly number[] {
  const attempts: number[] = [];
  for (let task: TaskNode | undefined = node; task !== undefined; task = task.parent) attempts.unshift(task.row.attempt);
  return [retryCount, ...attempts];
}

/** Attempts of the groups around a task, outermost first: what tells its first attempt in one from that in the next. */
function groupAttemptsOf(node: TaskNode): readonly number[] {
  const attempts: number[] = [];
  let hasRetried = false;
  for (let group = node.parent; group !== undefined; group = group.parent) {
    attempts.unshift(group.row.attempt);
    if (group.row.attempt > 0) hasRetried = true;
  }
  return hasRetried ? attempts : NONE;
}

const NONE: readonly number[] = [];

export function isIteration(node: TaskNode): boolean {
  return node.parent?.row.type === 'LOOP';
}

/** A DAG, or an iteration that is one, that has tasks already: it ran before and is to be restarted, not started. */
export function isStartedGroup({ row, component, children }: TaskNode): boolean {
  return row.type !== 'LOOP' && component.dag !== undefined && children.length > 0;
}

/** Whether a started group has all its rows; a large one gets them over several plannings. */
export function isGrown(node: TaskNode): boolean {
  return node.children.length === rowCountOf(node);
}

/** Rows right below a group that is grown. */
export function rowCountOf({ row, component }: TaskNode): number {
  if (row.type === 'LOOP') return row.iterationCount ?? 0;
  return component.dag === undefined ? 0 : dagGraphOf(component.dag).taskCount;
}

function addChild(parent: TaskNode, node: TaskNode): void {
  parent.children.push(node);
  if (!isSettled(node.row.state)) parent.unsettledCount++;
  if (parent.row.type !== 'LOOP') parent.childByName.set(node.row.name, node);
  else if (isActive(node.row)) parent.activeCount++;
}

/** Whether an iteration takes a place under the loop's parallelism limit; one that waits for a retry keeps its place. */
export function isActive(row: Task): boolean {
  return row.state === 'PENDING' || row.state === 'RUNNING' || (row.state === 'WAITING' && row.retryAtMs !== undefined);
}

function orderIterations(node: TaskNode): void {
  if (node.row.type !== 'LOOP') return;
  node.children.sort((a, b) => (a.row.iterationIndex ?? 0) - (b.row.iterationIndex ?? 0));
}

function specOf(
  pipeline: PipelineSpec,
  parent: TaskNode | undefined,
  row: Task,
): { spec: PipelineTaskSpec | undefined; component: ComponentSpec } {
  if (parent === undefined) return { spec: undefined, component: pipeline.root };
  if (parent.row.type === 'LOOP') return { spec: parent.spec, component: parent.component };
  const spec = parent.component.dag?.tasks[row.name];
  assert(spec !== undefined, `task ${row.path} is not in the pipeline`);
  const component = pipeline.components[spec.componentRef.name];
  assert(component !== undefined, `component ${spec.componentRef.name} is not in the pipeline`);
  return { spec, component };
}
