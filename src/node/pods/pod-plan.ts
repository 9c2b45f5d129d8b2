// What a Pod needs next, from its spec and the states of its containers; pure. Init containers run one after the other,
// then all others together; ended ones start again by the restart policy with growing delays.
import type { ContainerSpec, PodSpec } from './pod-spec.ts';
import { NOT_STARTED, type ContainerState, type Termination } from './container-state.ts';

export interface PodFacts {
  readonly spec: PodSpec;
  readonly states: ReadonlyMap<string, ContainerState>;
  /** When the node took the Pod. */
  readonly startedAtMs: number;
  /** When the delete request came, and the grace it gave. */
  readonly deletion?: { readonly requestedAtMs: number; readonly graceMs: number };
  /** SIGTERM was sent. */
  readonly isTerminating: boolean;
}

export type PodAction =
  | { readonly kind: 'start'; readonly container: ContainerSpec; readonly isInit: boolean; readonly restartCount: number }
  | { readonly kind: 'terminate'; readonly reason?: string; readonly message?: string }
  | { readonly kind: 'kill' }
  | { readonly kind: 'look-again'; readonly atMs: number }
  /** Everything ended for good: report and clean up; `phase` is final. */
  | { readonly kind: 'finish'; readonly phase: 'Succeeded' | 'Failed' };

/** The kubelet's back-off: 10 s, doubled, at most 300 s. */
const RESTART_DELAY_MS_MIN = 10_000;
const RESTART_DELAY_MS_MAX = 300_000;
/** A run of ten minutes resets the back-off. */
const BACKOFF_RESET_MS = 600_000;

export function planPod(facts: PodFacts, nowMs: number): readonly PodAction[] {
  const stop = planStop(facts, nowMs);
  if (stop !== undefined) return stop;
  const init = planInit(facts, nowMs);
  if (init !== undefined) return init;
  const actions: PodAction[] = [];
  for (const container of facts.spec.containers) {
    actions.push(...planContainer(container, false, stateOf(facts, container), nowMs));
  }
  const phase = finalPhase(facts);
  if (phase !== undefined) return [{ kind: 'finish', phase }];
  if (facts.spec.activeDeadlineSeconds !== undefined) {
    actions.push({ kind: 'look-again', atMs: facts.startedAtMs + facts.spec.activeDeadlineSeconds * 1000 });
  }
  return actions;
}

function stateOf(facts: PodFacts, container: ContainerSpec): ContainerState {
  return facts.states.get(container.name) ?? NOT_STARTED;
}

/** Deletion and the active deadline: SIGTERM, then SIGKILL when the grace is over, then the end. */
function planStop(facts: PodFacts, nowMs: number): readonly PodAction[] | undefined {
  const deadlineMs = facts.spec.activeDeadlineSeconds === undefined ? undefined : facts.startedAtMs + facts.spec.activeDeadlineSeconds * 1000;
  const isOverDeadline = deadlineMs !== undefined && nowMs >= deadlineMs;
  if (facts.deletion === undefined && !isOverDeadline) return undefined;
  const isRunning = [...facts.states.values()].some((state) => state.phase === 'running');
  if (!isRunning) return [{ kind: 'finish', phase: isOverDeadline ? 'Failed' : (finalPhase(facts) ?? 'Failed') }];
  const { requestedAtMs, graceMs } = facts.deletion ?? { requestedAtMs: deadlineMs!, graceMs: facts.spec.terminationGracePeriodSeconds * 1000 };
  if (nowMs >= requestedAtMs + graceMs) return [{ kind: 'kill' }];
  const lookAgain: PodAction = { kind: 'look-again', atMs: requestedAtMs + graceMs };
  return facts.isTerminating ? [lookAgain] : [{ kind: 'terminate' }, lookAgain];
}

/** The next init container, or undefined when all have succeeded. */
function planInit(facts: PodFacts, nowMs: number): readonly PodAction[] | undefined {
  for (const container of facts.spec.initContainers) {
    const state = stateOf(facts, container);
    if (state.phase === 'terminated') {
      if (state.termination.exitCode === 0) continue;
      return [{ kind: 'finish', phase: 'Failed' }];
    }
    return planContainer(container, true, state, nowMs);
  }
  return undefined;
}

function planContainer(container: ContainerSpec, isInit: boolean, state: ContainerState, nowMs: number): readonly PodAction[] {
  if (state.phase !== 'waiting') return [];
  if (state.startAtMs !== undefined && nowMs < state.startAtMs) return [{ kind: 'look-again', atMs: state.startAtMs }];
  return [{ kind: 'start', container, isInit, restartCount: state.restartCount }];
}

function finalPhase(facts: PodFacts): 'Succeeded' | 'Failed' | undefined {
  const states = facts.spec.containers.map((container) => stateOf(facts, container));
  if (!states.every((state) => state.phase === 'terminated')) return undefined;
  return states.every((state) => state.phase === 'terminated' && state.termination.exitCode === 0) ? 'Succeeded' : 'Failed';
}

/** What an ended container becomes: started again after a delay, or terminated for good. */
export function afterTermination(
  spec: PodSpec,
  isInit: boolean,
  state: ContainerState,
  termination: Termination,
  nowMs: number,
): ContainerState {
  if (!startsAgain(spec, isInit, termination.exitCode)) {
    return {
      phase: 'terminated',
      restartCount: state.restartCount,
      termination,
      ...(state.last === undefined ? {} : { last: state.last }),
    };
  }
  const ranMs = termination.finishedAtMs - (termination.startedAtMs ?? termination.finishedAtMs);
  const failureCount = ranMs >= BACKOFF_RESET_MS ? 0 : state.restartCount;
  const delayMs = Math.min(RESTART_DELAY_MS_MIN * 2 ** Math.min(failureCount, 10), RESTART_DELAY_MS_MAX);
  return {
    phase: 'waiting',
    reason: 'CrashLoopBackOff',
    message: `starts again in ${Math.round(delayMs / 1000)} s after exit code ${termination.exitCode}`,
    restartCount: state.restartCount + 1,
    startAtMs: nowMs + delayMs,
    last: termination,
  };
}

function startsAgain(spec: PodSpec, isInit: boolean, exitCode: number): boolean {
  if (spec.restartPolicy === 'Never') return false;
  if (exitCode !== 0) return true;
  return spec.restartPolicy === 'Always' && !isInit;
}
