// The disruption controller: keeps the status of PodDisruptionBudgets, from which evictions take.
import { jsonEquals, type KubeObject } from '../../../base/mod.ts';
import { DEPLOYMENTS, fieldOf, labelSelectorText, matchesLabels, POD_DISRUPTION_BUDGETS, PODS, REPLICA_SETS, STATEFUL_SETS } from '../../../api/mod.ts';
import type { ReconcileResult } from '../../../control/mod.ts';
import { keyOf, splitKey, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';
import { writeStatus } from '../../owned-writes.ts';
import type { ScalableType } from '../../scales.ts';
import { createPodExpectations, type PodExpectations } from './expected-pods.ts';
import { needsExpectation, planBudget, type Expectation } from './plan.ts';

export function createDisruptionBudgetController(ports: ControllerPorts, types: () => readonly ScalableType[]): Controller {
  const budgets = ports.informers.of(POD_DISRUPTION_BUDGETS);
  const pods = ports.informers.of(PODS);
  const expectations = createPodExpectations(ports, types);
  return createController(ports, {
    name: 'disruption-budget',
    concurrency: 4,
    reconcile: async (key) => {
      const { namespace, name } = splitKey(key);
      const budget = budgets.get(namespace, name);
      return budget === undefined ? DONE : reconcile(ports, budget, pods.list(namespace).filter((pod) => isMeant(budget, pod)), expectations);
    },
    follow(queue) {
      budgets.onChange(({ object }) => queue.add(keyOf(object)));
      pods.onChange(({ object, previous }) => {
        for (const budget of budgets.list(object.metadata.namespace)) if (isMeant(budget, object) || (previous !== undefined && isMeant(budget, previous))) queue.add(keyOf(budget));
      });
      for (const type of [DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS]) {
        ports.informers.of(type).onChange(({ object, previous }) => {
          if (previous !== undefined && jsonEquals(fieldOf(object, 'spec', 'replicas'), fieldOf(previous, 'spec', 'replicas'))) return;
          for (const budget of budgets.list(object.metadata.namespace)) queue.add(keyOf(budget));
        });
      }
    },
  });
}

async function reconcile(ports: ControllerPorts, budget: KubeObject, pods: readonly KubeObject[], expectations: PodExpectations): Promise<ReconcileResult> {
  const expected: Expectation = needsExpectation(budget) ? await expectations(pods) : { kind: 'known', count: 0, unmanaged: [] };
  const { status, wakeAtMs, notDeleted } = planBudget(budget, pods, expected, ports.clock.now());
  // Events tell of a change: a budget that stays as it is has said so before.
  if (status !== undefined && (await writeStatus(ports, POD_DISRUPTION_BUDGETS, budget, status)) !== undefined) tell(ports, budget, pods, expected, notDeleted);
  return wakeAtMs === undefined ? DONE : { kind: 'after', delayMs: Math.max(1, wakeAtMs - ports.clock.now()) };
}

function tell({ events }: ControllerPorts, budget: KubeObject, pods: readonly KubeObject[], expected: Expectation, notDeleted: readonly KubeObject[]): void {
  if (pods.length === 0) events.record(budget, { type: 'Normal', reason: 'NoPods', message: 'No matching pods found' });
  if (expected.kind === 'unknown') {
    events.record(budget, { type: 'Warning', reason: 'CalculateExpectedPodCountFailed', message: `Failed to calculate the number of expected pods: ${expected.reason}` });
  } else if (expected.unmanaged.length > 0) {
    const selector = labelSelectorText(fieldOf(budget, 'spec', 'selector'));
    const message = `Pods of this budget (${selector}) have no controller, so how many there should be is not known: ${expected.unmanaged.slice(0, 5).join(', ')}. Set spec.minAvailable to a number to count them.`;
    events.record(budget, { type: 'Warning', reason: 'UnmanagedPods', message });
  }
  for (const pod of notDeleted) {
    events.record(pod, { type: 'Warning', reason: 'NotDeleted', message: `Pod was expected by PDB ${budget.metadata.namespace}/${budget.metadata.name} to be deleted but it wasn't` });
  }
}

function isMeant(budget: KubeObject, pod: KubeObject): boolean {
  return matchesLabels(fieldOf(budget, 'spec', 'selector'), pod.metadata.labels ?? {});
}
