// scheduling.k8s.io/v1 PriorityClass.
import type { KubeObject, StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { forbidden, immutable, notSupported } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, integerColumn, numberAt, textAt, textColumn, wideColumn } from '../columns.ts';
import type { KindDefinition } from '../kind.ts';

const SYSTEM_PREFIX = 'system-';
const USER_VALUE_MAX = 1_000_000_000;
/** The classes of the system itself, which exist without being made. */
const SYSTEM_VALUES: Readonly<Record<string, number>> = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 };
const PREEMPTION_POLICIES = ['Never', 'PreemptLowerPriority'];

export const priorityClassKind: KindDefinition = builtinKind('scheduling.k8s.io/v1/priorityclasses', {
  hasGeneration: true,
  setDefaults: (priorityClass) => ({ ...priorityClass, value: priorityClass['value'] ?? 0, preemptionPolicy: priorityClass['preemptionPolicy'] ?? 'PreemptLowerPriority' }),
  validate,
  columns: [
    NAME_COLUMN,
    integerColumn('Value', 'Higher ones come first.', (priorityClass) => numberAt(priorityClass, 'value')),
    { ...textColumn('Global-Default', 'Whether Pods without a class have it.', (priorityClass) => priorityClass['globalDefault'] === true), type: 'boolean' },
    AGE_COLUMN,
    { ...wideColumn('PreemptionPolicy', 'Whether it displaces others.', (priorityClass) => textAt(priorityClass, '', 'preemptionPolicy')), priority: 0 },
  ],
});

function validate(priorityClass: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const { name } = priorityClass.metadata;
  const value = numberAt(priorityClass, 'value');
  const policy = textAt(priorityClass, '', 'preemptionPolicy');
  const isForeign = name.startsWith(SYSTEM_PREFIX) && SYSTEM_VALUES[name] !== value;
  return [
    ...(isForeign ? [forbidden('metadata.name', `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only`)] : []),
    ...(!name.startsWith(SYSTEM_PREFIX) && value > USER_VALUE_MAX ? [forbidden('value', `maximum allowed value of a user defined priority is ${USER_VALUE_MAX}`)] : []),
    ...(PREEMPTION_POLICIES.includes(policy) ? [] : [notSupported('preemptionPolicy', policy, PREEMPTION_POLICIES)]),
    ...(old === undefined || numberAt(old, 'value') === value ? [] : [forbidden('value', 'may not be changed in an update.')]),
    ...(old === undefined || old['preemptionPolicy'] === policy ? [] : [immutable('preemptionPolicy', policy)]),
  ];
}
