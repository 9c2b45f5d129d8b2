// policy/v1 PodDisruptionBudget: how many Pods may go at a time.
import { isJsonObject, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { invalid } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, integerColumn, numberAt, textColumn } from '../columns.ts';
import { supportedCauses } from '../core/member-causes.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { labelSelectorCauses } from '../label-selector.ts';
import { atMostHundredPercentCauses, countOrPercentageCauses, nonNegativeCauses } from '../number-validation.ts';
import { withZeroCounts } from '../apps/workload.ts';

const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];
const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'];

export const podDisruptionBudgetKind: KindDefinition = builtinKind('policy/v1/poddisruptionbudgets', {
  subresources: ['status'],
  hasGeneration: true,
  prepareForCreate: withZeroCounts(COUNTS),
  validate,
  columns: [
    NAME_COLUMN,
    textColumn('Min Available', 'Pods that must stay.', (budget) => amountText(fieldOf(budget, 'spec', 'minAvailable'))),
    textColumn('Max Unavailable', 'Pods that may be away.', (budget) => amountText(fieldOf(budget, 'spec', 'maxUnavailable'))),
    integerColumn('Allowed Disruptions', 'Pods that may go now.', (budget) => numberAt(budget, 'status', 'disruptionsAllowed')),
    AGE_COLUMN,
  ],
});

function amountText(amount: Json | undefined): string {
  return amount === undefined ? 'N/A' : String(amount);
}

function validate({ spec, status }: KubeObject): readonly StatusCause[] {
  const given: JsonObject = isJsonObject(spec) ? spec : {};
  const bounds = ['minAvailable', 'maxUnavailable'];
  return [
    ...(bounds.every((bound) => given[bound] !== undefined) ? [invalid('spec', given, 'minAvailable and maxUnavailable cannot be both set')] : []),
    ...bounds.flatMap((bound) => [...countOrPercentageCauses(given[bound], `spec.${bound}`), ...atMostHundredPercentCauses(given[bound], `spec.${bound}`)]),
    ...labelSelectorCauses(given['selector'], 'spec.selector'),
    ...supportedCauses(given, 'spec', 'unhealthyPodEvictionPolicy', EVICTION_POLICIES),
    ...nonNegativeCauses(status, 'status', COUNTS),
  ];
}
