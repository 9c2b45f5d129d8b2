// The securityContext of a container as the engine takes it; pure. What only Kubernetes' own machinery can do (SELinux
// labels, profiles on a node's disk) is left to the engine's defaults.
import { objectOf, objectsOf, textsOf, type JsonObject, type KubeObject } from '../../base/mod.ts';

export interface ContainerSecurity {
  /** `uid`, `uid:gid`, or undefined for the image's own. */
  readonly user: string | undefined;
  readonly groups: readonly string[];
  readonly isReadOnly: boolean;
  readonly isPrivileged: boolean;
  readonly addedCapabilities: readonly string[];
  readonly droppedCapabilities: readonly string[];
  readonly isEscalationForbidden: boolean;
  readonly isSeccompOff: boolean;
}

export type SecurityOutcome = { readonly kind: 'security'; readonly security: ContainerSecurity } | { readonly kind: 'refused'; readonly message: string };

/** `imageUser` as the image's configuration has it. */
export function securityOf(pod: KubeObject, container: string, imageUser: string): SecurityOutcome {
  const ofPod = objectOf(pod.spec?.['securityContext']);
  const own = objectOf(containerJson(pod, container)['securityContext']);
  const wanted = { ...ofPod, ...own };
  const user = numberText(wanted['runAsUser']);
  const group = numberText(wanted['runAsGroup']);
  const complaint = wanted['runAsNonRoot'] === true ? whyRoot(user, imageUser) : undefined;
  if (complaint !== undefined) return { kind: 'refused', message: complaint };
  const capabilities = objectOf(own['capabilities']);
  return {
    kind: 'security',
    security: {
      user: group === undefined ? user : `${user ?? userPart(imageUser)}:${group}`,
      groups: [...listOf(ofPod['supplementalGroups']), ...listOf([ofPod['fsGroup']])].flatMap((id) => numberText(id) ?? []),
      isReadOnly: own['readOnlyRootFilesystem'] === true,
      isPrivileged: own['privileged'] === true,
      addedCapabilities: textsOf(capabilities['add']),
      droppedCapabilities: textsOf(capabilities['drop']),
      isEscalationForbidden: own['allowPrivilegeEscalation'] === false,
      isSeccompOff: objectOf(wanted['seccompProfile'])['type'] === 'Unconfined',
    },
  };
}

export function containerJson(pod: KubeObject, container: string): JsonObject {
  const all = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) => objectsOf(pod.spec?.[list]));
  return all.find(({ name }) => name === container) ?? {};
}

/** The kubelet's sentences. */
function whyRoot(user: string | undefined, imageUser: string): string | undefined {
  const effective = user ?? userPart(imageUser);
  if (effective === '0' || effective === 'root' || effective === '') {
    return user === undefined ? 'container has runAsNonRoot and image will run as root' : "container's runAsUser breaks non-root policy";
  }
  if (/^\d+$/.test(effective)) return undefined;
  return `container has runAsNonRoot and image has non-numeric user (${effective}), cannot verify user is non-root`;
}

function userPart(imageUser: string): string {
  return imageUser.split(':')[0] || '0';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function numberText(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : undefined;
}
