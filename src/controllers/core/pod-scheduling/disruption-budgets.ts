// How many Pods of a disruption budget may go now: from its spec and the Pods that are ready, and no more than its status says, which
// knows how many there should be; pure.
import type { KubeObject } from '../../../base/mod.ts';
import { fieldOf, isConditionTrue, matchesLabels } from '../../../api/mod.ts';

export interface DisruptionBudgets {
  readonly budgets: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
}

/** Whether one budget at least forbids that this Pod goes, too, after those that were asked about before. */
export function createBudgetQuestion({ budgets, pods }: DisruptionBudgets): (pod: KubeObject) => boolean {
  const leftOf = new Map<KubeObject, number>();
  return (pod) => {
    const meant = budgets.filter((budget) => isMeant(pod, budget));
    for (const budget of meant) leftOf.set(budget, (leftOf.get(budget) ?? allowedCount(budget, pods.filter((other) => isMeant(other, budget)))) - 1);
    return meant.some((budget) => leftOf.get(budget)! < 0);
  };
}

function isMeant({ metadata }: KubeObject, budget: KubeObject): boolean {
  return metadata.namespace === budget.metadata.namespace && matchesLabels(fieldOf(budget, 'spec', 'selector'), metadata.labels ?? {});
}

function allowedCount({ spec, status }: KubeObject, members: readonly KubeObject[]): number {
  const healthyCount = members.filter((member) => isConditionTrue(member, 'Ready') && member.metadata.deletionTimestamp === undefined).length;
  const [min, max] = [spec?.['minAvailable'], spec?.['maxUnavailable']];
  const counted = min === undefined ? healthyCount - members.length + countOf(max ?? 1, members.length) : healthyCount - countOf(min, members.length);
  const told = fieldOf(status, 'disruptionsAllowed');
  return typeof told === 'number' ? Math.min(counted, told) : counted;
}

/** A number, or a percentage of all, rounded up. */
function countOf(bound: unknown, allCount: number): number {
  if (typeof bound === 'number') return bound;
  return Math.ceil((Number.parseFloat(String(bound)) / 100) * allCount);
}
