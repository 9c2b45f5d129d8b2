// The tasks of a run by their place in the pipeline (`root.report.evaluate`, `root.for-loop[2].train`), which stays the same over
// retries and is what addresses name.
import { propertiesOf, stateOf } from '../../api/run.ts';
import type { Task } from '../../api/messages.ts';
import { timeMs } from '../../frame/time-text.ts';
import { isEnded } from '../../ui/states.ts';

export interface TaskTree {
  readonly byPath: ReadonlyMap<string, Task>;
  /** In the order of iterations, else in that of their start. */
  childrenOf(task: Task | undefined): readonly Task[];
  /** Steps below a task, at any depth: how many, how many ended. */
  countOf(task: Task): StepCount;
  /** The step whose failure came first; undefined when none failed. */
  firstFailed(): Task | undefined;
  /** A step that waits for something that somebody has to make; undefined when none does. */
  firstHeld(): Task | undefined;
}

export interface StepCount {
  readonly total: number;
  readonly ended: number;
}

/** What a step is to people: something with a log or an import, not what holds others together. */
const STEP_TYPES: ReadonlySet<string> = new Set(['RUNTIME', 'IMPORTER']);

export function isStep(task: Task): boolean {
  return STEP_TYPES.has(task.type ?? '');
}

export function treeOf(tasks: Iterable<Task>): TaskTree {
  const all = [...tasks];
  const children = Map.groupBy(all, (task) => task.parent_task_id ?? '');
  for (const [parent, list] of children) children.set(parent, inOrder(list));
  const counts = new Map<string, StepCount>();
  const countOf = (task: Task): StepCount => {
    const known = counts.get(task.task_id ?? '');
    if (known !== undefined) return known;
    const count = { total: 0, ended: 0 };
    for (const child of children.get(task.task_id ?? '') ?? []) {
      const inner = isStep(child) ? { total: 1, ended: isEnded(stateOf(child)) ? 1 : 0 } : countOf(child);
      count.total += inner.total;
      count.ended += inner.ended;
    }
    counts.set(task.task_id ?? '', count);
    return count;
  };
  return {
    byPath: new Map(all.map((task) => [task.scope_path ?? '', task])),
    childrenOf: (task) => children.get(task?.task_id ?? '') ?? [],
    countOf,
    firstFailed: () => all.filter((task) => isStep(task) && stateOf(task) === 'FAILED').toSorted((a, b) => endOf(a) - endOf(b))[0],
    firstHeld: () => all.find((task) => propertiesOf(task).reason === 'ObjectMissing' && stateOf(task) === 'PENDING'),
  };
}

/** One for all: a comparison that makes its own takes a hundred times as long, and a large run makes a hundred thousand. */
const byText = new Intl.Collator('en', { numeric: true });

function inOrder(tasks: readonly Task[]): Task[] {
  const keyed = tasks.map((task) => ({ task, index: Number(task.type_attributes?.iteration_index ?? -1), start: startOf(task), path: task.scope_path ?? '' }));
  keyed.sort((a, b) => a.index - b.index || (a.start === b.start ? byText.compare(a.path, b.path) : a.start - b.start));
  return keyed.map(({ task }) => task);
}

/** Milliseconds since the epoch; what has not started comes last. */
export function startOf(task: Task): number {
  const { started_at: startedAt } = propertiesOf(task);
  return startedAt === undefined ? Infinity : Date.parse(startedAt);
}

function endOf(task: Task): number {
  return timeMs(task.end_time) ?? Infinity;
}

export function titleOf(task: Task): string {
  return task.display_name ?? task.name ?? '';
}
