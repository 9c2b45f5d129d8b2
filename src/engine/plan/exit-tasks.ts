// Exit tasks of a run that is being canceled (what `dsl.ExitHandler` runs, and tasks with `ignore_upstream_failure`): those that watch
// something that had begun run all the same, as in Kubeflow, where Argo spares them from the deadline by which a run is terminated.
import { hasExitTask, isExitTask } from '../../ir/mod.ts';
import { dagGraphOf } from './dag-graph.ts';
import { isGrown, isIteration, type RunTree, type TaskNode } from './run-tree.ts';
import { isSettled } from './task-life.ts';

export class ExitTasks {
  /** Not settled. */
  readonly tasks: ReadonlySet<TaskNode>;
  /** Groups that have not all their rows: an exit task may be among those that come. */
  readonly growing: ReadonlySet<TaskNode>;
  /** Groups around those. */
  readonly #around = new Set<TaskNode>();

  constructor(tasks: readonly TaskNode[], growing: readonly TaskNode[]) {
    this.tasks = new Set(tasks);
    this.growing = new Set(growing);
    for (const task of [...tasks, ...growing]) {
      for (let group = task.parent; group !== undefined && !this.#around.has(group); group = group.parent) this.#around.add(group);
    }
  }

  get count(): number {
    return this.tasks.size + this.growing.size;
  }

  /** Whether the node goes on: one of them, something below one, or a group around one. */
  spares(node: TaskNode): boolean {
    if (this.count === 0) return false;
    return this.#around.has(node) || this.growing.has(node) || this.taskOf(node) !== undefined;
  }

  /** The one that the node is, or lies below. */
  taskOf(node: TaskNode): TaskNode | undefined {
    for (let task: TaskNode | undefined = node; task !== undefined; task = task.parent) if (this.tasks.has(task)) return task;
    return undefined;
  }
}

export const NO_EXIT_TASKS = new ExitTasks([], []);

/** Those of the run that have yet to run, or to end. */
export function exitTasksOf({ byId }: RunTree): ExitTasks {
  const tasks: TaskNode[] = [];
  const growing: TaskNode[] = [];
  for (const node of byId.values()) {
    if (isSettled(node.row.state)) continue;
    if (isToRun(node)) tasks.push(node);
    if (isGrowing(node)) growing.push(node);
  }
  return new ExitTasks(tasks, growing);
}

/** Whether the task did anything, or was about to. */
export function hasBegun({ row }: TaskNode): boolean {
  if (isSettled(row.state) && row.state !== 'CANCELED') return row.state !== 'SKIPPED';
  return row.startedAtMs !== undefined || row.podName !== undefined || row.attempt > 0;
}

/** Its upstreams may be exit tasks that have yet to run themselves. */
function isToRun(node: TaskNode): boolean {
  const { parent, spec } = node;
  if (parent?.component.dag === undefined || isIteration(node) || spec === undefined || !isExitTask(spec)) return false;
  if (hasBegun(node)) return true;
  return dagGraphOf(parent.component.dag).upstreamsOf(node.row.name).some((name) => {
    const upstream = parent.childByName.get(name);
    return upstream !== undefined && (hasBegun(upstream) || (!isSettled(upstream.row.state) && isToRun(upstream)));
  });
}

function isGrowing(node: TaskNode): boolean {
  const { row, component } = node;
  if (row.state !== 'RUNNING' || row.type === 'LOOP' || component.dag === undefined) return false;
  return !isGrown(node) && hasExitTask(component.dag);
}
