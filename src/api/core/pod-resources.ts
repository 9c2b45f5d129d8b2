// What a Pod asks for altogether; pure. After component-helpers/resource of Kubernetes.
import { isJsonObject, objectsOf, type JsonObject } from '../../base/mod.ts';
import { parseQuantity, type Quantity } from '../../expr/mod.ts';
import { fieldOf } from '../kind.ts';

export type Amounts = ReadonlyMap<string, Quantity>;
export type ResourcePart = 'requests' | 'limits';

export const HUGE_PAGES = 'hugepages-';

/** What the containers need, unless the Pod asks as a whole; then the overhead. */
export function podAmounts(spec: JsonObject | undefined, part: ResourcePart): Amounts {
  const total = new Map(containerAmounts(spec, part));
  for (const [name, amount] of amountsOf(spec ?? {}, part)) if (isOfTheWhole(name)) total.set(name, amount);
  const overhead = spec?.['overhead'];
  if (isJsonObject(overhead)) {
    for (const name of Object.keys(overhead)) if (part === 'requests' || total.has(name)) add(total, new Map([[name, quantityOf(overhead[name]) ?? ZERO]]));
  }
  return total;
}

/** Resources that a Pod may ask for as a whole, whatever its containers say. */
export function isOfTheWhole(resource: string): boolean {
  return resource === 'cpu' || resource === 'memory' || resource.startsWith(HUGE_PAGES);
}

/** Containers run together; init containers one after the other beside the sidecars that have started. */
export function containerAmounts(spec: JsonObject | undefined, part: ResourcePart): Amounts {
  const total = new Map<string, Quantity>();
  for (const container of objectsOf(fieldOf(spec, 'containers'))) add(total, amountsOf(container, part));
  const sidecars = new Map<string, Quantity>();
  const initial = new Map<string, Quantity>();
  for (const container of objectsOf(fieldOf(spec, 'initContainers'))) {
    const own = amountsOf(container, part);
    if (container['restartPolicy'] === 'Always') {
      add(total, own);
      add(sidecars, own);
      raise(initial, sidecars);
    } else {
      raise(initial, sum(own, sidecars));
    }
  }
  raise(total, initial);
  return total;
}

/** Of one container, or of a claim's spec. */
export function amountOf(container: unknown, part: ResourcePart, name: string): Quantity | undefined {
  return quantityOf(fieldOf(container, 'resources', part, name));
}

export const ZERO: Quantity = { nanos: 0n, format: 'DecimalSI' };

export function quantityOf(text: unknown): Quantity | undefined {
  const parsed = typeof text === 'string' || typeof text === 'number' ? parseQuantity(text) : undefined;
  return parsed?.ok === true ? parsed.value : undefined;
}

/** As one container writes them, or the Pod for the whole. */
export function amountsOf(container: JsonObject, part: ResourcePart): Amounts {
  const members = fieldOf(container, 'resources', part);
  if (!isJsonObject(members)) return new Map();
  return new Map(Object.entries(members).map(([name, text]) => [name, quantityOf(text) ?? ZERO]));
}

function add(total: Map<string, Quantity>, amounts: Amounts): void {
  for (const [name, amount] of amounts) total.set(name, plus(total.get(name) ?? ZERO, amount));
}

function raise(total: Map<string, Quantity>, amounts: Amounts): void {
  for (const [name, amount] of amounts) if (amount.nanos > (total.get(name)?.nanos ?? -1n)) total.set(name, amount);
}

/** Nothing takes the notation of what is added to it. */
export function plus(a: Quantity, b: Quantity): Quantity {
  return { nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format };
}

function sum(a: Amounts, b: Amounts): Amounts {
  const total = new Map(a);
  add(total, b);
  return total;
}

const STANDARD_RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage', 'storage', 'pods']);

/** Whether a resource is pieces of hardware: not one of Kubernetes' own. Old compilers write names without a domain (`NVIDIA_TESLA_P4`). */
export function isDevice(resource: string): boolean {
  const [domain = ''] = resource.split('/', 1);
  return !STANDARD_RESOURCES.has(resource) && !resource.startsWith(HUGE_PAGES) && !domain.endsWith('kubernetes.io');
}

/** Devices that Pods can do without where `--gpu cpu-fallback` says so. */
export function isGpu(resource: string): boolean {
  return /(^|[./])gpu$/.test(resource) || resource.startsWith('NVIDIA_');
}
