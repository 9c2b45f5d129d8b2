// One planning in progress: the tree being changed, the nodes still to look at, and the actions gathered so far.
import type { Artifact, Run, Task } from '../../records/mod.ts';
import { artifactIdOf, taskIdOf } from '../ids.ts';
import type { Effect } from './action.ts';
import { dagGraphOf } from './dag-graph.ts';
import type { PlanFacts } from './facts.ts';
import { addNode, attemptKeyOf, hasPod, isActive, isIteration, type RunTree, type TaskNode } from './run-tree.ts';
import { changeTask, isSettled, type TaskChange } from './task-life.ts';

export interface Planning {
  readonly tree: RunTree;
  readonly facts: PlanFacts;
  readonly nowMs: number;
  /** Nodes to look at, in order; a node may be there twice. */
  readonly work: TaskNode[];
  readonly changedNodes: Set<TaskNode>;
  /** Rows that are no more; one with the same id may come anew in the same planning. */
  readonly deletedTaskIds: Set<string>;
  readonly artifacts: Artifact[];
  /** Actions other than puts, at most one of a kind per task. */
  readonly effects: Map<string, Effect>;
  /** The row to write; undefined when the run does not change. */
  run: Run | undefined;
  /** Steps that may still be started in this planning; the rest waits for the next turn of the loop. */
  startsLeft: number;
  /** Rows that may still be added, or canceled. */
  rowsLeft: number;
}

/** Changes the row; when that settles the node, whoever waited for it is looked at. */
export function changeNode(planning: Planning, node: TaskNode, change: TaskChange): void {
  const before = node.row;
  const after = changeTask(before, change, planning.nowMs);
  if (after === before) return;
  node.row = after;
  planning.changedNodes.add(node);
  if (hasPod(after)) planning.tree.withPod.add(node);
  else planning.tree.withPod.delete(node);
  if (isIteration(node)) countActive(node.parent!, before, after);
  if (isSettled(after.state) && !isSettled(before.state)) settle(planning, node);
}

export interface NewTask {
  readonly name: string;
  readonly displayName: string;
  readonly path: string;
  readonly type: Task['type'];
  readonly componentName: string;
  readonly iterationIndex?: number;
  readonly inputs?: Task['inputs'];
}

/** Keeps room for the rows of a group that starts. False when the run would have too many: the group has failed. */
export function reserveRows(planning: Planning, group: TaskNode, count: number, inputs: Task['inputs']): boolean {
  const { tree, facts } = planning;
  const countMax = facts.settings.tasksPerRunMax;
  if (tree.byId.size + tree.comingCount + count <= countMax) {
    tree.comingCount += count;
    return true;
  }
  const message = `the run would have more than the ${countMax} tasks that are allowed, with the ${count} of this ${group.row.type === 'LOOP' ? 'loop' : 'group'}`;
  changeNode(planning, group, { state: 'FAILED', reason: 'TooManyTasks', message, inputs });
  return false;
}

/** A new WAITING row below `parent`, to be looked at. */
export function addTask(planning: Planning, parent: TaskNode | undefined, task: NewTask): TaskNode {
  const { run } = planning.tree;
  const node = addNode(planning.tree, {
    taskId: taskIdOf(run.runId, task.path),
    namespace: run.namespace,
    creator: run.creator,
    createdAtMs: planning.nowMs,
    runId: run.runId,
    ...(parent === undefined ? {} : { parentTaskId: parent.row.taskId }),
    state: 'WAITING',
    reason: '',
    message: '',
    stateHistory: [{ atMs: planning.nowMs, state: 'WAITING' }],
    attempt: 0,
    inputs: NO_VALUES,
    outputs: NO_VALUES,
    ...task,
  });
  planning.changedNodes.add(node);
  planning.work.push(node);
  planning.rowsLeft--;
  if (parent !== undefined) planning.tree.comingCount--;
  return node;
}

export const NO_VALUES: Task['inputs'] = { parameters: {}, artifacts: {} };

/** A new artifact row of this attempt of the node's task. */
export function addArtifact(
  planning: Planning,
  node: TaskNode,
  artifact: Pick<Artifact, 'name' | 'type' | 'schemaVersion' | 'uri' | 'metadata'> & { readonly sizeBytes?: number },
  origin: { readonly key: string; readonly position: number },
): string {
  const { run } = planning.tree;
  const row: Artifact = {
    artifactId: artifactIdOf(attemptKeyOf(planning.tree, node), origin.key, origin.position),
    namespace: run.namespace,
    creator: run.creator,
    createdAtMs: planning.nowMs,
    runId: run.runId,
    producerTaskId: node.row.taskId,
    producerKey: origin.key,
    ...artifact,
  };
  planning.artifacts.push(row);
  planning.tree.artifacts.set(row.artifactId, row);
  return row.artifactId;
}

export function artifactOf(planning: Planning, artifactId: string): Artifact | undefined {
  return planning.tree.artifacts.get(artifactId) ?? planning.facts.artifact(artifactId);
}

/** Asks for an effect; a later one of the same kind for the same task takes its place. */
export function addEffect(planning: Planning, effect: Effect): void {
  planning.effects.set(`${effect.kind} ${effect.taskId}`, effect);
}

/** Looks at the node again when its time has come. */
export function lookAgainAt(planning: Planning, node: TaskNode, atMs: number): void {
  planning.tree.timers.set(node, atMs);
}

function countActive(loop: TaskNode, before: Task, after: Task): void {
  loop.activeCount += Number(isActive(after)) - Number(isActive(before));
}

function settle(planning: Planning, node: TaskNode): void {
  const { parent } = node;
  planning.tree.timers.delete(node);
  if (parent === undefined) return;
  parent.unsettledCount--;
  planning.work.push(parent);
  if (parent.row.type === 'LOOP' || parent.component.dag === undefined) return;
  for (const name of dagGraphOf(parent.component.dag).dependentsOf(node.row.name)) {
    const dependent = parent.childByName.get(name);
    if (dependent !== undefined) planning.work.push(dependent);
  }
}
