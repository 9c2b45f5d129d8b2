// What Deployment, ReplicaSet, StatefulSet and DaemonSet share.
import { jsonEquals, type Json, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { immutable, invalid, required } from '../causes.ts';
import { numberAt, wideColumn } from '../columns.ts';
import { fieldOf, type ScaleRule, type TableColumn } from '../kind.ts';
import { isEmptySelector, isReadable, labelSelectorCauses, labelSelectorText } from '../label-selector.ts';
import { nonNegativeCauses } from '../number-validation.ts';

export const REPLICA_SCALE: ScaleRule = {
  specReplicas: ['spec', 'replicas'],
  statusReplicas: ['status', 'replicas'],
  selector: (object) => labelSelectorText(fieldOf(object, 'spec', 'selector')),
};

export const SELECTOR_COLUMN: TableColumn = wideColumn('Selector', 'Labels of the Pods.', (object) => selectorCell(fieldOf(object, 'spec', 'selector')));

/** As Kubernetes prints a selector: no selector at all and an empty one are `<none>`. */
export function selectorCell(selector: Json | undefined): string {
  return labelSelectorText(selector) || '<none>';
}

/** A selector that says something and stays as it was. `workload` is the word in the sentence. */
export function selectorCauses(object: KubeObject, old: KubeObject | undefined, workload: string): readonly StatusCause[] {
  const selector = fieldOf(object, 'spec', 'selector');
  if (selector === undefined) return [required('spec.selector')];
  return [
    ...labelSelectorCauses(selector, 'spec.selector'),
    ...(isReadable(selector) || workload === 'daemonset' ? [] : [invalid('spec.selector', selector, 'invalid label selector')]),
    ...(isEmptySelector(selector) ? [invalid('spec.selector', selector, `empty selector is invalid for ${workload}`)] : []),
    ...(old === undefined || jsonEquals(selector, fieldOf(old, 'spec', 'selector')) ? [] : [immutable('spec.selector', selector)]),
  ];
}

/** A new object with the counts that clients expect in every answer. */
export function withZeroCounts(counts: readonly string[]): (object: KubeObject) => KubeObject {
  const status = Object.fromEntries(counts.map((name) => [name, 0]));
  return (object) => ({ ...object, status });
}

/** Counts of a status: none below zero, none of `parts` above the total. */
export function replicaStatusCauses(object: KubeObject, parts: readonly string[]): readonly StatusCause[] {
  const { status } = object;
  const total = numberAt(status, 'replicas');
  const ready = numberAt(status, 'readyReplicas');
  const available = numberAt(status, 'availableReplicas');
  return [
    ...nonNegativeCauses(status, 'status', ['replicas', ...parts, 'observedGeneration', 'terminatingReplicas', 'collisionCount']),
    ...parts.filter((part) => numberAt(status, part) > total).map((part) => invalid(`status.${part}`, numberAt(status, part), 'cannot be greater than status.replicas')),
    ...(available > ready ? [invalid('status.availableReplicas', available, 'cannot be greater than readyReplicas')] : []),
  ];
}
