// One level of a run's pipeline as a graph: what the IR says is there, with the tasks that exist already.
import { propertiesOf, stateOf } from '../../api/run.ts';
import type { Task } from '../../api/messages.ts';
import { componentAt, kindOf, producersOf, tasksOf, type Ir, type NodeKind } from '../../graph/ir.ts';
import type { NodeFace } from '../../graph/graph-node.tsx';
import type { GraphShape } from '../../graph/layout.ts';
import { timeMs } from '../../frame/time-text.ts';
import { startOf, titleOf, type TaskTree } from './task-tree.ts';

export interface Layer {
  /** Ids are scope paths. */
  readonly shape: GraphShape;
  readonly kinds: ReadonlyMap<string, NodeKind>;
}

/** From here on the longer word has no room on a card. */
const MANY_ITERATIONS = 1_000;

/** The DAG at a scope path. */
export function dagLayer(ir: Ir, scopePath: string): Layer {
  const tasks = tasksOf(componentAt(ir, scopePath));
  const idOf = (name: string) => `${scopePath}.${name}`;
  return {
    shape: {
      ids: tasks.map(([name]) => idOf(name)),
      edges: tasks.flatMap(([name, task]) => producersOf(task).map((producer) => [idOf(producer), idOf(name)] as const)),
    },
    kinds: new Map(tasks.map(([name, task]) => [idOf(name), kindOf(ir, task)])),
  };
}

/** Is this task opened to its iterations, and not to a DAG? */
export function isLoopLayer(ir: Ir, scopePath: string): boolean {
  const name = scopePath.slice(scopePath.lastIndexOf('.') + 1);
  const parent = componentAt(ir, scopePath.slice(0, Math.max(0, scopePath.lastIndexOf('.'))));
  const task = parent?.dag?.tasks?.[name];
  return task !== undefined && kindOf(ir, task) === 'loop';
}

/** Iterations of a loop, side by side. A loop over a single step opens to steps. */
export function loopLayer(ir: Ir, scopePath: string, iterations: readonly Task[]): Layer {
  const component = componentAt(ir, scopePath);
  const ids = iterations.map((task) => task.scope_path ?? '');
  return { shape: { ids, edges: [] }, kinds: new Map(ids.map((id) => [id, component?.dag === undefined ? 'step' : 'pipeline'])) };
}

export function nodeFace(id: string, kind: NodeKind, task: Task | undefined, tree: TaskTree): NodeFace {
  const title = task === undefined ? id.slice(id.lastIndexOf('.') + 1) : titleOf(task);
  const canOpen = kind === 'pipeline' || kind === 'loop' || kind === 'condition';
  if (task === undefined) return { title, kind, canOpen };
  const startedAtMs = startOf(task);
  const state = stateOf(task);
  const { total, ended } = tree.countOf(task);
  const isStarted = Number.isFinite(startedAtMs) && state !== 'CACHED' && state !== 'SKIPPED';
  return {
    title,
    kind,
    state,
    canOpen,
    note: noteOf(task, tree),
    ...(isStarted ? { startedAt: propertiesOf(task).started_at, endedAt: timeMs(task.end_time) === undefined ? undefined : task.end_time } : {}),
    ...(canOpen && total > 0 && ended < total ? { progress: ended / total } : {}),
  };
}

function noteOf(task: Task, tree: TaskTree): string | undefined {
  const state = stateOf(task);
  const { attempt = 0 } = propertiesOf(task);
  if (state === 'CACHED') return 'cached';
  if (task.type === 'LOOP') return noteOfLoop(task, tree);
  if (state === 'FAILED' || state === 'WAITING' || state === 'PENDING' || state === 'SKIPPED' || state === 'CANCELED') return task.status_metadata?.message;
  const { total, ended } = tree.countOf(task);
  if (total > 0) return ended === total ? `${figure(total)} ${total === 1 ? 'step' : 'steps'}` : `${figure(ended)} of ${figure(total)} steps`;
  return attempt > 0 ? `try ${attempt + 1}` : undefined;
}

/** Short enough for a card beside the time that it took. */
function noteOfLoop(task: Task, tree: TaskTree): string {
  const iterations = tree.childrenOf(task);
  const count = Number(task.type_attributes?.iteration_count ?? iterations.length);
  const failedCount = iterations.filter((iteration) => stateOf(iteration) === 'FAILED').length;
  if (failedCount > 0) return `${figure(failedCount)} of ${figure(count)} failed`;
  return count < MANY_ITERATIONS ? `${count} ${count === 1 ? 'iteration' : 'iterations'}` : `${figure(count)} times`;
}

function figure(count: number): string {
  return count.toLocaleString('en');
}
