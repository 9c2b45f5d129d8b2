// Who belongs to whom: a workload takes over loose objects that its selector fits, and lets go of own ones that it no longer fits.
import type { KubeObject, ResourceType } from '../base/mod.ts';
import { fieldOf, matchesLabels } from '../api/mod.ts';
import { controllerOf } from './owned-objects.ts';
import { patchOwned, type OwnedWritePorts } from './owned-writes.ts';
import { controllerReference } from './pod-template.ts';

export interface Claimant {
  readonly owner: KubeObject;
  readonly apiVersion: string;
  readonly kind: string;
}

/** What it controls afterwards. Objects are those of `ports.owned`; `isFitting` says more than the selector does. */
export async function claimOwned(
  ports: OwnedWritePorts,
  type: ResourceType,
  { owner, apiVersion, kind }: Claimant,
  isFitting: (object: KubeObject) => boolean = () => true,
): Promise<readonly KubeObject[]> {
  const { namespace = '', name, uid, deletionTimestamp } = owner.metadata;
  const own = ports.owned.controlledBy(kind, namespace, name).filter((object) => controllerOf(object)?.uid === uid);
  if (deletionTimestamp !== undefined) return own;
  const isOfIt = (object: KubeObject) => isSelected(owner, object) && isFitting(object);
  const claimed: KubeObject[] = own.filter(isOfIt);
  for (const object of own.filter((one) => !isOfIt(one))) {
    await patchOwned(ports, type, object, { ownerReferences: (object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid) });
  }
  for (const object of ports.owned.uncontrolled(namespace)) {
    if (object.metadata.deletionTimestamp !== undefined || !isOfIt(object)) continue;
    const ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerReference(owner, apiVersion, kind)];
    const adopted = await patchOwned(ports, type, object, { ownerReferences });
    if (adopted !== undefined) claimed.push(adopted);
  }
  return claimed;
}

/** By the selector of a workload. */
export function isSelected(owner: KubeObject, object: KubeObject): boolean {
  return matchesLabels(fieldOf(owner, 'spec', 'selector'), object.metadata.labels ?? {});
}
