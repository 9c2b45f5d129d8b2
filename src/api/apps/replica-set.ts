// apps/v1 ReplicaSet.
import type { KubeObject, StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { AGE_COLUMN, NAME_COLUMN, containerColumns, integerColumn, numberAt } from '../columns.ts';
import { lastingPodCauses, defaultTemplateOf, podTemplateCauses, templateLabelCauses } from '../core/pod-template.ts';
import { namedTemplateWarnings } from '../core/pod-warnings.ts';
import { fillMissing, mapSpec } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { nonNegativeCauses } from '../number-validation.ts';
import { REPLICA_SCALE, SELECTOR_COLUMN, replicaStatusCauses, selectorCauses, withZeroCounts } from './workload.ts';

export const replicaSetKind: KindDefinition = builtinKind('apps/v1/replicasets', {
  subresources: ['scale', 'status'],
  hasGeneration: true,
  scale: REPLICA_SCALE,
  setDefaults: (set) => mapSpec(set, (spec) => fillMissing(defaultTemplateOf(spec), { replicas: 1 })),
  prepareForCreate: withZeroCounts(['replicas']),
  validate,
  warnings: namedTemplateWarnings('spec', 'template'),
  columns: [
    NAME_COLUMN,
    integerColumn('Desired', 'Pods wanted.', (set) => numberAt(set, 'spec', 'replicas')),
    integerColumn('Current', 'Pods there are.', (set) => numberAt(set, 'status', 'replicas')),
    integerColumn('Ready', 'Pods that are ready.', (set) => numberAt(set, 'status', 'readyReplicas')),
    AGE_COLUMN,
    ...containerColumns('spec', 'template', 'spec'),
    SELECTOR_COLUMN,
  ],
});

function validate(set: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const template = fieldOf(set, 'spec', 'template');
  return [
    ...nonNegativeCauses(set.spec, 'spec', ['replicas', 'minReadySeconds']),
    ...selectorCauses(set, old, 'deployment'),
    ...templateLabelCauses(template, fieldOf(set, 'spec', 'selector'), 'spec.template'),
    ...podTemplateCauses(template, 'spec.template'),
    ...lastingPodCauses(template, 'spec.template', 'ReplicaSet'),
    ...replicaStatusCauses(set, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),
  ];
}
