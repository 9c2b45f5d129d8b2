// As whom a container runs, by the security contexts of the Pod and its own; pure.
import { isJsonObject, objectsOf, type JsonObject, type KubeObject } from '../../base/mod.ts';
import type { ProcessUser } from '../supervisor/protocol.ts';

/** Undefined: as Slipway itself. `primaryGidOf` knows the users of the machine. */
export function userOf(pod: KubeObject, container: string, primaryGidOf: (uid: number) => number | undefined): ProcessUser | undefined {
  const ofPod = contextOf(pod.spec);
  const own = contextOf(containerOf(pod, container));
  const uid = own['runAsUser'] ?? ofPod['runAsUser'];
  const gid = own['runAsGroup'] ?? ofPod['runAsGroup'];
  const groups = groupsOf(ofPod);
  if (typeof uid !== 'number' && typeof gid !== 'number' && groups.length === 0) return undefined;
  const user = typeof uid === 'number' ? uid : 0;
  // A user that this machine does not know has a group of its own number: the group of root would open the machine's files.
  return { uid: user, gid: typeof gid === 'number' ? gid : (primaryGidOf(user) ?? user), groups };
}

/** A sentence when the container must not run as root and nothing says as whom else. */
export function rootRefusal(pod: KubeObject, container: string, user: number): string | undefined {
  const isForbidden = contextOf(containerOf(pod, container))['runAsNonRoot'] ?? contextOf(pod.spec)['runAsNonRoot'];
  return isForbidden === true && user === 0 ? 'container has runAsNonRoot and would run as root: set securityContext.runAsUser' : undefined;
}

/** Only volumes can be written to. */
export function hasReadOnlyRoot(pod: KubeObject, container: string): boolean {
  return contextOf(containerOf(pod, container))['readOnlyRootFilesystem'] === true;
}

function groupsOf(ofPod: JsonObject): readonly number[] {
  const { supplementalGroups, fsGroup } = ofPod;
  const all = [...(Array.isArray(supplementalGroups) ? supplementalGroups : []), fsGroup];
  return [...new Set(all.filter((group) => typeof group === 'number'))];
}

function containerOf(pod: KubeObject, name: string): JsonObject | undefined {
  return ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) => objectsOf(pod.spec?.[list])).find((container) => container['name'] === name);
}

function contextOf(owner: JsonObject | undefined): JsonObject {
  const context = owner?.['securityContext'];
  return isJsonObject(context) ? context : {};
}
