// apps/v1 DaemonSet.
import { isJsonObject, jsonEquals, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { invalid, notSupported, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, containerColumns, integerColumn, numberAt, textAt, textColumn } from '../columns.ts';
import { lastingPodCauses, defaultTemplateOf, podTemplateCauses, templateLabelCauses } from '../core/pod-template.ts';
import { templateWarnings } from '../core/pod-warnings.ts';
import { fill, fillMissing, mapSpec } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { labelsText } from '../label-selector.ts';
import { atMostHundredPercentCauses, countOrPercentageCauses, nonNegativeCauses, numberOf } from '../number-validation.ts';
import { SELECTOR_COLUMN, selectorCauses, withZeroCounts } from './workload.ts';

const TEMPLATE_GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';
const COUNTS = ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady', 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable'];

export const daemonSetKind: KindDefinition = builtinKind('apps/v1/daemonsets', {
  subresources: ['status'],
  hasGeneration: true,
  setDefaults: (set) => mapSpec(set, defaultSpec),
  prepareForCreate: (set) => withTemplateGeneration(withZeroCounts(['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady'])(set), 1),
  prepareForUpdate,
  validate,
  warnings: templateWarnings('spec', 'template'),
  columns: [
    NAME_COLUMN,
    integerColumn('Desired', 'Nodes that should run a Pod.', (set) => numberAt(set, 'status', 'desiredNumberScheduled')),
    integerColumn('Current', 'Nodes that run a Pod.', (set) => numberAt(set, 'status', 'currentNumberScheduled')),
    integerColumn('Ready', 'Nodes whose Pod is ready.', (set) => numberAt(set, 'status', 'numberReady')),
    integerColumn('Up-to-date', 'Nodes whose Pod is of the newest template.', (set) => numberAt(set, 'status', 'updatedNumberScheduled')),
    integerColumn('Available', 'Nodes whose Pod has been ready for long enough.', (set) => numberAt(set, 'status', 'numberAvailable')),
    textColumn('Node Selector', 'Labels of the nodes.', (set) => labelsText(fieldOf(set, 'spec', 'template', 'spec', 'nodeSelector'))),
    AGE_COLUMN,
    ...containerColumns('spec', 'template', 'spec'),
    SELECTOR_COLUMN,
  ],
});

function defaultSpec(spec: JsonObject): JsonObject {
  const strategy = fill(isJsonObject(spec['updateStrategy']) ? spec['updateStrategy'] : {}, { type: 'RollingUpdate' });
  const rolling = isJsonObject(strategy['rollingUpdate']) ? strategy['rollingUpdate'] : {};
  const isRolling = strategy['type'] === 'RollingUpdate';
  const complete = { ...strategy, ...(isRolling ? { rollingUpdate: fillMissing(rolling, { maxUnavailable: 1, maxSurge: 0 }) } : {}) };
  return fillMissing({ ...defaultTemplateOf(spec), updateStrategy: complete }, { revisionHistoryLimit: 10 });
}

/** An annotation that counts templates, kept by the server. */
function prepareForUpdate({ status: _status, ...set }: KubeObject, old: KubeObject): KubeObject {
  const count = Number(old.metadata.annotations?.[TEMPLATE_GENERATION_ANNOTATION] ?? 1);
  const isSame = jsonEquals(fieldOf(set, 'spec', 'template'), fieldOf(old, 'spec', 'template'));
  const counted = withTemplateGeneration(set as KubeObject, isSame ? count : count + 1);
  return old.status === undefined ? counted : { ...counted, status: old.status };
}

function withTemplateGeneration(set: KubeObject, count: number): KubeObject {
  const annotations = { ...set.metadata.annotations, [TEMPLATE_GENERATION_ANNOTATION]: String(count) };
  return { ...set, metadata: { ...set.metadata, annotations } };
}

function validate(set: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const { spec } = set;
  const template = fieldOf(spec, 'template');
  return [
    ...selectorCauses(set, old, 'daemonset'),
    ...templateLabelCauses(template, fieldOf(spec, 'selector'), 'spec.template'),
    ...podTemplateCauses(template, 'spec.template'),
    ...lastingPodCauses(template, 'spec.template', 'DaemonSet'),
    ...nonNegativeCauses(spec, 'spec', ['minReadySeconds', 'revisionHistoryLimit']),
    ...strategyCauses(set),
    ...nonNegativeCauses(set.status, 'status', [...COUNTS, 'observedGeneration', 'collisionCount']),
  ];
}

function strategyCauses(set: KubeObject): readonly StatusCause[] {
  const strategy = fieldOf(set, 'spec', 'updateStrategy');
  const type = textAt(strategy, '', 'type');
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') return [notSupported('spec.updateStrategy', strategy, ['OnDelete', 'RollingUpdate'])];
  const path = 'spec.updateStrategy.rollingUpdate';
  const [maxUnavailable, maxSurge] = [fieldOf(strategy, 'rollingUpdate', 'maxUnavailable'), fieldOf(strategy, 'rollingUpdate', 'maxSurge')];
  const [hasUnavailable, hasSurge] = [numberOf(maxUnavailable) !== 0, numberOf(maxSurge) !== 0];
  return [
    ...countOrPercentageCauses(maxUnavailable, `${path}.maxUnavailable`),
    ...countOrPercentageCauses(maxSurge, `${path}.maxSurge`),
    ...atMostHundredPercentCauses(maxUnavailable, `${path}.maxUnavailable`),
    ...atMostHundredPercentCauses(maxSurge, `${path}.maxSurge`),
    ...(hasUnavailable && hasSurge ? [invalid(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')] : []),
    ...(!hasUnavailable && !hasSurge ? [required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')] : []),
  ];
}
