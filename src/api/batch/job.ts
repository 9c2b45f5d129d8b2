// batch/v1 Job.
import { isJsonObject, jsonEquals, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { isDnsLabel } from '../../expr/mod.ts';
import { ageOf, humanDuration } from '../age.ts';
import { builtinKind } from '../builtin-kind.ts';
import { immutable, invalid, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, containerColumns, isConditionTrue, numberAt, textAt, textColumn, wideColumn } from '../columns.ts';
import { templateLabelCauses } from '../core/pod-template.ts';
import { namedTemplateWarnings } from '../core/pod-warnings.ts';
import { mapSpec } from '../defaulting.ts';
import { selectorCell } from '../apps/workload.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { labelSelectorCauses, labelsOf, matchesLabels } from '../label-selector.ts';
import { nonNegativeCauses } from '../number-validation.ts';
import { defaultJobSpec, jobSpecCauses } from './job-spec.ts';

/** Labels by which the Pods of a Job are found; the short ones are older. */
const JOB_NAME_LABELS = ['job-name', 'batch.kubernetes.io/job-name'];
const CONTROLLER_UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid'];
const FIXED_MEMBERS = ['selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'];
/** What may still change in the template of a suspended Job that has not begun: where its Pods go and what they ask for. */
const SCHEDULING_MEMBERS = ['affinity', 'nodeSelector', 'tolerations', 'schedulingGates'];
/** In the order in which they are looked at. */
const STATUS_CONDITIONS = ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'];

export const jobKind: KindDefinition = builtinKind('batch/v1/jobs', {
  subresources: ['status'],
  hasGeneration: true,
  // As batch/v1 has always done it.
  orphansByDefault: {
    warning: 'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  },
  setDefaults,
  prepareForCreate: (job) => ({ ...withLabels(withSelector(job)), status: {} }),
  validate,
  warnings: namedTemplateWarnings('spec', 'template'),
  columns: [
    NAME_COLUMN,
    textColumn('Status', 'How far it is.', statusWord),
    textColumn('Completions', 'Pods that succeeded out of those wanted.', completions),
    textColumn('Duration', 'Time from its start to its end, or until now.', duration),
    AGE_COLUMN,
    ...containerColumns('spec', 'template', 'spec'),
    wideColumn('Selector', 'Labels of the Pods.', (job) => selectorCell(fieldOf(job, 'spec', 'selector'))),
  ],
  fieldSelectors: { 'status.successful': (job) => String(numberAt(job, 'status', 'succeeded')) },
});

/** A Job without labels takes those of its template, also those that the server puts there. */
function withLabels(job: KubeObject): KubeObject {
  const labels = labelsOf(fieldOf(job, 'spec', 'template', 'metadata', 'labels'));
  const hasLabels = Object.keys(job.metadata.labels ?? {}).length > 0 || Object.keys(labels).length === 0;
  return hasLabels ? job : { ...job, metadata: { ...job.metadata, labels } };
}

function setDefaults(job: KubeObject): KubeObject {
  return mapSpec(withLabels(job), defaultJobSpec);
}

/** Unless the user chose a selector, the Pods of a Job are those that carry its uid. */
function withSelector(job: KubeObject): KubeObject {
  if (fieldOf(job, 'spec', 'manualSelector') === true || !isJsonObject(job.spec)) return job;
  const { name, uid } = job.metadata;
  const template = isJsonObject(job.spec['template']) ? job.spec['template'] : {};
  const metadata = isJsonObject(template['metadata']) ? template['metadata'] : {};
  const own = Object.fromEntries([...JOB_NAME_LABELS.map((label) => [label, name]), ...CONTROLLER_UID_LABELS.map((label) => [label, uid ?? ''])]) as JsonObject;
  const labels = { ...own, ...labelsOf(metadata['labels']) };
  const selector = isJsonObject(job.spec['selector']) ? job.spec['selector'] : {};
  const matchLabels = { [CONTROLLER_UID_LABELS[1]!]: uid ?? '', ...labelsOf(selector['matchLabels']) };
  return { ...job, spec: { ...job.spec, selector: { ...selector, matchLabels }, template: { ...template, metadata: { ...metadata, labels } } } };
}

function validate(job: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const spec = isJsonObject(job.spec) ? job.spec : {};
  const selector = spec['selector'];
  return [
    ...generatedSelectorCauses(job),
    ...jobSpecCauses(spec, 'spec'),
    ...(selector === undefined ? [required('spec.selector')] : labelSelectorCauses(selector, 'spec.selector')),
    ...templateLabelCauses(spec['template'], selector, 'spec.template'),
    ...hostnameCauses(job),
    ...(old === undefined ? [] : changeCauses(spec, old)),
    ...nonNegativeCauses(job.status, 'status', ['active', 'succeeded', 'failed', 'ready', 'terminating']),
  ];
}

function generatedSelectorCauses({ metadata, spec }: KubeObject): readonly StatusCause[] {
  if (fieldOf(spec, 'manualSelector') === true) return [];
  const labels = labelsOf(fieldOf(spec, 'template', 'metadata', 'labels'));
  const expected = Object.fromEntries([
    ...JOB_NAME_LABELS.map((label) => [label, metadata.name] as const),
    ...CONTROLLER_UID_LABELS.map((label) => [label, metadata.uid ?? ''] as const),
  ]);
  const path = 'spec.template.metadata.labels';
  const causes = Object.entries(expected).flatMap(([label, value]) => {
    if (labels[label] === undefined) return [required(`${path}[${label}]`, `must be '${value}'`)];
    return labels[label] === value ? [] : [invalid(`${path}[${label}]`, labels, `must be '${value}'`)];
  });
  const selector = fieldOf(spec, 'selector');
  return matchesLabels(selector, expected) ? causes : [...causes, invalid('spec.selector', selector, '`selector` not auto-generated')];
}

/** Pods of an indexed Job are named after it, and so are their hosts. */
function hostnameCauses({ metadata, spec }: KubeObject): readonly StatusCause[] {
  const wanted = numberAt(spec, 'completions');
  if (fieldOf(spec, 'completionMode') !== 'Indexed' || wanted === 0) return [];
  const longest = `${metadata.name}-${wanted - 1}`;
  return isDnsLabel(longest) ? [] : [invalid('metadata.name', metadata.name, `will not able to create pod with invalid DNS label: ${longest}`)];
}

function changeCauses(spec: JsonObject, old: KubeObject): readonly StatusCause[] {
  const oldSpec = isJsonObject(old.spec) ? old.spec : {};
  return [
    ...completionCauses(spec, oldSpec),
    ...FIXED_MEMBERS.filter((member) => !jsonEquals(spec[member], oldSpec[member])).map((member) => immutable(`spec.${member}`, spec[member] ?? null)),
    ...templateChangeCauses(spec, old, oldSpec),
  ];
}

/** The number of an indexed Job may change, together with how many run at a time. */
function completionCauses(spec: JsonObject, oldSpec: JsonObject): readonly StatusCause[] {
  const { completions: wanted, parallelism } = spec;
  if (jsonEquals(wanted, oldSpec['completions'])) return [];
  if (spec['completionMode'] !== 'Indexed') return [immutable('spec.completions', wanted ?? null)];
  return wanted === undefined || wanted === parallelism ? [] : [invalid('spec.completions', wanted, 'can only be modified in tandem with spec.parallelism')];
}

function templateChangeCauses(spec: JsonObject, old: KubeObject, oldSpec: JsonObject): readonly StatusCause[] {
  const isSuspended = oldSpec['suspend'] === true;
  const isIdle = numberAt(old, 'status', 'active') === 0 && (fieldOf(old, 'status', 'startTime') === undefined || isConditionTrue(old, 'Suspended'));
  const { template } = spec;
  const isMovable = isSuspended && isIdle;
  const before = isMovable ? withNewScheduling(oldSpec['template'], template) : oldSpec['template'];
  return jsonEquals(template, before) ? [] : [immutable(isMovable ? 'spec.template.spec' : 'spec.template', template)];
}

function withNewScheduling(before: Json | undefined, template: Json | undefined): Json | undefined {
  if (!isJsonObject(before) || !isJsonObject(template) || !isJsonObject(before['spec']) || !isJsonObject(template['spec'])) return before;
  const [oldSpec, spec] = [before['spec'], template['spec']];
  const moved = Object.fromEntries(SCHEDULING_MEMBERS.filter((member) => spec[member] !== undefined).map((member) => [member, spec[member]!]));
  const kept = Object.fromEntries(Object.entries(oldSpec).filter(([member]) => !SCHEDULING_MEMBERS.includes(member)));
  const resized = Object.fromEntries(
    ['containers', 'initContainers'].filter((list) => kept[list] !== undefined).map((list) => [list, withNewResources(kept[list], spec[list])]),
  );
  return { ...before, ...(template['metadata'] === undefined ? {} : { metadata: template['metadata'] }), spec: { ...kept, ...moved, ...resized } as JsonObject };
}

function withNewResources(before: Json | undefined, containers: Json | undefined): Json | undefined {
  if (!Array.isArray(before) || !Array.isArray(containers) || before.length !== containers.length) return before;
  return before.map((container: Json, index) => {
    const resources = fieldOf(containers, index, 'resources');
    const isSame = isJsonObject(container) && resources !== undefined && container['name'] === fieldOf(containers, index, 'name');
    return isSame ? { ...container, resources } : container;
  });
}

function statusWord(job: KubeObject): string {
  if (isConditionTrue(job, 'Complete')) return 'Complete';
  if (isConditionTrue(job, 'Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return STATUS_CONDITIONS.find((condition) => isConditionTrue(job, condition)) ?? 'Running';
}

function completions(job: KubeObject): string {
  const succeeded = numberAt(job, 'status', 'succeeded');
  const wanted = fieldOf(job, 'spec', 'completions');
  const parallelism = numberAt(job, 'spec', 'parallelism');
  return typeof wanted === 'number' ? `${succeeded}/${wanted}` : `${succeeded}/1${parallelism > 1 ? ` of ${parallelism}` : ''}`;
}

function duration(job: KubeObject, nowMs: number): string {
  const [start, end] = [textAt(job, '', 'status', 'startTime'), textAt(job, '', 'status', 'completionTime')];
  if (start === '') return '';
  return end === '' ? ageOf(start, nowMs) : humanDuration(Date.parse(end) - Date.parse(start));
}
