// Devices that a container asks for (`nvidia.com/gpu`). This node offers none, and says so as the kubelet's admission does.
import { Failure, isJsonObject, type KubeObject } from '../../base/mod.ts';
import { objectsOf } from './pod-spec.ts';

const STANDARD_RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage', 'storage', 'pods']);

/** Throws Failure `OutOf<resource>` with a sentence when the container asks for a device. */
export function refuseExtendedResources(pod: KubeObject, container: string): void {
  const containers = [...objectsOf(pod.spec?.['containers']), ...objectsOf(pod.spec?.['initContainers'])];
  const resources = containers.find(({ name }) => name === container)?.['resources'];
  if (!isJsonObject(resources)) return;
  for (const list of [resources['limits'], resources['requests']]) {
    for (const [name, amount] of Object.entries(isJsonObject(list) ? list : {})) {
      if (!isExtended(name) || Number(amount) === 0) continue;
      throw new Failure(`OutOf${name}`, `it asks for ${String(amount)} ${name}, and this machine has no such device for steps (accelerators are not offered yet)`);
    }
  }
}

/** Not one of Kubernetes' own. Old compilers write names of devices without a domain (`NVIDIA_TESLA_P4`). */
function isExtended(name: string): boolean {
  const [domain = ''] = name.split('/', 1);
  return !STANDARD_RESOURCES.has(name) && !name.startsWith('hugepages-') && !domain.endsWith('kubernetes.io');
}
