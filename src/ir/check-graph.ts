// A pipeline must come to an end: no task waits for itself, no component contains itself, and written out it is not huge.
import { NESTING_DEPTH_MAX, TASKS_MAX } from './limits.ts';
import { complain, type FieldError, type Section } from './section.ts';
import { taskDependencies } from './task-graph.ts';
import type { DagSpec, PipelineSpec } from './types.ts';

/** Expects that every name leads somewhere (`checkReferences`). */
export function checkGraph(pipeline: PipelineSpec, errors: FieldError[], prefix: string): void {
  const at: Section = { members: {}, path: prefix, errors };
  const dags: [string, DagSpec | undefined][] = [['root.dag', pipeline.root.dag]];
  for (const [name, component] of Object.entries(pipeline.components)) dags.push([`components.${name}.dag`, component.dag]);
  for (const [path, dag] of dags) {
    const cycle = dag && findCycle(dag);
    if (cycle) complain(at, `${path}.tasks.${cycle[0]}`, `waits for itself: ${shortenCycle(cycle)}.`);
  }
  const size = new SizeOfComponents(pipeline);
  const problem = size.measure();
  if (problem !== undefined) complain(at, problem.field, problem.message);
}

/** One cycle of tasks, first and last the same; undefined when there is none. Kahn's algorithm, then a walk. */
function findCycle(dag: DagSpec): readonly string[] | undefined {
  const waitsFor = new Map(Object.entries(dag.tasks).map(([name, task]) => [name, taskDependencies(task)]));
  const dependents = new Map<string, string[]>();
  const openCounts = new Map<string, number>();
  for (const [name, dependencies] of waitsFor) {
    openCounts.set(name, dependencies.size);
    for (const dependency of dependencies) {
      const list = dependents.get(dependency);
      if (list) list.push(name);
      else dependents.set(dependency, [name]);
    }
  }
  const ready = [...openCounts].filter(([, count]) => count === 0).map(([name]) => name);
  for (let name = ready.pop(); name !== undefined; name = ready.pop()) {
    openCounts.delete(name);
    for (const dependent of dependents.get(name) ?? []) {
      const count = openCounts.get(dependent)! - 1;
      openCounts.set(dependent, count);
      if (count === 0) ready.push(dependent);
    }
  }
  const first = openCounts.keys().next().value;
  return first === undefined ? undefined : walkCycle(first, waitsFor, openCounts);
}

/** Every task that is left waits for another one that is left, so the walk meets itself. */
function walkCycle(
  start: string,
  waitsFor: ReadonlyMap<string, ReadonlySet<string>>,
  left: ReadonlyMap<string, number>,
): readonly string[] {
  const path: string[] = [];
  const positions = new Map<string, number>();
  for (let name = start; ; name = [...waitsFor.get(name)!].find((other) => left.has(other))!) {
    const met = positions.get(name);
    if (met !== undefined) return [...path.slice(met), name];
    positions.set(name, path.length);
    path.push(name);
  }
}

function shortenCycle(cycle: readonly string[]): string {
  const shown = cycle.length <= 8 ? cycle : [...cycle.slice(0, 6), '…', ...cycle.slice(-1)];
  return shown.join(' → ');
}

interface Size {
  readonly taskCount: number;
  readonly depth: number;
}

interface Problem {
  readonly field: string;
  readonly message: string;
}

/** Sizes of components with everything below them, each measured once. */
class SizeOfComponents {
  readonly #pipeline: PipelineSpec;
  readonly #sizes = new Map<string, Size>();
  readonly #open: string[] = [];

  constructor(pipeline: PipelineSpec) {
    this.#pipeline = pipeline;
  }

  measure(): Problem | undefined {
    const result = this.#sizeOfDag(this.#pipeline.root.dag, 'root.dag');
    if ('field' in result) return result;
    if (result.taskCount <= TASKS_MAX) return undefined;
    return { field: 'root.dag.tasks', message: `has ${result.taskCount} tasks, nested ones included; at most ${TASKS_MAX} are allowed.` };
  }

  #sizeOfDag(dag: DagSpec | undefined, path: string): Size | Problem {
    let taskCount = 0;
    let depth = 0;
    for (const [taskName, task] of Object.entries(dag?.tasks ?? {})) {
      const inner = this.#sizeOfComponent(task.componentRef.name, `${path}.tasks.${taskName}.componentRef.name`);
      if ('field' in inner) return inner;
      taskCount += 1 + inner.taskCount;
      depth = Math.max(depth, inner.depth);
    }
    return { taskCount, depth: depth + 1 };
  }

  #sizeOfComponent(name: string, field: string): Size | Problem {
    const known = this.#sizes.get(name);
    if (known !== undefined) return known;
    if (this.#open.includes(name)) {
      return { field, message: `makes the component "${name}" contain itself: ${shortenCycle([...this.#open.slice(this.#open.indexOf(name)), name])}.` };
    }
    if (this.#open.length >= NESTING_DEPTH_MAX) {
      return { field, message: `nests pipelines deeper than ${NESTING_DEPTH_MAX} levels.` };
    }
    this.#open.push(name);
    const dag = this.#pipeline.components[name]?.dag;
    const size = dag === undefined ? { taskCount: 0, depth: 0 } : this.#sizeOfDag(dag, `components.${name}.dag`);
    this.#open.pop();
    if ('field' in size) return size;
    if (size.depth > NESTING_DEPTH_MAX) return { field, message: `nests pipelines deeper than ${NESTING_DEPTH_MAX} levels.` };
    this.#sizes.set(name, size);
    return size;
  }
}
