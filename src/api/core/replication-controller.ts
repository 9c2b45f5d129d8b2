// v1 ReplicationController: a ReplicaSet of old. kubectl still looks for it: `get all` lists it, `apply --prune` fails where it is not known.
import type { Json, JsonObject, KubeObject, StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, containerColumns, integerColumn, numberAt, wideColumn } from '../columns.ts';
import { fillMissing, mapSpec } from '../defaulting.ts';
import { replicaStatusCauses, withZeroCounts } from '../apps/workload.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { labelSelectorText, labelsOf, labelsText } from '../label-selector.ts';
import { labelCauses } from '../metadata-validation.ts';
import { nonNegativeCauses } from '../number-validation.ts';
import { lastingPodCauses, defaultTemplateOf, podTemplateCauses, templateLabelCauses } from './pod-template.ts';
import { namedTemplateWarnings } from './pod-warnings.ts';

export const replicationControllerKind: KindDefinition = builtinKind('v1/replicationcontrollers', {
  subresources: ['scale', 'status'],
  hasGeneration: true,
  orphansByDefault: {},
  scale: { specReplicas: ['spec', 'replicas'], statusReplicas: ['status', 'replicas'], selector: (object) => labelSelectorText(selectorOf(object)) },
  setDefaults,
  prepareForCreate: withZeroCounts(['replicas']),
  validate,
  warnings: namedTemplateWarnings('spec', 'template'),
  columns: [
    NAME_COLUMN,
    integerColumn('Desired', 'Pods wanted.', (object) => numberAt(object, 'spec', 'replicas')),
    integerColumn('Current', 'Pods there are.', (object) => numberAt(object, 'status', 'replicas')),
    integerColumn('Ready', 'Pods that are ready.', (object) => numberAt(object, 'status', 'readyReplicas')),
    AGE_COLUMN,
    ...containerColumns('spec', 'template', 'spec'),
    wideColumn('Selector', 'Labels of the Pods.', (object) => labelsText(fieldOf(object, 'spec', 'selector'))),
  ],
  fieldSelectors: { 'status.replicas': (object) => String(numberAt(object, 'status', 'replicas')) },
});

/** Its labels, as the selector of newer kinds has them. */
function selectorOf(object: KubeObject): JsonObject {
  return { matchLabels: labelsOf(fieldOf(object, 'spec', 'selector')) };
}

/** The same object with the selector of a ReplicaSet. */
export function asReplicaSet(object: KubeObject): KubeObject {
  return { ...object, spec: { ...object.spec, selector: selectorOf(object) } };
}

/** The labels of its template are those of the object and of the selector, where these say none. */
function setDefaults(object: KubeObject): KubeObject {
  const labels = labelsOf(fieldOf(object, 'spec', 'template', 'metadata', 'labels'));
  const hasLabels = Object.keys(labels).length > 0;
  const filled = mapSpec(object, (spec) => {
    const isSelective = Object.keys(labelsOf(spec['selector'])).length > 0;
    const selective = { ...spec, ...(hasLabels && !isSelective ? { selector: labels } : {}) };
    return fillMissing(spec['template'] === undefined ? selective : defaultTemplateOf(selective), { replicas: 1 });
  });
  const isLabelled = Object.keys(object.metadata.labels ?? {}).length > 0;
  return hasLabels && !isLabelled ? { ...filled, metadata: { ...filled.metadata, labels } } : filled;
}

function validate(object: KubeObject): readonly StatusCause[] {
  const template = fieldOf(object, 'spec', 'template');
  const selector = labelsOf(fieldOf(object, 'spec', 'selector'));
  return [
    ...nonNegativeCauses(object.spec, 'spec', ['replicas', 'minReadySeconds']),
    ...(Object.keys(selector).length === 0 ? [required('spec.selector')] : labelCauses(selector, 'spec.selector')),
    ...(template === undefined ? [required('spec.template')] : templateCauses(template, object)),
    ...replicaStatusCauses(object, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),
  ];
}

function templateCauses(template: Json, object: KubeObject): readonly StatusCause[] {
  return [
    ...templateLabelCauses(template, selectorOf(object), 'spec.template'),
    ...podTemplateCauses(template, 'spec.template'),
    ...lastingPodCauses(template, 'spec.template', 'ReplicationController'),
  ];
}
