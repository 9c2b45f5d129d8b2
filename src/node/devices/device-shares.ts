// Which of a Pod's devices each of its containers has; pure. Containers run together, each with devices of its own; init containers
// run before them and use the same ones.
import { isJsonObject, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { isDevice } from '../../api/mod.ts';
import { objectsOf } from '../pods/pod-spec.ts';

/** Ids by resource. */
export type DeviceIds = ReadonlyMap<string, readonly string[]>;
export type DeviceCounts = ReadonlyMap<string, number>;

export function wantedDevices({ spec }: KubeObject): DeviceCounts {
  const wanted = new Map<string, number>();
  for (const container of objectsOf(spec?.['containers'])) for (const [resource, count] of wantedBy(container)) wanted.set(resource, (wanted.get(resource) ?? 0) + count);
  for (const container of objectsOf(spec?.['initContainers'])) for (const [resource, count] of wantedBy(container)) wanted.set(resource, Math.max(wanted.get(resource) ?? 0, count));
  return wanted;
}

export function shareOf({ spec }: KubeObject, container: string, devices: DeviceIds): DeviceIds {
  const taken = new Map<string, number>();
  for (const candidate of objectsOf(spec?.['containers'])) {
    if (candidate['name'] === container) return slice(candidate, devices, taken);
    for (const [resource, count] of wantedBy(candidate)) taken.set(resource, (taken.get(resource) ?? 0) + count);
  }
  const init = objectsOf(spec?.['initContainers']).find(({ name }) => name === container);
  return init === undefined ? new Map() : slice(init, devices, new Map());
}

function slice(container: JsonObject, devices: DeviceIds, taken: DeviceCounts): DeviceIds {
  const share = [...wantedBy(container)].map(([resource, count]) => {
    const start = taken.get(resource) ?? 0;
    return [resource, (devices.get(resource) ?? []).slice(start, start + count)] as const;
  });
  return new Map(share.filter(([, ids]) => ids.length > 0));
}

function wantedBy(container: JsonObject): DeviceCounts {
  const { resources } = container;
  const lists = isJsonObject(resources) ? [resources['requests'], resources['limits']] : [];
  return new Map(lists.flatMap((list) => Object.entries(isJsonObject(list) ? list : {}).filter(([name, amount]) => isDevice(name) && Number(amount) > 0).map(([name, amount]) => [name, Number(amount)] as const)));
}
