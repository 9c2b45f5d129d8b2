// The containers of a Pod, as admission looks at them and changes them.
import { isJsonObject, objectsOf, type Json, type JsonObject } from '../../base/mod.ts';

const LISTS = ['initContainers', 'containers'] as const;

export type ContainerList = (typeof LISTS)[number];

/** A Pod's spec with each init container and container changed; the same spec when nothing was. */
export function mapContainers(spec: JsonObject, change: (container: JsonObject, list: ContainerList) => JsonObject): JsonObject {
  let changed = spec;
  for (const list of LISTS) {
    const containers = spec[list];
    if (!Array.isArray(containers)) continue;
    const next = (containers as readonly Json[]).map((container) => (isJsonObject(container) ? change(container, list) : container));
    if (next.some((container, index) => container !== containers[index])) changed = { ...changed, [list]: next };
  }
  return changed;
}

export function containersOf(spec: JsonObject | undefined, list: ContainerList): readonly JsonObject[] {
  return objectsOf(spec?.[list]);
}
