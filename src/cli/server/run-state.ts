// A run as its event stream describes it, kept up to date event by event, and shown as a RunView. Pure.
import { objectOf, type Json, type JsonObject } from '../../base/mod.ts';
import { RUN_STATES, TASK_STATES, type RunState, type TaskState } from '../../records/mod.ts';
import type { RunView, StepView } from '../progress/run-view.ts';
import type { ServerSentEvent } from './sse.ts';
import { at, objectsAt, textAt, timeAt } from './wire.ts';

export interface RunEvents {
  readonly run: JsonObject;
  /** By task_id, in order of creation. */
  readonly tasks: ReadonlyMap<string, JsonObject>;
  readonly isDeleted: boolean;
}

/** The run after one more event; undefined before the first snapshot. Unknown events change nothing. */
export function applyEvent(state: RunEvents | undefined, event: ServerSentEvent): RunEvents | undefined {
  const body = JSON.parse(event.data) as JsonObject;
  if (event.type === 'snapshot') return stateOf({ ...objectOf(body['run']), tasks: body['tasks'] });
  if (state === undefined) return undefined;
  const taskId = textAt(body, 'task_id');
  switch (event.type) {
    case 'run':
      return { ...state, run: body };
    case 'task':
      return { ...state, tasks: new Map([...state.tasks, [taskId, body]]) };
    case 'task_deleted':
      return { ...state, tasks: new Map([...state.tasks].filter(([id]) => id !== taskId)) };
    case 'deleted':
      return { ...state, isDeleted: true };
    default:
      return state;
  }
}

/** From a run with its tasks, as GET runs/{id}?view=FULL answers it. */
export function stateOf(run: JsonObject): RunEvents {
  const tasks = objectsAt(run, 'tasks').map((task) => [textAt(task, 'task_id'), task] as const);
  return { run, tasks: new Map(tasks), isDeleted: false };
}

export function viewOf({ run, tasks }: RunEvents): RunView {
  const finishedAtMs = timeAt(run, 'finished_at');
  const parentIds = new Set(Array.from(tasks.values(), (task) => textAt(task, 'parent_task_id')));
  return {
    id: textAt(run, 'run_id'),
    name: textAt(run, 'display_name'),
    state: oneOf<RunState>(RUN_STATES, textAt(run, 'state'), 'PENDING'),
    message: textAt(run, 'state_message') || textAt(run, 'error', 'message'),
    createdAtMs: timeAt(run, 'created_at') ?? 0,
    ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
    steps: [...tasks.values()].filter((task) => isShown(task, parentIds)).map((task) => stepOf(task, tasks)).toSorted(byBeginning),
  };
}

/** In the order in which they began; then those about to begin, then those that wait. */
function byBeginning(a: StepView, b: StepView): number {
  const beginningOf = ({ startedAtMs, finishedAtMs }: StepView) => startedAtMs ?? finishedAtMs;
  const [beginningA, beginningB] = [beginningOf(a), beginningOf(b)];
  if (beginningA !== undefined && beginningB !== undefined) return beginningA - beginningB;
  const rankOf = (step: StepView) => (beginningOf(step) !== undefined ? 0 : step.state === 'PENDING' ? 1 : 2);
  return rankOf(a) - rankOf(b);
}

/** Steps that do something themselves, and groups that wait or ended with nothing inside to show instead. */
function isShown(task: JsonObject, parentIds: ReadonlySet<string>): boolean {
  const type = textAt(task, 'type');
  if (type === 'ROOT') return false;
  if (type === 'RUNTIME' || type === 'IMPORTER') return true;
  return stateOfTask(task) !== 'RUNNING' && !parentIds.has(textAt(task, 'task_id'));
}

function stepOf(task: JsonObject, tasks: RunEvents['tasks']): StepView {
  const properties = at(task, 'status_metadata', 'custom_properties');
  const state = stateOfTask(task);
  const [startedAtMs, finishedAtMs] = [timeAt(properties, 'started_at'), timeAt(task, 'end_time')];
  return {
    id: textAt(task, 'task_id'),
    name: nameOf(task, tasks),
    place: textAt(task, 'scope_path').replace(/^root\./, ''),
    state,
    message: state === 'SUCCEEDED' ? '' : textAt(task, 'status_metadata', 'message'),
    attempt: Number(textAt(properties, 'attempt') || 0),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(finishedAtMs === undefined ? {} : { finishedAtMs }),
    lastLine: '',
  };
}

function stateOfTask(task: JsonObject): TaskState {
  return oneOf<TaskState>(TASK_STATES, textAt(task, 'status_metadata', 'custom_properties', 'state'), 'WAITING');
}

/** Own name after those of the iterations and pipelines around it. */
function nameOf(task: JsonObject, tasks: RunEvents['tasks']): string {
  const names = [labelOf(task)];
  for (let group = parentOf(task, tasks); group !== undefined; group = parentOf(group, tasks)) {
    if (!SILENT_GROUPS.includes(textAt(group, 'type'))) names.unshift(labelOf(group));
  }
  return names.join(' › ');
}

/** Groups that say nothing which their content does not say: an iteration names its loop. */
const SILENT_GROUPS = ['ROOT', 'CONDITION', 'CONDITION_BRANCH', 'LOOP', 'EXIT_HANDLER'];

function parentOf(task: JsonObject, tasks: RunEvents['tasks']): JsonObject | undefined {
  return tasks.get(textAt(task, 'parent_task_id'));
}

function labelOf(task: JsonObject): string {
  const index = textAt(task, 'type_attributes', 'iteration_index');
  // The name that is displayed of an iteration says which one it is.
  return textAt(task, 'display_name') || `${textAt(task, 'name')}${index === '' ? '' : ` [${index}]`}`;
}

export interface RunOutcome {
  /** Values that the pipeline returned, by name. */
  readonly outputs: Readonly<Record<string, Json>>;
  /** Scalar metrics that its steps logged, by name; of the same name the last step's. */
  readonly metrics: Readonly<Record<string, number>>;
}

export function outcomeOf({ tasks }: RunEvents): RunOutcome {
  const root = [...tasks.values()].find((task) => textAt(task, 'type') === 'ROOT');
  const outputs = objectsAt(root, 'outputs', 'parameters').map((output) => [textAt(output, 'parameter_key'), output['value'] ?? null]);
  const artifacts = [...tasks.values()].flatMap((task) => objectsAt(task, 'outputs', 'artifacts')).flatMap((output) => objectsAt(output, 'artifacts'));
  const metrics = artifacts.filter((artifact) => artifact['type'] === 'Metric').flatMap((artifact) => Object.entries(at(artifact, 'metadata') ?? {}));
  return {
    outputs: Object.fromEntries(outputs) as Record<string, Json>,
    metrics: Object.fromEntries(metrics.filter(([, value]) => typeof value === 'number')) as Record<string, number>,
  };
}

function oneOf<T extends string>(values: readonly T[], text: string, otherwise: T): T {
  return values.find((value) => value === text) ?? otherwise;
}
