// What a Pod asks for and runs without, by every runtime of this node: it says so. Pure.
import { objectOf, objectsOf, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { containerJson } from '../containers/security.ts';

/** A sentence for an event; undefined for a container that has all that it asks for. */
export function notAppliedWarning(pod: KubeObject, container: string): string | undefined {
  const { hostUsers, securityContext } = pod.spec ?? {};
  const ofPod = objectOf(securityContext);
  const own = containerJson(pod, container);
  const wanted = { ...ofPod, ...objectOf(own['securityContext']) };
  const sysctls = objectsOf(ofPod['sysctls']).map(({ name }) => String(name));
  const parts = [
    ...(sysctls.length === 0 ? [] : [`the sysctls ${sysctls.join(', ')}: kernel settings stay as they are`]),
    ...(hostUsers === false ? ['a user namespace of its own (hostUsers: false)'] : []),
    ...profile(wanted, 'seccompProfile', 'seccomp'),
    ...profile(wanted, 'appArmorProfile', 'AppArmor'),
  ];
  return parts.length === 0 ? undefined : `container ${container} runs without ${parts.join('; without ')}`;
}

/** Only those that lie on the disk of a cluster's node: of the others nobody notices whether they are there. */
function profile(context: JsonObject, field: string, word: string): readonly string[] {
  const { type, localhostProfile } = objectOf(context[field]);
  return type === 'Localhost' ? [`the ${word} profile ${String(localhostProfile)}`] : [];
}
