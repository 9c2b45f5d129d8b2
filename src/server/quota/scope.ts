// Which Pods and claims a quota with scopes is about; pure. After pkg/quota/v1/evaluator/core of Kubernetes.
import { objectsOf, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { fieldOf, itemsAt, textAt, type KindDefinition } from '../../api/mod.ts';

/** A quota without scopes is about everything. */
export function isInScope(kind: KindDefinition, object: KubeObject, quota: KubeObject): boolean {
  const names = itemsAt(quota, 'spec', 'scopes').map((scope): JsonObject => ({ scopeName: scope, operator: 'Exists' }));
  const expressions = objectsOf(fieldOf(quota, 'spec', 'scopeSelector', 'matchExpressions'));
  return [...names, ...expressions].every((scope) => matches(kind, object, scope));
}

function matches(kind: KindDefinition, object: KubeObject, scope: JsonObject): boolean {
  const name = String(scope['scopeName']);
  if (kind.group !== '') return false;
  if (kind.resource === 'persistentvolumeclaims') return name === 'VolumeAttributesClass' && attributesClassesOf(object).some((className) => matchesClass(className, scope));
  if (kind.resource !== 'pods') return false;
  switch (name) {
    case 'Terminating':
      return hasDeadline(object);
    case 'NotTerminating':
      return !hasDeadline(object);
    case 'BestEffort':
      return textAt(object, '', 'status', 'qosClass') === 'BestEffort';
    case 'NotBestEffort':
      return textAt(object, '', 'status', 'qosClass') !== 'BestEffort';
    case 'PriorityClass':
      return matchesClass(textAt(object, '', 'spec', 'priorityClassName'), scope);
    case 'CrossNamespacePodAffinity':
      return hasForeignAffinity(object);
    default:
      return false;
  }
}

function hasDeadline(pod: KubeObject): boolean {
  return typeof fieldOf(pod.spec, 'activeDeadlineSeconds') === 'number';
}

/** Of a claim on its way from one to another it is both; an empty name when there is none. */
function attributesClassesOf(claim: KubeObject): readonly string[] {
  const names = [textAt(claim, '', 'spec', 'volumeAttributesClassName'), textAt(claim, '', 'status', 'currentVolumeAttributesClassName')].filter((name) => name !== '');
  return names.length === 0 ? [''] : names;
}

function matchesClass(className: string, { operator, values }: JsonObject): boolean {
  const isListed = Array.isArray(values) && values.includes(className);
  switch (operator) {
    case 'In':
      return isListed;
    case 'NotIn':
      return !isListed;
    case 'DoesNotExist':
      return className === '';
    default:
      return className !== '';
  }
}

function hasForeignAffinity(pod: KubeObject): boolean {
  const terms = ['podAffinity', 'podAntiAffinity'].flatMap((kind) => [
    ...itemsAt(pod, 'spec', 'affinity', kind, 'requiredDuringSchedulingIgnoredDuringExecution'),
    ...itemsAt(pod, 'spec', 'affinity', kind, 'preferredDuringSchedulingIgnoredDuringExecution').map((item) => fieldOf(item, 'podAffinityTerm')),
  ]);
  return terms.some((term) => itemsAt(term, 'namespaces').length > 0 || fieldOf(term, 'namespaceSelector') !== undefined);
}
