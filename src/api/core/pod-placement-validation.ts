// Where a Pod may or should run: affinity and spreading (validateAffinity and validateTopologySpreadConstraints in
// pkg/apis/core/validation of Kubernetes).
import type { Json, StatusCause } from '../../base/mod.ts';
import { isLabelValue, isQualifiedName } from '../../expr/mod.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { labelSelectorCauses } from '../label-selector.ts';
import { nameCauses, QUALIFIED_NAME_SENTENCE } from '../metadata-validation.ts';
import { supportedCauses } from './member-causes.ts';

const REQUIRED_TERMS = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED_TERMS = 'preferredDuringSchedulingIgnoredDuringExecution';

export function affinityCauses(affinity: Json | undefined, path: string): readonly StatusCause[] {
  if (affinity === undefined) return [];
  return [
    ...nodeAffinityCauses(fieldOf(affinity, 'nodeAffinity'), `${path}.nodeAffinity`),
    ...['podAffinity', 'podAntiAffinity'].flatMap((kind) => podAffinityCauses(fieldOf(affinity, kind), `${path}.${kind}`)),
  ];
}

function nodeAffinityCauses(affinity: Json | undefined, path: string): readonly StatusCause[] {
  const needed = fieldOf(affinity, REQUIRED_TERMS);
  const at = `${path}.${REQUIRED_TERMS}.nodeSelectorTerms`;
  const terms = itemsAt(needed, 'nodeSelectorTerms');
  return [
    ...(needed !== undefined && terms.length === 0 ? [required(at, 'must have at least one node selector term')] : []),
    ...terms.flatMap((term, index) => nodeTermCauses(term, `${at}[${index}]`, true)),
    ...itemsAt(affinity, PREFERRED_TERMS).flatMap((item, index) => [
      ...weightCauses(item, `${path}.${PREFERRED_TERMS}[${index}]`),
      ...nodeTermCauses(fieldOf(item, 'preference'), `${path}.${PREFERRED_TERMS}[${index}].preference`, false),
    ]),
  ];
}

/** What is only preferred may name values that no label can have. */
function nodeTermCauses(term: Json | undefined, path: string, needsLabelValues: boolean): readonly StatusCause[] {
  return [
    ...itemsAt(term, 'matchExpressions').flatMap((requirement, index) => nodeLabelCauses(requirement, `${path}.matchExpressions[${index}]`, needsLabelValues)),
    ...itemsAt(term, 'matchFields').flatMap((requirement, index) => nodeFieldCauses(requirement, `${path}.matchFields[${index}]`)),
  ];
}

function nodeLabelCauses(requirement: Json, path: string, needsLabelValues: boolean): readonly StatusCause[] {
  const key = textAt(requirement, '', 'key');
  const values = itemsAt(requirement, 'values').map(String);
  return [
    ...valueCountCauses(textAt(requirement, '', 'operator'), values.length, path),
    ...(isQualifiedName(key) ? [] : [invalid(`${path}.key`, key, QUALIFIED_NAME_SENTENCE)]),
    ...(needsLabelValues ? values.flatMap((value, index) => (isLabelValue(value) ? [] : [invalid(`${path}.values[${index}]`, value, 'must be a valid label value')])) : []),
  ];
}

