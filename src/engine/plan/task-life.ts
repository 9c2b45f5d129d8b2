// The life of a task: which state may follow which, and the one function that changes a row.
import { assert } from '../../base/mod.ts';
import type { EarlierPod, StateChange, Task, TaskState, TaskValues } from '../../records/mod.ts';

const NEXT_STATES: Readonly<Record<TaskState, readonly TaskState[]>> = {
  WAITING: ['WAITING', 'PENDING', 'RUNNING', 'SUCCEEDED', 'CACHED', 'SKIPPED', 'FAILED', 'CANCELED'],
  PENDING: ['PENDING', 'RUNNING', 'WAITING', 'FAILED', 'CANCELED'],
  RUNNING: ['RUNNING', 'WAITING', 'PENDING', 'SUCCEEDED', 'FAILED', 'CANCELED'],
  SUCCEEDED: [],
  CACHED: [],
  SKIPPED: [],
  FAILED: [],
  CANCELED: [],
};

/** Entries of a state history; of a longer life the first entry and the newest are kept. */
const STATE_HISTORY_COUNT_MAX = 100;
/** Pods of earlier tries that a row names. */
const EARLIER_PODS_MAX = 20;

export interface TaskChange {
  readonly state: TaskState;
  readonly reason: string;
  readonly message: string;
  /** When it happened; the planning time unless somebody saw it earlier. */
  readonly atMs?: number;
  readonly attempt?: number;
  readonly triedSinceMs?: number;
  readonly startedAtMs?: number;
  /** Only kept while the new state is WAITING. */
  readonly retryAtMs?: number;
  readonly iterationCount?: number;
  readonly podName?: string;
  readonly podNamespace?: string;
  readonly podUid?: string;
  readonly exitCode?: number;
  readonly cacheFingerprint?: string;
  readonly cachedFromTaskId?: string;
  readonly cacheMiss?: string;
  readonly inputs?: TaskValues;
  readonly outputs?: TaskValues;
}

export function isSettled(state: TaskState): boolean {
  return NEXT_STATES[state].length === 0;
}

export function isSuccess(state: TaskState): boolean {
  return state === 'SUCCEEDED' || state === 'CACHED';
}

/** The row after the change; the row itself when nothing changes. Asserts that the state may follow. */
export function changeTask(row: Task, change: TaskChange, nowMs: number): Task {
  assert(NEXT_STATES[row.state].includes(change.state), `task ${row.path}: ${row.state} can not become ${change.state}`);
  const { atMs: toldMs = nowMs, ...fields } = change;
  // Clocks of Pods and ours differ; a history never goes back.
  const atMs = Math.max(toldMs, row.stateHistory.at(-1)?.atMs ?? 0);
  const isNewAttempt = change.attempt !== undefined && change.attempt !== row.attempt;
  if (change.state === row.state && !isNewAttempt) return isNoChange(row, fields) ? row : { ...row, ...fields };
  const next: { -readonly [Field in keyof Task]: Task[Field] } = Object.assign(isNewAttempt ? withoutAttempt(row) : { ...row }, fields);
  if (row.retryAtMs !== undefined && fields.retryAtMs === undefined) delete next.retryAtMs;
  next.stateHistory = appendState(row.stateHistory, { atMs, state: change.state, message: change.message });
  if (change.state === 'RUNNING' && row.startedAtMs === undefined) next.startedAtMs = atMs;
  if (isSettled(change.state)) next.finishedAtMs = atMs;
  return next;
}

/** A running task with the exact time of its start: its Pod told of it later, and in whole seconds. */
export function withStart(row: Task, startedAtMs: number): Task {
  const { stateHistory } = row;
  const last = stateHistory.at(-1);
  if (last?.state !== 'RUNNING') return row;
  const atMs = Math.max(stateHistory.at(-2)?.atMs ?? 0, Math.min(startedAtMs, last.atMs));
  return { ...row, stateHistory: [...stateHistory.slice(0, -1), { ...last, atMs }] };
}

export function appendState<State>(
  history: readonly StateChange<State>[],
  entry: { readonly atMs: number; readonly state: State; readonly message: string },
): readonly StateChange<State>[] {
  const { atMs, state, message } = entry;
  const kept = history.length < STATE_HISTORY_COUNT_MAX ? history : [history[0]!, ...history.slice(2)];
  return [...kept, message === '' ? { atMs, state } : { atMs, state, message }];
}

function isNoChange(row: Task, fields: Omit<TaskChange, 'atMs'>): boolean {
  return Object.entries(fields).every(([key, value]) => row[key as keyof Task] === value);
}

/** What belongs to one attempt only. */
function withoutAttempt(row: Task): Task {
  const { podName: _n, podUid: _u, podNamespace: _s, exitCode: _e, startedAtMs: _t, ...rest } = row;
  return { ...rest, ...podsBeforeNext(row) };
}

/** Of a row that begins another try: its Pod, if it ran, is one of the earlier ones then. */
export function podsBeforeNext({ earlierPods = [], podName, podUid }: Task): { readonly earlierPods?: readonly EarlierPod[] } {
  if (podName === undefined || podUid === undefined) return earlierPods.length === 0 ? {} : { earlierPods };
  const number = (earlierPods.at(-1)?.number ?? 0) + 1;
  return { earlierPods: [...earlierPods, { number, name: podName, uid: podUid }].slice(-EARLIER_PODS_MAX) };
}
