// Scopes of a ResourceQuota: which there are, what each may limit, and which exclude each other; pure. After
// pkg/apis/core/validation of Kubernetes.
import { isJsonObject, type Json, type JsonObject, type StatusCause } from '../../base/mod.ts';
import { forbidden, invalid, notSupported, required } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';

const PODS = ['pods'];
const AMOUNTS_OF_PODS = [...PODS, 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
/** What a quota of that scope may limit. */
const SCOPES: ReadonlyMap<string, readonly string[]> = new Map(Object.entries({
  BestEffort: PODS,
  CrossNamespacePodAffinity: AMOUNTS_OF_PODS,
  NotBestEffort: AMOUNTS_OF_PODS,
  NotTerminating: AMOUNTS_OF_PODS,
  PriorityClass: AMOUNTS_OF_PODS,
  Terminating: AMOUNTS_OF_PODS,
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
}));
/** Amounts that upstream knows by name; others (`count/…`, devices) go with any scope. */
const KNOWN_AMOUNTS = [
  ...AMOUNTS_OF_PODS,
  ...['ephemeral-storage', 'requests.ephemeral-storage', 'limits.ephemeral-storage', 'requests.storage', 'persistentvolumeclaims'],
  ...['resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps', 'services.nodeports', 'services.loadbalancers'],
];
const CONFLICTING = [['BestEffort', 'NotBestEffort'], ['Terminating', 'NotTerminating']] as const;
const OPERATORS = ['DoesNotExist', 'Exists', 'In', 'NotIn'];
/** Scopes that have values. */
const VALUED = ['PriorityClass', 'VolumeAttributesClass'];

export function scopeCauses(spec: JsonObject): readonly StatusCause[] {
  const scopes = itemsAt(spec, 'scopes').map(String);
  const expressions = itemsAt(spec, 'scopeSelector', 'matchExpressions');
  const selected = expressions.map((expression) => textAt(expression, '', 'scopeName'));
  return [
    ...scopes.filter((scope) => !SCOPES.has(scope)).map(() => invalid('spec.scopes', scopes, 'unsupported scope')),
    ...misplacedCauses(spec, scopes, 'spec.scopes', scopes),
    ...conflictCauses(scopes, scopes),
    ...expressions.flatMap((expression, index) => expressionCauses(expression, `spec.scopeSelector.matchExpressions[${index}]`)),
    ...misplacedCauses(spec, selected, 'spec.scopeSelector.matchExpressions', spec['scopeSelector']),
    ...conflictCauses(selected, scopes),
  ];
}

function misplacedCauses(spec: JsonObject, scopes: readonly string[], path: string, value: Json | undefined): readonly StatusCause[] {
  const limited = Object.keys(isJsonObject(spec['hard']) ? spec['hard'] : {}).filter((name) => KNOWN_AMOUNTS.includes(name));
  return scopes.flatMap((scope) => limited.filter((name) => SCOPES.get(scope)?.includes(name) === false)).map(() => invalid(path, value, 'unsupported scope applied to resource'));
}

function conflictCauses(scopes: readonly string[], value: Json): readonly StatusCause[] {
  return CONFLICTING.filter((pair) => pair.every((scope) => scopes.includes(scope))).map(() => invalid('spec.scopes', value, 'conflicting scopes'));
}

function expressionCauses(expression: Json, path: string): readonly StatusCause[] {
  const [scopeName, operator] = [textAt(expression, '', 'scopeName'), textAt(expression, '', 'operator')];
  const values = itemsAt(expression, 'values');
  const needsValues = operator === 'In' || operator === 'NotIn';
  const isKnown = SCOPES.has(scopeName);
  return [
    ...(isKnown ? [] : [invalid(`${path}.scopeName`, scopeName, 'unsupported scope')]),
    ...(isKnown && !VALUED.includes(scopeName) && operator !== 'Exists' ? [invalid(`${path}.operator`, operator, `must be 'Exists' for the scope ${scopeName}, which has no values`)] : []),
    ...(OPERATORS.includes(operator) ? [] : [notSupported(`${path}.operator`, operator, OPERATORS)]),
    ...(needsValues && values.length === 0 ? [required(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")] : []),
    ...(!needsValues && values.length > 0 ? [forbidden(`${path}.values`, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")] : []),
  ];
}