function valueCountCauses(operator: string, count: number, path: string): readonly StatusCause[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return count === 0 ? [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")] : [];
    case 'Exists':
    case 'DoesNotExist':
      return count > 0 ? [forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")] : [];
    case 'Gt':
    case 'Lt':
      return count === 1 ? [] : [required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator')];
  }
}

/** A node is also found by its name. */
function nodeFieldCauses(requirement: Json, path: string): readonly StatusCause[] {
  const [key, operator] = [textAt(requirement, '', 'key'), textAt(requirement, '', 'operator')];
  const values = itemsAt(requirement, 'values').map(String);
  const causes: StatusCause[] = [];
  if (operator !== 'In' && operator !== 'NotIn') causes.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  else if (values.length !== 1) causes.push(required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
  if (key !== 'metadata.name') return [...causes, invalid(`${path}.key`, key, 'not a valid field selector key')];
  return [...causes, ...values.flatMap((value, index) => nameCauses('dns-subdomain', `${path}.values[${index}]`, value))];
}

function podAffinityCauses(affinity: Json | undefined, path: string): readonly StatusCause[] {
  return [
    ...itemsAt(affinity, REQUIRED_TERMS).flatMap((term, index) => podTermCauses(term, `${path}.${REQUIRED_TERMS}[${index}]`)),
    ...itemsAt(affinity, PREFERRED_TERMS).flatMap((item, index) => [
      ...weightCauses(item, `${path}.${PREFERRED_TERMS}[${index}]`),
      ...podTermCauses(fieldOf(item, 'podAffinityTerm'), `${path}.${PREFERRED_TERMS}[${index}].podAffinityTerm`),
    ]),
  ];
}

function weightCauses(item: Json, path: string): readonly StatusCause[] {
  const weight = fieldOf(item, 'weight') ?? 0;
  return typeof weight === 'number' && weight >= 1 && weight <= 100 ? [] : [invalid(`${path}.weight`, weight, 'must be in the range 1-100')];
}

function podTermCauses(term: Json | undefined, path: string): readonly StatusCause[] {
  const key = textAt(term, '', 'topologyKey');
  return [
    ...selectorCauses(term, path, ['labelSelector', 'namespaceSelector']),
    ...itemsAt(term, 'namespaces').flatMap((name) => nameCauses('dns-label', `${path}.namespace`, String(name))),
    ...labelKeyCauses(term, path),
    ...(key === '' ? [required(`${path}.topologyKey`, 'can not be empty')] : []),
    ...(isQualifiedName(key) ? [] : [invalid(`${path}.topologyKey`, key, QUALIFIED_NAME_SENTENCE)]),
  ];
}

/** Keys whose values come from the Pod itself: names of labels, of use only with a selector, and not of both sorts. */
function labelKeyCauses(term: Json | undefined, path: string): readonly StatusCause[] {
  const hasSelector = fieldOf(term, 'labelSelector') !== undefined;
  const mismatched = itemsAt(term, 'mismatchLabelKeys');
  return ['matchLabelKeys', 'mismatchLabelKeys'].flatMap((member) => {
    const keys = itemsAt(term, member).map(String);
    if (keys.length > 0 && !hasSelector) return [forbidden(`${path}.${member}`, 'must not be specified when labelSelector is not set')];
    return keys.flatMap((key, index) => [
      ...(isQualifiedName(key) ? [] : [invalid(`${path}.${member}[${index}]`, key, QUALIFIED_NAME_SENTENCE)]),
      ...(member === 'matchLabelKeys' && mismatched.includes(key) ? [invalid(`${path}.${member}[${index}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys')] : []),
    ]);
  });
}

const ACTIONS: readonly string[] = ['DoNotSchedule', 'ScheduleAnyway'];

export function spreadCauses(constraints: readonly Json[], path: string): readonly StatusCause[] {
  const kinds = constraints.map((constraint) => `{${textAt(constraint, '', 'topologyKey')}, ${textAt(constraint, '', 'whenUnsatisfiable')}}`);
  return constraints.flatMap((constraint, index) => {
    const at = `${path}[${index}]`;
    return [
      ...positiveCauses(fieldOf(constraint, 'maxSkew') ?? 0, `${at}.maxSkew`),
      ...(textAt(constraint, '', 'topologyKey') === '' ? [required(`${at}.topologyKey`, 'can not be empty')] : []),
      ...(ACTIONS.includes(textAt(constraint, '', 'whenUnsatisfiable')) ? [] : [notSupported(`${at}.whenUnsatisfiable`, textAt(constraint, '', 'whenUnsatisfiable'), ACTIONS)]),
      ...(kinds.indexOf(kinds[index]!, index + 1) >= 0 ? [duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, kinds[index])] : []),
      ...minDomainCauses(constraint, at),
      ...supportedCauses(constraint, at, 'nodeAffinityPolicy', ['Honor', 'Ignore']),
      ...supportedCauses(constraint, at, 'nodeTaintsPolicy', ['Honor', 'Ignore']),
      ...labelKeyCauses(constraint, at),
      ...selectorCauses(constraint, at, ['labelSelector']),
    ];
  });
}

function minDomainCauses(constraint: Json, path: string): readonly StatusCause[] {
  const minDomains = fieldOf(constraint, 'minDomains');
  if (minDomains === undefined) return [];
  const action = textAt(constraint, '', 'whenUnsatisfiable');
  return [
    ...positiveCauses(minDomains, `${path}.minDomains`),
    ...(action === 'DoNotSchedule' ? [] : [invalid(`${path}.minDomains`, minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`)]),
  ];
}

function positiveCauses(value: Json, path: string): readonly StatusCause[] {
  return typeof value === 'number' && value > 0 ? [] : [invalid(path, value, 'must be greater than zero')];
}

function selectorCauses(parent: Json | undefined, path: string, members: readonly string[]): readonly StatusCause[] {
  return members.flatMap((member) => labelSelectorCauses(fieldOf(parent, member), `${path}.${member}`));
}
