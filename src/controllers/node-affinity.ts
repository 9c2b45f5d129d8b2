// The nodes that a Pod selects by their labels and names; pure.
import type { Json, KubeObject } from '../base/mod.ts';
import { fieldOf, itemsAt, labelsOf, textAt } from '../api/mod.ts';

export function isSelected({ spec }: KubeObject, node: KubeObject): boolean {
  const labels = node.metadata.labels ?? {};
  const isLabelled = Object.entries(labelsOf(fieldOf(spec, 'nodeSelector'))).every(([label, value]) => labels[label] === value);
  const required = fieldOf(spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  return isLabelled && (required === undefined || meetsNodeSelector(required, node));
}

/** A NodeSelector: one of its terms has to fit. */
export function meetsNodeSelector(selector: Json, node: KubeObject): boolean {
  return itemsAt(selector, 'nodeSelectorTerms').some((term) => matchesTerm(term, node));
}

/** A term without any requirement matches nothing. */
export function matchesTerm(term: Json, node: KubeObject): boolean {
  const [expressions, fields] = [itemsAt(term, 'matchExpressions'), itemsAt(term, 'matchFields')];
  if (expressions.length + fields.length === 0) return false;
  const names = { 'metadata.name': node.metadata.name };
  return expressions.every((expression) => meets(expression, node.metadata.labels ?? {})) && fields.every((field) => meets(field, names));
}

function meets(requirement: Json, values: Readonly<Record<string, string>>): boolean {
  const value = values[textAt(requirement, '', 'key')];
  const wanted = itemsAt(requirement, 'values').map(String);
  switch (textAt(requirement, '', 'operator')) {
    case 'In':
      return value !== undefined && wanted.includes(value);
    case 'NotIn':
      return value === undefined || !wanted.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(wanted[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(wanted[0]);
    default:
      return false;
  }
}
