// Brings the run forward: looks at every node that something happened to, and at whoever waited for it, until nothing moves.
import { unreachable } from '../../base/mod.ts';
import { askForPod } from './attempt.ts';
import { claimOperationOf, lookAtClaimStep } from './claim-step.ts';
import { growDag } from './dag.ts';
import { endGroup, retryGroup } from './end-group.ts';
import { fillSlots, growLoop, startIteration } from './loop.ts';
import { observePod } from './observe-pod.ts';
import { changeNode, lookAgainAt, type Planning } from './planning.ts';
import { readinessOf } from './readiness.ts';
import { retryDelayMs } from './retry-policy.ts';
import { isGrown, isIteration, isStartedGroup, type TaskNode } from './run-tree.ts';
import { startStep } from './step.ts';
import { startTask } from './start-task.ts';

/** A retry that is so many times further away than it ever was is due: clocks that are only corrected move by less. */
const SET_BACK_FACTOR = 2;

/** Looks at those alone that `isOpen` lets through. */
export function advance(planning: Planning, isOpen: (node: TaskNode) => boolean = () => true): void {
  const { tree, work, nowMs } = planning;
  // A clock that was set back: no timer says any more how long it has to go, each node has to tell.
  const isSetBack = nowMs < tree.lookedAtMs;
  tree.lookedAtMs = nowMs;
  for (const [node, atMs] of tree.timers) if (atMs <= nowMs || isSetBack) work.push(node);
  for (let position = 0; position < work.length || takeHeld(planning); position++) {
    const node = work[position]!;
    if (isOpen(node)) look(planning, node);
    const dueMs = tree.timers.get(node);
    if (dueMs !== undefined && dueMs <= nowMs) tree.timers.delete(node);
  }
}

/** A step that was held back takes the place of one that ended; true when it is to be looked at now. */
function takeHeld({ tree, work, facts, startsLeft }: Planning): boolean {
  const [first] = tree.held;
  if (first === undefined || tree.withPod.size >= (facts.settings.podsPerRunMax ?? Infinity)) return false;
  tree.held.delete(first);
  if (startsLeft > 0) work.push(first);
  else tree.dirty.add(first);
  return startsLeft > 0;
}

function look(planning: Planning, node: TaskNode): void {
  const { state } = node.row;
  switch (state) {
    case 'WAITING':
      return lookAtWaiting(planning, node);
    case 'PENDING':
      return observePod(planning, node);
    case 'RUNNING':
      return lookAtRunning(planning, node);
    case 'SUCCEEDED':
    case 'CACHED':
    case 'SKIPPED':
    case 'FAILED':
    case 'CANCELED':
      return;
    default:
      unreachable(state);
  }
}

function lookAtWaiting(planning: Planning, node: TaskNode): void {
  const { retryAtMs } = node.row;
  if (retryAtMs !== undefined) return lookAtRetry(planning, node, retryAtMs);
  if (isIteration(node)) {
    return startIteration(planning, node, (inputs) => startStep(planning, node, { given: inputs, effective: inputs }));
  }
  const readiness = readinessOf(node);
  if (readiness.kind === 'ready') return startTask(planning, node);
  if (readiness.kind === 'wait') {
    const { message } = readiness;
    return changeNode(planning, node, { state: 'WAITING', reason: 'WaitingForUpstream', message });
  }
  const { reason, message } = readiness;
  changeNode(planning, node, { state: 'SKIPPED', reason, message });
}

function lookAtRetry(planning: Planning, node: TaskNode, retryAtMs: number): void {
  // Further away than it can be: the clock was set back meanwhile, and nobody knows how much of the wait is left.
  const isPlausible = retryAtMs - planning.nowMs <= SET_BACK_FACTOR * retryDelayMs(node.spec?.retryPolicy, node.row.attempt);
  if (retryAtMs > planning.nowMs && isPlausible) return lookAgainAt(planning, node, retryAtMs);
  const message = `retry ${node.row.attempt} of ${node.spec?.retryPolicy?.maxRetryCount ?? 0}`;
  if (isStartedGroup(node)) retryGroup(planning, node, { message });
  else askForPod(planning, node, { message });
}

function lookAtRunning(planning: Planning, node: TaskNode): void {
  if (node.row.podName !== undefined) return observePod(planning, node);
  const executor = planning.tree.pipeline.executors[node.component.executorLabel ?? ''];
  const claimOperation = executor?.kind === 'container' && node.row.type !== 'LOOP' ? claimOperationOf(executor.container) : undefined;
  if (claimOperation !== undefined) return lookAtClaimStep(planning, node, claimOperation);
  if (!isGrown(node)) return grow(planning, node);
  if (node.unsettledCount === 0) endGroup(planning, node);
  else if (node.row.type === 'LOOP') fillSlots(planning, node);
}

function grow(planning: Planning, node: TaskNode): void {
  if (planning.rowsLeft <= 0) planning.tree.dirty.add(node);
  else if (node.row.type === 'LOOP') growLoop(planning, node);
  else growDag(planning, node);
}
