// How many Pods of a PodDisruptionBudget may go now, and what it says of itself; pure. After pkg/controller/disruption of
// Kubernetes: arithmetic, reasons and texts.
import { jsonEquals, toRfc3339, type Json, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, numberAt } from '../../../api/mod.ts';
import { conditionOf, isReady } from '../../pod-state.ts';

/** What the controllers of the Pods want in all, and the Pods that have none; a sentence where that is not known. */
export type Expectation = { readonly kind: 'known'; readonly count: number; readonly unmanaged: readonly string[] } | { readonly kind: 'unknown'; readonly reason: string };

export interface BudgetPlan {
  /** Undefined when the budget says that already. */
  readonly status?: JsonObject;
  /** When a Pod that was evicted should have begun to go. */
  readonly wakeAtMs?: number;
  /** Pods whose eviction was granted and that are still there. */
  readonly notDeleted: readonly KubeObject[];
}

/** An eviction that was granted holds its place for so long; after it the Pod counts again. */
const DELETION_TIME_MS_MAX = 120_000;

export function planBudget(budget: KubeObject, pods: readonly KubeObject[], expected: Expectation, nowMs: number): BudgetPlan {
  const evicted = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined && fieldOf(budget, 'status', 'disruptedPods', metadata.name) !== undefined);
  const untilMs = (pod: KubeObject) => Date.parse(String(fieldOf(budget, 'status', 'disruptedPods', pod.metadata.name))) + DELETION_TIME_MS_MAX;
  const going = evicted.filter((pod) => untilMs(pod) >= nowMs);
  const status = expected.kind === 'unknown' ? failedStatus(budget, expected.reason, nowMs) : statusOf(budget, pods, expected.count, going, nowMs);
  return {
    notDeleted: evicted.filter((pod) => !going.includes(pod)),
    ...(jsonEquals(status, budget.status) ? {} : { status }),
    ...(going.length === 0 ? {} : { wakeAtMs: Math.min(...going.map(untilMs)) + 1 }),
  };
}

/** Whether the arithmetic asks what the controllers of the Pods want; a plain number of Pods that stay does not. */
export function needsExpectation({ spec }: KubeObject): boolean {
  return spec?.['maxUnavailable'] !== undefined || typeof spec?.['minAvailable'] === 'string';
}

function statusOf(budget: KubeObject, pods: readonly KubeObject[], wantedCount: number, going: readonly KubeObject[], nowMs: number): JsonObject {
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  const expectedPods = needsExpectation(budget) ? wantedCount : minAvailable === undefined ? 0 : pods.length;
  const desiredHealthy = maxUnavailable === undefined ? countOf(minAvailable ?? 0, expectedPods) : Math.max(0, expectedPods - countOf(maxUnavailable, expectedPods));
  const currentHealthy = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && !going.includes(pod) && isReady(pod)).length;
  const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const disruptedPods = Object.fromEntries(going.map(({ metadata }): [string, Json] => [metadata.name, fieldOf(budget, 'status', 'disruptedPods', metadata.name)!]));
  const generation = budget.metadata.generation ?? 0;
  const isAllowed = disruptionsAllowed > 0;
  return {
    observedGeneration: generation,
    ...(going.length === 0 ? {} : { disruptedPods }),
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    conditions: [condition(budget, { isTrue: isAllowed, reason: isAllowed ? 'SufficientPods' : 'InsufficientPods', message: '', observedGeneration: generation }, nowMs)],
  };
}

/** Nothing may go while nobody knows how many there should be. */
function failedStatus(budget: KubeObject, message: string, nowMs: number): JsonObject {
  const counts = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  const seen = numberAt(budget, 'status', 'observedGeneration');
  const observedGeneration = seen === 0 ? {} : { observedGeneration: seen };
  return { ...counts, ...budget.status, disruptionsAllowed: 0, conditions: [condition(budget, { isTrue: false, reason: 'SyncFailed', message, ...observedGeneration }, nowMs)] };
}

function condition(budget: KubeObject, { isTrue, ...rest }: { readonly isTrue: boolean; readonly reason: string; readonly message: string; readonly observedGeneration?: number }, nowMs: number): JsonObject {
  const status = isTrue ? 'True' : 'False';
  const old = conditionOf(budget, 'DisruptionAllowed');
  return { type: 'DisruptionAllowed', status, lastTransitionTime: (old?.['status'] === status ? old['lastTransitionTime'] : undefined) ?? toRfc3339(nowMs), ...rest };
}

/** A number, or a percentage of all, rounded up. */
function countOf(bound: Json, allCount: number): number {
  return typeof bound === 'number' ? bound : Math.ceil((Number.parseFloat(String(bound)) / 100) * allCount);
}
