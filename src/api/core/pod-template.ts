// Pod templates: the `template` of workloads. Defaults and rules are those of a PodSpec; what only a Pod gets, a template does not.
import { isJsonObject, type Json, type JsonObject, type StatusCause } from '../../base/mod.ts';
import { forbidden, invalid, notSupported } from '../causes.ts';
import { textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { isReadable, labelsOf, matchesLabels } from '../label-selector.ts';
import { labelCauses } from '../metadata-validation.ts';
import { defaultPodSpec } from './pod-spec-defaults.ts';
import { validatePodSpec } from './pod-spec-validation.ts';

/** A workload's spec with its template defaulted. One without template, metadata or spec gets empty ones, as Go's types have it. */
export function defaultTemplateOf(spec: JsonObject): JsonObject {
  const template = isJsonObject(spec['template']) ? spec['template'] : {};
  return { ...spec, template: { ...template, metadata: template['metadata'] ?? {}, spec: defaultPodSpec(isJsonObject(template['spec']) ? template['spec'] : {}) } };
}

export function podTemplateCauses(template: Json | undefined, path: string): readonly StatusCause[] {
  const podSpec = fieldOf(template, 'spec');
  return [
    ...labelCauses(labelsOf(fieldOf(template, 'metadata', 'labels')), `${path}.metadata.labels`),
    ...validatePodSpec(isJsonObject(podSpec) ? podSpec : {}, `${path}.spec`),
    ...(fieldOf(podSpec, 'ephemeralContainers') === undefined
      ? []
      : [forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]),
  ];
}

/** A selector that can't be read matches what it likes: it was complained of already. */
export function templateLabelCauses(template: Json | undefined, selector: Json | undefined, path: string): readonly StatusCause[] {
  const labels = labelsOf(fieldOf(template, 'metadata', 'labels'));
  return !isReadable(selector) || matchesLabels(selector, labels) ? [] : [invalid(`${path}.metadata.labels`, labels, '`selector` does not match template `labels`')];
}

/** Pods of workloads that keep them running: always restarted, without a deadline. */
export function lastingPodCauses(template: Json | undefined, path: string, kind: string): readonly StatusCause[] {
  const restartPolicy = textAt(template, '', 'spec', 'restartPolicy');
  return [
    ...(restartPolicy === 'Always' ? [] : [notSupported(`${path}.spec.restartPolicy`, restartPolicy, ['Always'])]),
    ...(fieldOf(template, 'spec', 'activeDeadlineSeconds') === undefined
      ? []
      : [forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`)]),
  ];
}
