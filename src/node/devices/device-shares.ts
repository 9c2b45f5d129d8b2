// Which of a Pod's devices each of its containers has; pure. Containers and sidecars run together, each with devices of its own; other
// init containers run before the containers and use the same ones.
import { isJsonObject, objectsOf, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { isDevice } from '../../api/mod.ts';

/** Ids by resource. */
export type DeviceIds = ReadonlyMap<string, readonly string[]>;
export type DeviceCounts = ReadonlyMap<string, number>;

export function wantedDevices({ spec }: KubeObject): DeviceCounts {
  const { lasting, initial } = containersOf(spec);
  const wanted = new Map<string, number>();
  for (const container of lasting) add(wanted, wantedBy(container));
  for (const { container, before } of initial) {
    const beside = takenBy(before);
    for (const [resource, count] of wantedBy(container)) wanted.set(resource, Math.max(wanted.get(resource) ?? 0, count + (beside.get(resource) ?? 0)));
  }
  return wanted;
}

export function shareOf({ spec }: KubeObject, name: string, devices: DeviceIds): DeviceIds {
  const { lasting, initial } = containersOf(spec);
  const index = lasting.findIndex((container) => container['name'] === name);
  if (index >= 0) return slice(lasting[index]!, devices, takenBy(lasting.slice(0, index)));
  const init = initial.find(({ container }) => container['name'] === name);
  return init === undefined ? new Map() : slice(init.container, devices, takenBy(init.before));
}

interface Initial {
  readonly container: JsonObject;
  /** Sidecars that run beside it. */
  readonly before: readonly JsonObject[];
}

/** Those that run at the same time, sidecars first, and the init containers among them. */
function containersOf(spec: JsonObject | undefined): { readonly lasting: readonly JsonObject[]; readonly initial: readonly Initial[] } {
  const inits = objectsOf(spec?.['initContainers']);
  const isSidecar = ({ restartPolicy }: JsonObject) => restartPolicy === 'Always';
  const initial = inits.flatMap((container, index) => (isSidecar(container) ? [] : [{ container, before: inits.slice(0, index).filter(isSidecar) }]));
  return { lasting: [...inits.filter(isSidecar), ...objectsOf(spec?.['containers'])], initial };
}

function takenBy(containers: readonly JsonObject[]): DeviceCounts {
  const taken = new Map<string, number>();
  for (const container of containers) add(taken, wantedBy(container));
  return taken;
}

function add(sums: Map<string, number>, counts: DeviceCounts): void {
  for (const [resource, count] of counts) sums.set(resource, (sums.get(resource) ?? 0) + count);
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
