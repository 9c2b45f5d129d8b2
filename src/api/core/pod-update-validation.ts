// What may change in a Pod's spec once it exists: images, a shorter deadline, more tolerations, fewer scheduling gates. The node
// is chosen through the subresource `binding` alone.
import { isJsonObject, jsonEquals, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { duplicate, forbidden, invalid, notFound } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';

const CONTAINER_LISTS = ['containers', 'initContainers'] as const;
const CHANGEABLE =
  '`spec.containers[*].image`, `spec.initContainers[*].image`, `spec.activeDeadlineSeconds`, ' +
  '`spec.tolerations` (only additions), `spec.schedulingGates` (only removals)';

export function validatePodUpdate(pod: KubeObject, old: KubeObject): readonly StatusCause[] {
  const [spec, oldSpec] = [pod.spec ?? {}, old.spec ?? {}];
  const resized = CONTAINER_LISTS.filter((list) => itemsAt(spec, list).length !== itemsAt(oldSpec, list).length);
  if (resized.length > 0) return resized.map((list) => forbidden(`spec.${list}`, 'pod updates may not add or remove containers'));
  const causes = [...ephemeralCauses(spec, oldSpec), ...deadlineCauses(spec, oldSpec), ...tolerationCauses(spec, oldSpec), ...gateCauses(spec, oldSpec)];
  const changed = changedMembers(withOldChangeables(spec, oldSpec), oldSpec);
  if (changed.length > 0) {
    causes.push(forbidden('spec', `pod updates may not change fields other than ${CHANGEABLE}; changed: ${changed.map((name) => `spec.${name}`).join(', ')}`));
  }
  return causes;
}

/** They are only added; where a name is taken nobody could tell them apart. */
function ephemeralCauses(spec: JsonObject, old: JsonObject): readonly StatusCause[] {
  const path = 'spec.ephemeralContainers';
  const [now, before] = [itemsAt(spec, 'ephemeralContainers'), itemsAt(old, 'ephemeralContainers')];
  const named = (name: string) => now.find((container) => textAt(container, '', 'name') === name);
  const changed = before.filter((container) => !jsonEquals(named(textAt(container, '', 'name')), container));
  const others = CONTAINER_LISTS.flatMap((list) => itemsAt(spec, list)).map((container) => textAt(container, '', 'name'));
  const targets = itemsAt(spec, 'containers').map((container) => textAt(container, '', 'name'));
  return [
    ...changed.map((container) => forbidden(path, `existing ephemeral containers "${textAt(container, '', 'name')}" may not be changed or removed`)),
    ...now.flatMap((container, index) => {
      const [name, target] = [textAt(container, '', 'name'), textAt(container, '', 'targetContainerName')];
      return [
        ...(others.includes(name) ? [duplicate(`${path}[${index}].name`, name)] : []),
        ...(target === '' || targets.includes(target) ? [] : [notFound(`${path}[${index}].targetContainerName`, target)]),
      ];
    }),
  ];
}

function deadlineCauses(spec: JsonObject, old: JsonObject): readonly StatusCause[] {
  const path = 'spec.activeDeadlineSeconds';
  const [deadline, oldDeadline] = [fieldOf(spec, 'activeDeadlineSeconds'), fieldOf(old, 'activeDeadlineSeconds')];
  if (typeof oldDeadline !== 'number') return [];
  if (typeof deadline !== 'number') return [invalid(path, null, 'must not update from a positive integer to nil value')];
  return deadline > oldDeadline ? [invalid(path, deadline, 'must be less than or equal to previous value')] : [];
}

function tolerationCauses(spec: JsonObject, old: JsonObject): readonly StatusCause[] {
  const withoutSeconds = (toleration: Json) => (isJsonObject(toleration) ? { ...toleration, tolerationSeconds: undefined } : toleration);
  const kept = itemsAt(spec, 'tolerations').map(withoutSeconds);
  const isMissing = itemsAt(old, 'tolerations').some((toleration) => !kept.some((candidate) => jsonEquals(candidate, withoutSeconds(toleration))));
  return isMissing ? [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')] : [];
}

function gateCauses(spec: JsonObject, old: JsonObject): readonly StatusCause[] {
  const oldNames = itemsAt(old, 'schedulingGates').map((gate) => textAt(gate, '', 'name'));
  const added = itemsAt(spec, 'schedulingGates').map((gate) => textAt(gate, '', 'name')).filter((name) => !oldNames.includes(name));
  return added.length === 0 ? [] : [forbidden('spec.schedulingGates', `only deletion is allowed, but found new scheduling gate '${added[0]}'`)];
}

/** The new spec with everything that may change set back: what still differs was changed unlawfully. */
function withOldChangeables(spec: JsonObject, old: JsonObject): JsonObject {
  const restored: Record<string, Json | undefined> = { ...spec };
  for (const member of ['activeDeadlineSeconds', 'tolerations', 'schedulingGates', 'ephemeralContainers']) restored[member] = old[member];
  for (const list of CONTAINER_LISTS) {
    if (spec[list] === undefined) continue;
    restored[list] = itemsAt(spec, list).map((container, index) =>
      isJsonObject(container) ? { ...container, image: fieldOf(old, list, index, 'image') } : container,
    );
  }
  return restored;
}

function changedMembers(spec: JsonObject, old: JsonObject): readonly string[] {
  const names = new Set([...Object.keys(spec), ...Object.keys(old)]);
  return [...names].filter((name) => !jsonEquals(spec[name], old[name])).sort();
}
