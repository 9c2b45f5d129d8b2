// Requests and limits of a container as the downward API tells them; pure.
import { objectsOf, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { fieldOf } from '../../api/mod.ts';
import { parseQuantity } from '../../expr/mod.ts';

export interface ResourceFacts {
  readonly pod: KubeObject;
  /** What the node has for Pods. */
  readonly allocatable: JsonObject;
}

const NANOS_PER_UNIT = 10n ** 9n;
/** A limit of these that is not set is that of the whole Pod, else what the node has: no container can have more. */
const LIMITED_BY_NODE: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];

/** In units of the divisor, rounded up. `ownName` is the container that asks; '' for a volume, whose reference names one. */
export function resourceField({ pod, allocatable }: ResourceFacts, ownName: string, reference: JsonObject): string {
  const [kind = '', ...nameParts] = String(reference['resource']).split('.');
  const name = nameParts.join('.');
  const owner = typeof reference['containerName'] === 'string' && reference['containerName'] !== '' ? reference['containerName'] : ownName;
  const containers = [...objectsOf(pod.spec?.['containers']), ...objectsOf(pod.spec?.['initContainers'])];
  const resources = containers.find((candidate) => candidate['name'] === owner)?.['resources'];
  const own = nanosOf(fieldOf(resources, kind, name));
  const isInherited = own === 0n && kind === 'limits' && LIMITED_BY_NODE.includes(name);
  const amount = isInherited ? nanosOf(fieldOf(pod, 'spec', 'resources', 'limits', name)) || nanosOf(allocatable[name]) : own;
  const divisor = nanosOf(reference['divisor']);
  const unit = divisor === 0n ? NANOS_PER_UNIT : divisor;
  return String((amount + unit - 1n) / unit);
}

/** Quantities of a stored object are valid. */
function nanosOf(quantity: Json | undefined): bigint {
  const parsed = typeof quantity === 'string' || typeof quantity === 'number' ? parseQuantity(quantity) : undefined;
  return parsed?.ok === true ? parsed.value.nanos : 0n;
}
