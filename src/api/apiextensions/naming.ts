// Which names a CustomResourceDefinition gets: first come, first served within its group
// (k8s.io/apiextensions-apiserver pkg/controller/status/naming_controller.go). Pure.
import { jsonEquals, type KubeObject } from '../../base/mod.ts';
import { isConditionTrue, specOf, statusOf, withCondition, type DefinitionNames, type DefinitionStatus } from './definition.ts';

/**
 * The definition with its accepted names and the conditions NamesAccepted and Established; the same object when nothing
 * changes. `others` are all definitions, the given one may be among them.
 */
export function acceptNames(definition: KubeObject, others: readonly KubeObject[], now: string): KubeObject {
  const status = statusOf(definition);
  const { group, names: requested } = specOf(definition);
  if (status.acceptedNames !== undefined && jsonEquals(requested, status.acceptedNames) && isConditionTrue(definition, 'Established')) return definition;
  const neighbours = others.filter((other) => specOf(other).group === group && other.metadata.name !== definition.metadata.name);
  const { names, conflict } = claim(requested, status.acceptedNames, neighbours.map((other) => statusOf(other).acceptedNames));
  const accepted =
    conflict === undefined ? { status: 'True', reason: 'NoConflicts', message: 'no conflicts found' } : { status: 'False', reason: conflict.reason, message: conflict.message };
  const named = withCondition({ ...status, acceptedNames: names }, { type: 'NamesAccepted', ...accepted }, now);
  const next = withEstablished(named, conflict === undefined, isConditionTrue(definition, 'Established'), now);
  return jsonEquals(next, definition.status) ? definition : { ...definition, status: next as unknown as KubeObject['status'] & object };
}

/** Once established, always established. */
function withEstablished(status: DefinitionStatus, isAccepted: boolean, wasEstablished: boolean, now: string): DefinitionStatus {
  if (wasEstablished) return status;
  const condition = isAccepted
    ? { status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' }
    : { status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
  return withCondition(status, { type: 'Established', ...condition }, now);
}

interface Claim {
  readonly names: DefinitionNames;
  readonly conflict?: { readonly reason: string; readonly message: string };
}

/** Every name that is free is taken; the last one that is not gives the reason. */
function claim(requested: DefinitionNames, accepted: DefinitionNames | undefined, taken: readonly (DefinitionNames | undefined)[]): Claim {
  const resources = new Set(taken.flatMap((names) => [names?.plural, names?.singular, ...(names?.shortNames ?? [])]));
  const kinds = new Set(taken.flatMap((names) => [names?.kind, names?.listKind]));
  const names: Record<string, unknown> = { plural: accepted?.plural ?? '', kind: accepted?.kind ?? '' };
  let conflict: Claim['conflict'];
  const take = (member: 'plural' | 'singular' | 'kind' | 'listKind', used: ReadonlySet<string | undefined>, reason: string) => {
    const wanted = requested[member];
    if (wanted !== accepted?.[member] && used.has(wanted)) {
      conflict = { reason, message: `${JSON.stringify(wanted)} is already in use` };
      if (accepted?.[member] !== undefined) names[member] = accepted[member];
    } else if (wanted !== undefined) names[member] = wanted;
  };
  take('plural', resources, 'PluralConflict');
  take('singular', resources, 'SingularConflict');
  const wantedShort = requested.shortNames ?? [];
  const stolen = wantedShort.filter((name) => accepted?.shortNames?.includes(name) !== true && resources.has(name));
  if (stolen.length > 0) {
    const texts = stolen.map((name) => `${JSON.stringify(name)} is already in use`);
    conflict = { reason: 'ShortNamesConflict', message: texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]` };
    if (accepted?.shortNames !== undefined) names['shortNames'] = accepted.shortNames;
  } else if (wantedShort.length > 0) names['shortNames'] = wantedShort;
  take('kind', kinds, 'KindConflict');
  take('listKind', kinds, 'ListKindConflict');
  if (requested.categories !== undefined) names['categories'] = requested.categories;
  return { names: names as unknown as DefinitionNames, ...(conflict === undefined ? {} : { conflict }) };
}
