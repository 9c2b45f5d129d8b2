// What is set side by side of several runs: parameters, metrics, curves and matrices, each by its name. Pure.
import type { Json, JsonObject, RunWithTasks, Task } from '../../api/messages.ts';
import { classificationOf, scalarsOf, type ConfusionMatrixData, type RocPoint } from '../../artifact-preview/classification.ts';

export interface ComparedRow {
  readonly name: string;
  /** One per run; undefined where a run has none. */
  readonly values: readonly (Json | undefined)[];
  readonly isDifferent: boolean;
}

export interface ComparedChart<Content> {
  /** `report.evaluate · curve` */
  readonly name: string;
  /** Places of the runs that have one. */
  readonly charts: readonly { readonly run: number; readonly content: Content }[];
}

export interface Comparison {
  readonly parameters: readonly ComparedRow[];
  readonly metrics: readonly ComparedRow[];
  readonly curves: readonly ComparedChart<readonly RocPoint[]>[];
  readonly matrices: readonly ComparedChart<ConfusionMatrixData>[];
}

export function comparisonOf(runs: readonly RunWithTasks[]): Comparison {
  const outputs = runs.map(outputsOf);
  return {
    parameters: rowsOf(runs.map((run) => Object.entries(parametersOf(run)))),
    metrics: rowsOf(outputs.map((list) => list.flatMap(({ name, type, metadata }) => (type === 'Metric' ? scalarsOf(metadata).map(([metric, value]) => [`${name} · ${metric}`, value] as const) : [])))),
    curves: chartsOf(outputs.map((list) => list.flatMap(({ name, metadata }) => chart(name, classificationOf(metadata).roc)))),
    matrices: chartsOf(outputs.map((list) => list.flatMap(({ name, metadata }) => chart(name, classificationOf(metadata).confusion)))),
  };
}

/** With the pipeline's defaults, once the run has started. */
function parametersOf({ tasks = [], runtime_config: config }: RunWithTasks): JsonObject {
  const root = tasks.find((task) => task.type === 'ROOT');
  const resolved = (root?.inputs?.parameters ?? []).flatMap(({ parameter_key: key, value }) => (value === undefined ? [] : [[key, value] as const]));
  return { ...config?.parameters, ...Object.fromEntries(resolved) };
}

interface Output {
  readonly name: string;
  readonly type: string;
  readonly metadata: JsonObject;
}

function outputsOf({ tasks = [] }: RunWithTasks): readonly Output[] {
  return tasks.toSorted(byPath).flatMap((task) =>
    (task.outputs?.artifacts ?? []).flatMap(({ artifact_key: key, artifacts }) =>
      artifacts.map(({ type = '', metadata = {} }) => ({ name: `${(task.scope_path ?? '').replace(/^root\.?/, '')} · ${key}`, type, metadata })),
    ),
  );
}

function byPath(a: Task, b: Task): number {
  return (a.scope_path ?? '').localeCompare(b.scope_path ?? '', 'en', { numeric: true });
}

function rowsOf(entries: readonly (readonly (readonly [string, Json | undefined])[])[]): readonly ComparedRow[] {
  const byRun = entries.map((list) => new Map(list));
  const names = [...new Set(entries.flatMap((list) => list.map(([name]) => name)))];
  return names.map((name) => {
    const values = byRun.map((map) => map.get(name));
    return { name, values, isDifferent: new Set(values.map((value) => JSON.stringify(value))).size > 1 };
  });
}

function chart<Content>(name: string, content: Content | undefined): readonly { readonly name: string; readonly content: Content }[] {
  return content === undefined ? [] : [{ name, content }];
}

function chartsOf<Content>(byRun: readonly (readonly { readonly name: string; readonly content: Content }[])[]): readonly ComparedChart<Content>[] {
  const names = [...new Set(byRun.flatMap((list) => list.map(({ name }) => name)))];
  return names.map((name) => ({
    name,
    charts: byRun.flatMap((list, run) => list.filter((one) => one.name === name).slice(0, 1).map(({ content }) => ({ run, content }))),
  }));
}

export interface Axis {
  readonly name: string;
  readonly least: number;
  readonly greatest: number;
  /** 0 … 1 from the lower end, one per run; undefined where a run has no number. */
  readonly places: readonly (number | undefined)[];
}

/** What can be drawn on an axis: numbers that are not the same in all runs. */
export function axesOf(rows: readonly ComparedRow[]): readonly Axis[] {
  return rows.flatMap(({ name, values }) => {
    const numbers = values.filter((value) => typeof value === 'number');
    const [least, greatest] = [Math.min(...numbers), Math.max(...numbers)];
    if (numbers.length < 2 || least === greatest) return [];
    return [{ name, least, greatest, places: values.map((value) => (typeof value === 'number' ? (value - least) / (greatest - least) : undefined)) }];
  });
}
