// Whether a waiting task may start, by what became of the tasks that it waits for.
import { assert } from '../../base/mod.ts';
import { isExitTask } from '../../ir/mod.ts';
import { dagGraphOf } from './dag-graph.ts';
import type { Reason } from './reasons.ts';
import type { TaskNode } from './run-tree.ts';
import { isSettled } from './task-life.ts';

export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'wait'; readonly message: string }
  | { readonly kind: 'skip'; readonly reason: Reason; readonly message: string };

/** Task names written out in "waiting for a, b and others". */
const NAMED_UPSTREAMS_MAX = 3;

/**
 * A task starts when all its upstreams have succeeded. With the strategy ALL_UPSTREAM_TASKS_COMPLETED (exit tasks,
 * ignore_upstream_failure) it starts when all have ended, however. An upstream that failed or was skipped skips it at once.
 */
export function readinessOf(node: TaskNode): Readiness {
  const { parent, spec } = node;
  if (parent === undefined || spec === undefined) return { kind: 'ready' };
  assert(parent.component.dag !== undefined, `the parent of ${node.row.path} has tasks but no DAG`);
  const isAnyEndFine = isExitTask(spec);
  const unsettled: string[] = [];
  let skip: Readiness | undefined;
  for (const name of dagGraphOf(parent.component.dag).upstreamsOf(node.row.name)) {
    const upstream = parent.childByName.get(name);
    // A large DAG may not have the row yet.
    if (upstream === undefined) unsettled.push(name);
    else if (!isSettled(upstream.row.state)) unsettled.push(upstream.row.displayName);
    // A failure says more than what it led to.
    else if (!isAnyEndFine && (skip === undefined || upstream.row.state === 'FAILED')) skip = skipAfter(upstream) ?? skip;
  }
  if (skip !== undefined) return skip;
  if (unsettled.length === 0) return { kind: 'ready' };
  return { kind: 'wait', message: `waiting for ${listNames(unsettled)}` };
}

function skipAfter(upstream: TaskNode): Readiness | undefined {
  const { displayName, state } = upstream.row;
  if (state === 'FAILED') return { kind: 'skip', reason: 'UpstreamFailed', message: `upstream ${displayName} failed` };
  if (state === 'SKIPPED') return { kind: 'skip', reason: 'UpstreamSkipped', message: `upstream ${displayName} was skipped` };
  if (state === 'CANCELED') return { kind: 'skip', reason: 'UpstreamCanceled', message: `upstream ${displayName} was canceled` };
  return undefined;
}

function listNames(names: readonly string[]): string {
  if (names.length > NAMED_UPSTREAMS_MAX) return `${names.slice(0, NAMED_UPSTREAMS_MAX).join(', ')} and others`;
  if (names.length === 1) return names[0]!;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
