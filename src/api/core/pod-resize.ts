// A change of what a running Pod's containers may take, through the subresource `resize`; pure. After pkg/registry/core/pod and
// pkg/apis/core/validation of Kubernetes.
import { jsonEquals, objectOf, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { forbidden, invalid } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { qualityOfService } from './pod-defaults.ts';

const RESIZED = ['cpu', 'memory'];
const PARTS = ['limits', 'requests'] as const;
const CONTAINER_LISTS = ['containers', 'initContainers'] as const;

/**
 * The current Pod with the resources of the wanted one; whatever else is wanted through this door stays as it is. Other containers, or another
 * order of them, are left for the validation to refuse.
 */
export function resizedPod(wanted: KubeObject, current: KubeObject): KubeObject {
  const lists = CONTAINER_LISTS.filter((list) => current.spec?.[list] !== undefined || wanted.spec?.[list] !== undefined);
  return { ...current, spec: { ...current.spec, ...Object.fromEntries(lists.map((list) => [list, taken(itemsAt(wanted.spec, list), itemsAt(current.spec, list))])) } };
}

function taken(wanted: readonly Json[], current: readonly Json[]): readonly Json[] {
  if (orderCauses(wanted, current, '').length > 0) return wanted;
  return current.map((container, index) => withResources(objectOf(container), objectOf(wanted[index])));
}

function withResources({ resources: _resources, resizePolicy: _policy, ...container }: JsonObject, { resources, resizePolicy }: JsonObject): JsonObject {
  return { ...container, ...(resources === undefined ? {} : { resources }), ...(resizePolicy === undefined ? {} : { resizePolicy }) };
}

/** CPU and memory alone, of which nothing may be taken away; the Pod stays of its quality of service. */
export function podResizeCauses(pod: KubeObject, old: KubeObject): readonly StatusCause[] {
  const refusal = textAt(old, 'linux', 'spec', 'os', 'name') !== 'linux' ? 'windows pods cannot be resized' : hasWhole(pod) || hasWhole(old) ? 'pods with resources of their own (spec.resources) cannot be resized' : undefined;
  if (refusal !== undefined) return [forbidden('spec', refusal)];
  const before = textAt(old, qualityOfService(old), 'status', 'qosClass');
  const listsOf = (list: string) => [itemsAt(pod.spec, list), itemsAt(old.spec, list), `spec.${list}`] as const;
  const causes = [
    ...(qualityOfService(pod) === before ? [] : [invalid('spec', before, 'Pod QOS Class may not change as a result of resizing')]),
    ...CONTAINER_LISTS.flatMap((list) => orderCauses(...listsOf(list))),
  ];
  if (causes.some(({ reason }) => reason === 'FieldValueForbidden')) return causes;
  return [...causes, ...CONTAINER_LISTS.flatMap((list) => resourceCauses(...listsOf(list)))];
}

function orderCauses(wanted: readonly Json[], current: readonly Json[], path: string): readonly StatusCause[] {
  const list = path.slice(path.indexOf('.') + 1);
  if (wanted.length !== current.length) return [forbidden(path, `${list} may not be added or removed on resize`)];
  const moved = current.flatMap((container, index) => (fieldOf(container, 'name') === fieldOf(wanted[index]!, 'name') ? [] : [index]));
  return moved.map((index) => forbidden(`${path}[${index}].name`, `${list} may not be renamed or reordered on resize`));
}

function hasWhole({ spec }: KubeObject): boolean {
  return PARTS.some((part) => Object.keys(objectOf(fieldOf(spec, 'resources', part))).length > 0);
}

function resourceCauses(wanted: readonly Json[], current: readonly Json[], path: string): readonly StatusCause[] {
  return wanted.flatMap((container, index) => {
    const before = current[index]!;
    const isOnce = path.endsWith('initContainers') && fieldOf(before, 'restartPolicy') !== 'Always';
    if (isOnce) return jsonEquals(container, before) ? [] : [forbidden('spec', 'resources for non-sidecar init containers are immutable')];
    return containerCauses(container, before, `${path}[${index}].resources`);
  });
}

function containerCauses(container: Json, before: Json, path: string): readonly StatusCause[] {
  const amounts = (of: Json, part: string) => objectOf(fieldOf(of, 'resources', part));
  const removed = PARTS.filter((part) => Object.keys(amounts(before, part)).some((name) => amounts(container, part)[name] === undefined));
  return [
    ...removed.map((part) => forbidden(`${path}.${part}`, `resource ${part} cannot be removed`)),
    ...(jsonEquals(others(container), others(before)) ? [] : [forbidden('spec', 'only cpu and memory resources are mutable')]),
  ];
}

/** Of the resources what can't be resized. */
function others(container: Json): JsonObject {
  const resources = objectOf(fieldOf(container, 'resources'));
  const rest = (part: string) => Object.fromEntries(Object.entries(objectOf(resources[part])).filter(([name]) => !RESIZED.includes(name)));
  return { claims: resources['claims'] ?? [], limits: rest('limits'), requests: rest('requests') };
}
