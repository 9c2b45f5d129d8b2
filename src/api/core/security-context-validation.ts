// Who a container runs as, and with which rights (ValidateSecurityContext and validatePodSpecSecurityContext in
// pkg/apis/core/validation of Kubernetes).
import type { Json, StatusCause } from '../../base/mod.ts';
import { duplicate, invalid, required } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { descendingPathCauses, supportedCauses } from './member-causes.ts';

const ID_MAX = 2 ** 31 - 1;
const SYSCTL_NAME = /^(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;
const SYSCTL_NAME_CHARS_MAX = 253;
const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

/** Of a Pod: what holds for all of its containers. */
export function podSecurityCauses(spec: Json | undefined, path: string): readonly StatusCause[] {
  const context = fieldOf(spec, 'securityContext');
  const at = `${path}.securityContext`;
  const isShared = fieldOf(spec, 'shareProcessNamespace') === true && fieldOf(spec, 'hostPID') === true;
  if (context === undefined && !isShared) return [];
  return [
    ...idCauses(context, at, ['fsGroup', 'runAsUser', 'runAsGroup']),
    ...itemsAt(context, 'supplementalGroups').flatMap((id, index) => rangeCauses(id, `${at}.supplementalGroups[${index}]`)),
    ...(isShared ? [invalid(`${at}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled')] : []),
    ...sysctlCauses(itemsAt(context, 'sysctls'), `${at}.sysctls`),
    ...supportedCauses(context ?? {}, at, 'fsGroupChangePolicy', ['Always', 'OnRootMismatch']),
    ...supportedCauses(context ?? {}, at, 'supplementalGroupsPolicy', ['Merge', 'Strict']),
    ...profileCauses(context, at),
  ];
}

export function containerSecurityCauses(container: Json, path: string): readonly StatusCause[] {
  const context = fieldOf(container, 'securityContext');
  const at = `${path}.securityContext`;
  if (context === undefined) return [];
  return [...idCauses(context, at, ['runAsUser', 'runAsGroup']), ...supportedCauses(context, at, 'procMount', ['Default', 'Unmasked']), ...profileCauses(context, at), ...escalationCauses(context, at)];
}

function escalationCauses(context: Json, path: string): readonly StatusCause[] {
  if (fieldOf(context, 'allowPrivilegeEscalation') !== false) return [];
  return [
    ...(fieldOf(context, 'privileged') === true ? [invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')] : []),
    ...(itemsAt(context, 'capabilities', 'add').includes('CAP_SYS_ADMIN') ? [invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN')] : []),
  ];
}

function idCauses(context: Json | undefined, path: string, members: readonly string[]): readonly StatusCause[] {
  return members.flatMap((member) => rangeCauses(fieldOf(context, member), `${path}.${member}`));
}

function rangeCauses(id: Json | undefined, path: string): readonly StatusCause[] {
  return typeof id !== 'number' || (id >= 0 && id <= ID_MAX) ? [] : [invalid(path, id, `must be between 0 and ${ID_MAX}, inclusive`)];
}

function sysctlCauses(sysctls: readonly Json[], path: string): readonly StatusCause[] {
  const names = new Set<string>();
  return sysctls.flatMap((sysctl, index) => {
    const at = `${path}[${index}].name`;
    const name = textAt(sysctl, '', 'name');
    const isTaken = names.has(name);
    names.add(name);
    if (name === '') return [required(at)];
    if (name.length > SYSCTL_NAME_CHARS_MAX || !SYSCTL_NAME.test(name)) {
      return [invalid(at, name, `must have at most ${SYSCTL_NAME_CHARS_MAX} characters: names of small letters, digits, '-' and '_' between dots or slashes`)];
    }
    return isTaken ? [duplicate(at, name)] : [];
  });
}

/** Seccomp and AppArmor have the same form. */
function profileCauses(context: Json | undefined, path: string): readonly StatusCause[] {
  return ['seccompProfile', 'appArmorProfile'].flatMap((member) => {
    const profile = fieldOf(context, member);
    const at = `${path}.${member}`;
    if (profile === undefined) return [];
    const [type, local] = [textAt(profile, '', 'type'), fieldOf(profile, 'localhostProfile')];
    const field = `${at}.localhostProfile`;
    if (type === '') return [required(`${at}.type`)];
    if (type !== 'Localhost') return [...supportedCauses(profile, at, 'type', PROFILE_TYPES), ...(local === undefined ? [] : [invalid(field, local, 'can only be set when the type is Localhost')])];
    if (typeof local !== 'string') return [required(field, 'must be set when the type is Localhost')];
    return member === 'seccompProfile' ? descendingPathCauses(local, field) : [];
  });
}
