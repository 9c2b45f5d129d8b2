// Defaults and rules of a JobSpec, in a Job and in the template of a CronJob.
import type { JsonObject, StatusCause } from '../../base/mod.ts';
import { invalid, notSupported, required, tooLong } from '../causes.ts';
import { textAt } from '../columns.ts';
import { supportedCauses } from '../core/member-causes.ts';
import { defaultTemplateOf, podTemplateCauses } from '../core/pod-template.ts';
import { fill, fillMissing, mapLists, mapMembers } from '../defaulting.ts';
import { fieldOf } from '../kind.ts';
import { nonNegativeCauses } from '../number-validation.ts';
import { failurePolicyCauses } from './pod-failure-policy.ts';
import { successPolicyCauses } from './success-policy.ts';

const BACKOFF_LIMIT = 6;
const NO_LIMIT = 2 ** 31 - 1;
const COMPLETION_MODES = ['NonIndexed', 'Indexed'];
const REPLACEMENT_POLICIES = ['Failed', 'TerminatingOrFailed'];
const INDEXED_COUNT_MAX = 100_000;
const MANAGED_BY_LENGTH_MAX = 63;
const DOMAIN_PREFIXED_PATH = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;
const COUNTS = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex', 'maxFailedIndexes'];

/** What a Job gets. A CronJob's template gets the defaults of its Pods only; the rest comes when the Job is made. */
export function defaultJobSpec(spec: JsonObject): JsonObject {
  const isOneOff = spec['completions'] === undefined && spec['parallelism'] === undefined;
  return fillMissing(defaultJobTemplateSpec(spec), {
    ...(isOneOff ? { completions: 1 } : {}),
    parallelism: 1,
    backoffLimit: spec['backoffLimitPerIndex'] === undefined ? BACKOFF_LIMIT : NO_LIMIT,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
}

export function defaultJobTemplateSpec(spec: JsonObject): JsonObject {
  return mapMembers(defaultTemplateOf(spec), {
    podFailurePolicy: (policy) =>
      mapLists(policy, { rules: (rule) => mapLists(rule, { onPodConditions: (pattern) => fill(pattern, { status: 'True' }) }) }),
  });
}

export function jobSpecCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  const isIndexed = fieldOf(spec, 'completionMode') === 'Indexed';
  return [
    ...nonNegativeCauses(spec, path, COUNTS),
    ...(spec['maxFailedIndexes'] !== undefined && spec['backoffLimitPerIndex'] === undefined
      ? [required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]
      : []),
    ...managedByCauses(spec, path),
    ...supportedCauses(spec, path, 'completionMode', COMPLETION_MODES),
    ...(isIndexed ? indexedCauses(spec, path) : notIndexedCauses(spec, path)),
    ...failurePolicyCauses(spec, `${path}.podFailurePolicy`),
    ...(isIndexed ? successPolicyCauses(spec, `${path}.successPolicy`) : []),
    ...replacementCauses(spec, path),
    ...podTemplateCauses(spec['template'], `${path}.template`),
    ...restartPolicyCauses(spec, `${path}.template.spec.restartPolicy`),
  ];
}

function managedByCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  const managedBy = fieldOf(spec, 'managedBy');
  if (typeof managedBy !== 'string') return [];
  return [
    ...(DOMAIN_PREFIXED_PATH.test(managedBy) ? [] : [invalid(`${path}.managedBy`, managedBy, 'must be a domain-prefixed path (such as "acme.io/foo")')]),
    ...(managedBy.length > MANAGED_BY_LENGTH_MAX ? [tooLong(`${path}.managedBy`, MANAGED_BY_LENGTH_MAX)] : []),
  ];
}

function indexedCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  const { completions, parallelism, maxFailedIndexes } = spec;
  const causes: StatusCause[] = [];
  if (typeof completions !== 'number') causes.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  if (typeof parallelism === 'number' && parallelism > INDEXED_COUNT_MAX) {
    causes.push(invalid(`${path}.parallelism`, parallelism, `must be less than or equal to ${INDEXED_COUNT_MAX} when completion mode is Indexed`));
  }
  if (typeof maxFailedIndexes !== 'number') return causes;
  if (typeof completions === 'number' && maxFailedIndexes > completions) {
    causes.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, 'must be less than or equal to completions'));
  }
  if (maxFailedIndexes > INDEXED_COUNT_MAX) causes.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, `must be less than or equal to ${INDEXED_COUNT_MAX}`));
  return causes;
}

function notIndexedCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  return ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy']
    .filter((member) => spec[member] !== undefined)
    .map((member) => invalid(`${path}.${member}`, spec[member], 'requires indexed completion mode'));
}

function replacementCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  return supportedCauses(spec, path, 'podReplacementPolicy', spec['podFailurePolicy'] === undefined ? REPLACEMENT_POLICIES : ['Failed']);
}

function restartPolicyCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  const policy = textAt(spec, '', 'template', 'spec', 'restartPolicy');
  if (policy === 'Always' || policy === '') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(path, policy, ['OnFailure', 'Never'])];
  if (spec['podFailurePolicy'] === undefined || policy === 'Never') return [];
  return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}
