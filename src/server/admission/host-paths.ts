// Volumes of the machine (hostPath) show a Pod what the owner of the installation may read and write. They are off once roles let
// somebody else in, for whoever may make a Pod, or what makes one, could mount the owner's home.
import { objectsOf, type JsonObject } from '../../base/mod.ts';
import { fieldOf, itemsAt, textAt } from '../../api/mod.ts';
import { RBAC_GROUP } from '../authorization/role-based.ts';
import { forbidden, type Refusal } from '../refusals.ts';
import type { AdmissionFacts, AdmissionPlugin, AdmissionRequest } from './admission.ts';

export const HOST_PATH_POLICIES = ['auto', 'true', 'false'] as const;
/** `auto`: as long as no binding names a user or group of people. */
export type HostPathPolicy = (typeof HOST_PATH_POLICIES)[number];

/** Volumes of a Pod never change: its creation is the only moment to look. */
export function hostPathAdmission(policy: HostPathPolicy): AdmissionPlugin {
  return { name: 'HostPaths', resources: ['pods'], operations: ['CREATE'], refuse: (request, facts) => refuse(policy, request, facts) };
}

function refuse(policy: HostPathPolicy, { kind, object }: AdmissionRequest, facts: AdmissionFacts): Refusal | undefined {
  if (policy === 'true') return undefined;
  const index = itemsAt(object, 'spec', 'volumes').findIndex((volume) => fieldOf(volume, 'hostPath') !== undefined);
  if (index < 0) return undefined;
  const why = policy === 'false' ? '--host-path false' : severalUsers(facts);
  if (why === undefined) return undefined;
  const nextStep = policy === 'false' ? 'use a persistentVolumeClaim' : 'use a persistentVolumeClaim, or start Slipway with --host-path true';
  return forbidden(kind, object.metadata.name, `spec.volumes[${index}].hostPath: directories of the machine are not mounted here (${why}); ${nextStep}`);
}

/** The binding that lets somebody in besides the owner, who needs none, as a clause. */
function severalUsers({ list }: AdmissionFacts): string | undefined {
  for (const resource of ['clusterrolebindings', 'rolebindings']) {
    for (const { metadata, ...binding } of list(`${resource}.${RBAC_GROUP}/`)) {
      const somebody = objectsOf(binding['subjects']).find((subject) => isPerson(subject, textAt(binding, '', 'roleRef', 'name')));
      const place = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
      if (somebody !== undefined) return `there are several users: the ${resource.slice(0, -1)} ${place} names the ${String(somebody['kind']).toLowerCase()} "${String(somebody['name'])}"`;
    }
  }
  return undefined;
}

/** In these is everybody; what Kubernetes itself gives them (system:discovery and the like) makes nobody a user. */
const GROUPS_OF_EVERYBODY: readonly unknown[] = ['system:authenticated', 'system:unauthenticated'];

/** Other names of the system are accounts of programs. */
function isPerson({ kind, name }: JsonObject, role: string): boolean {
  if (kind !== 'User' && kind !== 'Group') return false;
  return GROUPS_OF_EVERYBODY.includes(name) ? !role.startsWith('system:') : !String(name).startsWith('system:');
}
