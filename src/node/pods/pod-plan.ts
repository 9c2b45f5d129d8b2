// What a Pod needs next, from its spec and the states of its containers; pure. Init containers run one after the other,
// then all others together; ended ones start again by the restart policy with growing delays (restart.ts).
import type { KubeObject } from '../../base/mod.ts';
import type { ContainerSpec, PodSpec } from './pod-spec.ts';
import { NOT_STARTED, type ContainerState } from './container-state.ts';

/**
 * Why a Pod is brought to its end. completed: its containers ended, only sidecars are left. failed: one of them can't run
 * here. deadline: activeDeadlineSeconds are over. deleted: somebody deleted it.
 */
export type StopCause = 'completed' | 'failed' | 'deadline' | 'deleted';

export interface PodFacts {
  readonly spec: PodSpec;
  readonly states: ReadonlyMap<string, ContainerState>;
  /** Containers whose start is under way. */
  readonly starting: ReadonlySet<string>;
  /** When the node took the Pod, by the clock of `nowMs`: the steady one. */
  readonly startedAtMs: number;
  /** Grace that the delete request or an eviction gave; undefined while nobody deleted the Pod. */
  readonly deletionGraceMs?: number;
  /** Of a running sidecar: its startup probe and its hook are through. True when nobody says. */
  readonly hasStarted?: (container: string) => boolean;
  /** A container can't run here, now or later. */
  readonly isFailed: boolean;
  /** What it was brought to its end for. */
  readonly stopping?: { readonly cause: StopCause };
}

export type PodAction =
  | { readonly kind: 'start'; readonly container: ContainerSpec; readonly restartCount: number }
  /** Gives up what is being prepared; a start that went through all the same shows up as running. */
  | { readonly kind: 'cancel-starts' }
  /** All that run have to end, within this grace; said again as long as one runs. */
  | { readonly kind: 'terminate'; readonly cause: StopCause; readonly graceMs: number }
  | { readonly kind: 'look-again'; readonly atMs: number }
  /** Everything ended for good: report and clean up; `phase` is final. */
  | { readonly kind: 'finish'; readonly phase: 'Succeeded' | 'Failed'; readonly cause: StopCause };

/** Who is evicted harms others: it has this long. */
const EVICTION_GRACE_MS = 1_000;

/** The grace that somebody gave it to end. */
export function graceOf({ metadata }: KubeObject, failure: { readonly reason: string } | undefined): Pick<PodFacts, 'deletionGraceMs'> {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata;
  if (failure?.reason === 'Evicted') return { deletionGraceMs: EVICTION_GRACE_MS };
  return deletionTimestamp === undefined ? {} : { deletionGraceMs: deletionGracePeriodSeconds * 1000 };
}

export function planPod(facts: PodFacts, nowMs: number): readonly PodAction[] {
  const cause = facts.stopping?.cause ?? stopCause(facts, nowMs);
  if (cause !== undefined) return planStop(facts, cause);
  const deadlineMs = deadlineOf(facts);
  return [...planStarts(facts, nowMs), ...(deadlineMs === undefined ? [] : [lookAgain(deadlineMs)])];
}

function stopCause(facts: PodFacts, nowMs: number): StopCause | undefined {
  if (phaseByExits(facts) !== undefined) return 'completed';
  if (facts.isFailed) return 'failed';
  if (nowMs >= (deadlineOf(facts) ?? Number.POSITIVE_INFINITY)) return 'deadline';
  return facts.deletionGraceMs === undefined ? undefined : 'deleted';
}

function deadlineOf({ spec, startedAtMs }: PodFacts): number | undefined {
  return spec.activeDeadlineSeconds === undefined ? undefined : startedAtMs + spec.activeDeadlineSeconds * 1000;
}

/** First whatever runs has to end, then the Pod. A delete request may shorten the grace on the way. */
function planStop(facts: PodFacts, cause: StopCause): readonly PodAction[] {
  const cancel: readonly PodAction[] = facts.starting.size > 0 ? [{ kind: 'cancel-starts' }] : [];
  const isRunning = [...facts.states.values()].some((state) => state.phase === 'running');
  if (!isRunning) return facts.starting.size > 0 ? cancel : [{ kind: 'finish', phase: finalPhase(facts, cause), cause }];
  const graceMs = facts.deletionGraceMs ?? facts.spec.terminationGracePeriodSeconds * 1000;
  return [...cancel, { kind: 'terminate', cause, graceMs }];
}

function finalPhase(facts: PodFacts, cause: StopCause): 'Succeeded' | 'Failed' {
  const byExits = phaseByExits(facts) ?? 'Failed';
  return cause === 'failed' || cause === 'deadline' ? 'Failed' : byExits;
}

/** How the Pod ended, by its containers; undefined while one of them runs or will start again. */
function phaseByExits(facts: PodFacts): 'Succeeded' | 'Failed' | undefined {
  const isInitFailed = facts.spec.initContainers.some((container) => exitCodeOf(facts, container) !== 0 && isOver(facts, container));
  if (isInitFailed) return 'Failed';
  if (!facts.spec.containers.every((container) => isOver(facts, container))) return undefined;
  return facts.spec.containers.every((container) => exitCodeOf(facts, container) === 0) ? 'Succeeded' : 'Failed';
}

function isOver(facts: PodFacts, container: ContainerSpec): boolean {
  return !container.isSidecar && stateOf(facts, container).phase === 'terminated';
}

function exitCodeOf(facts: PodFacts, container: ContainerSpec): number | undefined {
  const state = stateOf(facts, container);
  return state.phase === 'terminated' ? state.termination.exitCode : undefined;
}

/** Ephemeral containers wait for nobody: one is wanted most where an init container does not come to its end. */
function planStarts(facts: PodFacts, nowMs: number): readonly PodAction[] {
  const actions: PodAction[] = facts.spec.ephemeralContainers.flatMap((container) => planStart(facts, container, nowMs));
  for (const container of facts.spec.initContainers) {
    actions.push(...planStart(facts, container, nowMs));
    if (!isPassed(facts, container)) return actions;
  }
  for (const container of facts.spec.containers) actions.push(...planStart(facts, container, nowMs));
  return actions;
}

/** Whether the containers after this init container may start. */
function isPassed(facts: PodFacts, container: ContainerSpec): boolean {
  const state = stateOf(facts, container);
  if (container.isSidecar) return hasBegunAfter(facts, container) || (state.phase === 'running' && (facts.hasStarted?.(container.name) ?? true));
  return state.phase === 'terminated';
}

/** Later containers have been started: what holds them back holds back the first start only. */
function hasBegunAfter(facts: PodFacts, container: ContainerSpec): boolean {
  const { initContainers, containers } = facts.spec;
  const later = [...initContainers.slice(initContainers.indexOf(container) + 1), ...containers];
  return later.some((one) => facts.starting.has(one.name) || stateOf(facts, one).phase !== 'waiting' || stateOf(facts, one).restartCount > 0);
}

function planStart(facts: PodFacts, container: ContainerSpec, nowMs: number): readonly PodAction[] {
  const state = stateOf(facts, container);
  if (state.phase !== 'waiting' || facts.starting.has(container.name)) return [];
  if (state.startAtMs !== undefined && nowMs < state.startAtMs) return [lookAgain(state.startAtMs)];
  return [{ kind: 'start', container, restartCount: state.restartCount }];
}

function stateOf(facts: PodFacts, container: ContainerSpec): ContainerState {
  return facts.states.get(container.name) ?? NOT_STARTED;
}

function lookAgain(atMs: number): PodAction {
  return { kind: 'look-again', atMs };
}
