// apps/v1 Deployment.
import { isJsonObject, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { forbidden, invalid, notSupported } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, containerColumns, numberAt, textAt, textColumn, wideColumn } from '../columns.ts';
import { lastingPodCauses, defaultTemplateOf, podTemplateCauses, templateLabelCauses } from '../core/pod-template.ts';
import { namedTemplateWarnings } from '../core/pod-warnings.ts';
import { fill, fillMissing, mapSpec } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { labelSelectorText } from '../label-selector.ts';
import { atMostHundredPercentCauses, countOrPercentageCauses, nonNegativeCauses, numberOf } from '../number-validation.ts';
import { REPLICA_SCALE, replicaStatusCauses, selectorCauses } from './workload.ts';

export const deploymentKind: KindDefinition = builtinKind('apps/v1/deployments', {
  subresources: ['scale', 'status'],
  hasGeneration: true,
  // They are copied to the ReplicaSets, so that a change of them is work for the controller.
  generationCountsAnnotations: true,
  // The controller marks the revision with it, which is no work for it.
  statusCarriesAnnotations: true,
  scale: REPLICA_SCALE,
  setDefaults: (deployment) => mapSpec(deployment, defaultSpec),
  validate,
  warnings: namedTemplateWarnings('spec', 'template'),
  columns: [
    NAME_COLUMN,
    textColumn('Ready', 'Ready Pods out of those wanted.', (object) => `${numberAt(object, 'status', 'readyReplicas')}/${numberAt(object, 'spec', 'replicas')}`),
    textColumn('Up-to-date', 'Pods of the newest template.', (object) => numberAt(object, 'status', 'updatedReplicas')),
    textColumn('Available', 'Pods that have been ready for long enough.', (object) => numberAt(object, 'status', 'availableReplicas')),
    AGE_COLUMN,
    ...containerColumns('spec', 'template', 'spec'),
    wideColumn('Selector', 'Labels of the Pods.', (object) => labelSelectorText(fieldOf(object, 'spec', 'selector'))),
  ],
});

function defaultSpec(spec: JsonObject): JsonObject {
  const strategy = fill(isJsonObject(spec['strategy']) ? spec['strategy'] : {}, { type: 'RollingUpdate' });
  const rolling = isJsonObject(strategy['rollingUpdate']) ? strategy['rollingUpdate'] : {};
  const isRolling = strategy['type'] === 'RollingUpdate';
  const complete = { ...strategy, ...(isRolling ? { rollingUpdate: fillMissing(rolling, { maxUnavailable: '25%', maxSurge: '25%' }) } : {}) };
  return fillMissing({ ...defaultTemplateOf(spec), strategy: complete }, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
}

function validate(deployment: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const { spec } = deployment;
  const template = fieldOf(spec, 'template');
  return [
    ...nonNegativeCauses(spec, 'spec', ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds']),
    ...selectorCauses(deployment, old, 'deployment'),
    ...templateLabelCauses(template, fieldOf(spec, 'selector'), 'spec.template'),
    ...podTemplateCauses(template, 'spec.template'),
    ...lastingPodCauses(template, 'spec.template', 'ReplicaSet'),
    ...strategyCauses(deployment),
    ...deadlineCauses(deployment),
    ...replicaStatusCauses(deployment, ['updatedReplicas', 'readyReplicas', 'availableReplicas']),
  ];
}

function strategyCauses(deployment: KubeObject): readonly StatusCause[] {
  const path = 'spec.strategy';
  const strategy = fieldOf(deployment, 'spec', 'strategy');
  const rolling = fieldOf(strategy, 'rollingUpdate');
  switch (textAt(strategy, '', 'type')) {
    case 'Recreate':
      return rolling === undefined ? [] : [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
    case 'RollingUpdate': {
      const [maxUnavailable, maxSurge] = [fieldOf(rolling, 'maxUnavailable'), fieldOf(rolling, 'maxSurge')];
      return [
        ...countOrPercentageCauses(maxUnavailable, `${path}.rollingUpdate.maxUnavailable`),
        ...countOrPercentageCauses(maxSurge, `${path}.rollingUpdate.maxSurge`),
        ...(numberOf(maxUnavailable) === 0 && numberOf(maxSurge) === 0
          ? [invalid(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
          : []),
        ...atMostHundredPercentCauses(maxUnavailable, `${path}.rollingUpdate.maxUnavailable`),
      ];
    }
    default:
      return [notSupported(path, strategy, ['Recreate', 'RollingUpdate'])];
  }
}

function deadlineCauses({ spec }: KubeObject): readonly StatusCause[] {
  const deadline = fieldOf(spec, 'progressDeadlineSeconds');
  if (typeof deadline !== 'number' || deadline > numberAt(spec, 'minReadySeconds')) return [];
  return [invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')];
}
