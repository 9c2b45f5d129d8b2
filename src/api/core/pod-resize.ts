// A change of what a running Pod's containers may take, through the subresource `resize`; pure. After pkg/registry/core/pod and
// pkg/apis/core/validation of Kubernetes.
import { isJsonObject, jsonEquals, objectOf, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { forbidden, invalid } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { qualityOfService } from './pod-defaults.ts';

const RESIZED = ['cpu', 'memory'];
const PARTS = ['limits', 'requests'] as const;

/** The current Pod with the resources of the wanted one; whatever else is wanted through this door stays as it is. */
export function resizedPod(wanted: KubeObject, current: KubeObject): KubeObject {
  const taken = (list: string, isResizable: (container: JsonObject) => boolean) => {
    const found = itemsAt(wanted.spec, list).filter(isJsonObject);
    return itemsAt(current.spec, list).map((container) => {
      const own = found.find(({ name }) => name === fieldOf(container, 'name'));
      return own === undefined || !isJsonObject(container) || !isResizable(container) ? container : withResources(container, own);
    });
  };
  const { containers, initContainers } = objectOf(current.spec);
  return {
    ...current,
    spec: {
      ...current.spec,
      ...(containers === undefined ? {} : { containers: taken('containers', () => true) }),
      ...(initContainers === undefined ? {} : { initContainers: taken('initContainers', ({ restartPolicy }) => restartPolicy === 'Always') }),
    },
  };
}

function withResources({ resources: _resources, resizePolicy: _policy, ...container }: JsonObject, { resources, resizePolicy }: JsonObject): JsonObject {
  return { ...container, ...(resources === undefined ? {} : { resources }), ...(resizePolicy === undefined ? {} : { resizePolicy }) };
}

/** CPU and memory alone, of which nothing may be taken away; the Pod stays of its quality of service. */
export function podResizeCauses(pod: KubeObject, old: KubeObject): readonly StatusCause[] {
  const refusal = textAt(old, 'linux', 'spec', 'os', 'name') !== 'linux' ? 'windows pods cannot be resized' : hasWhole(pod) || hasWhole(old) ? 'pods with resources of their own (spec.resources) cannot be resized' : undefined;
  if (refusal !== undefined) return [forbidden('spec', refusal)];
  const quality = qualityOfService(pod);
  return [
    ...(quality === textAt(old, quality, 'status', 'qosClass') ? [] : [invalid('spec', quality, 'Pod QOS Class may not change as a result of resizing')]),
    ...['containers', 'initContainers'].flatMap((list) => {
      const before = itemsAt(old.spec, list);
      return itemsAt(pod.spec, list).flatMap((container, index) => containerCauses(container, before[index] ?? {}, `spec.${list}[${index}].resources`));
    }),
  ];
}

function hasWhole({ spec }: KubeObject): boolean {
  return PARTS.some((part) => Object.keys(objectOf(fieldOf(spec, 'resources', part))).length > 0);
}

function containerCauses(container: Json, before: Json, path: string): readonly StatusCause[] {
  const removed = PARTS.filter((part) => RESIZED.some((name) => amountAt(before, part, name) !== undefined && amountAt(container, part, name) === undefined));
  return [
    ...removed.map((part) => forbidden(`${path}.${part}`, `resource ${part} cannot be removed`)),
    ...(jsonEquals(others(container), others(before)) ? [] : [forbidden('spec', 'only cpu and memory resources are mutable')]),
  ];
}

function amountAt(container: Json, part: string, name: string): Json | undefined {
  return fieldOf(container, 'resources', part, name);
}

/** Of the resources what can't be resized. */
function others(container: Json): JsonObject {
  const resources = objectOf(fieldOf(container, 'resources'));
  const rest = (part: string) => Object.fromEntries(Object.entries(objectOf(resources[part])).filter(([name]) => !RESIZED.includes(name)));
  return { claims: resources['claims'] ?? [], limits: rest('limits'), requests: rest('requests') };
}
