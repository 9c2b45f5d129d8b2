// Which iterations of a loop its level shows: all, or those that failed; of thousands one page.
import { stateOf } from '../../api/run.ts';
import type { Task } from '../../api/messages.ts';
import type { TaskTree } from './task-tree.ts';

/** Cards of one page. */
export const ITERATION_COUNT_MAX = 2_000;

/** What the address says. */
export interface IterationSearch {
  /** `FAILED`, or all. */
  readonly only?: string | undefined;
  /** Place of the first one; without it the page has the chosen step, or is the first. */
  readonly from?: string | undefined;
  /** Scope path of the chosen step. */
  readonly step?: string | undefined;
}

export interface ShownIterations {
  /** Of the loop, as far as they are known. */
  readonly count: number;
  readonly failedCount: number;
  /** Of those that are asked for. */
  readonly matchingCount: number;
  /** Place of the first shown among them. */
  readonly from: number;
  readonly shown: readonly Task[];
}

export function shownIterations(tree: TaskTree, loop: string, { only, from, step = '' }: IterationSearch): ShownIterations {
  const all = tree.childrenOf(tree.byPath.get(loop));
  const failed = all.filter((task) => stateOf(task) === 'FAILED');
  const matching = only === 'FAILED' ? failed : all;
  const wanted = from === undefined ? matching.findIndex(({ scope_path: path = '' }) => step === path || step.startsWith(`${path}.`)) : Number(from);
  const last = Math.max(0, matching.length - 1);
  const place = Number.isFinite(wanted) ? Math.min(Math.max(0, wanted), last) : 0;
  const first = place - (place % ITERATION_COUNT_MAX);
  return { count: all.length, failedCount: failed.length, matchingCount: matching.length, from: first, shown: matching.slice(first, first + ITERATION_COUNT_MAX) };
}
