// Keeps the ControllerRevisions of a workload: makes the newest, brings an earlier one back, removes those beyond the limit.
import { CONTROLLER_REVISIONS } from '../../../api/mod.ts';
import { Failure, type KubeObject } from '../../../base/mod.ts';
import { claimOwned, type Claimant } from '../../claim-owned.ts';
import { controllerOf } from '../../owned-objects.ts';
import { patchOwned, type OwnedWritePorts } from '../../owned-writes.ts';
import { holdsTemplateOf, outlivedRevisions, planRevision } from './plan.ts';

export interface History {
  /** All, the newest included. */
  readonly revisions: readonly KubeObject[];
  /** With the template as it is now. */
  readonly newest: KubeObject;
}

/** Undefined when the name is taken by another template: the next `collisionCount` gives another name. `ports.owned` are revisions. */
export async function keepHistory(ports: OwnedWritePorts, claimant: Claimant): Promise<History | undefined> {
  const revisions = await claimOwned(ports, CONTROLLER_REVISIONS, claimant);
  const plan = planRevision(claimant, revisions);
  switch (plan.kind) {
    case 'present':
      return { revisions, newest: plan.revision };
    case 'renumber': {
      const newest = (await patchOwned(ports, CONTROLLER_REVISIONS, plan.revision, {}, { revision: plan.number })) ?? plan.revision;
      return { revisions: [...revisions.filter((one) => one !== plan.revision), newest], newest };
    }
    case 'create': {
      const newest = await createRevision(ports, claimant.owner, plan.revision);
      return newest === undefined ? undefined : { revisions: [...revisions, newest], newest };
    }
  }
}

export async function cutHistory(ports: OwnedWritePorts, owner: KubeObject, revisions: readonly KubeObject[], inUse: ReadonlySet<string>): Promise<void> {
  for (const revision of outlivedRevisions(owner, revisions, inUse)) {
    const { namespace, name, uid = '' } = revision.metadata;
    await ports.api.delete({ type: CONTROLLER_REVISIONS, namespace, name }, { preconditions: { uid } });
    ports.owned.forget(revision);
  }
}

async function createRevision(ports: OwnedWritePorts, owner: KubeObject, revision: KubeObject): Promise<KubeObject | undefined> {
  const { namespace, name } = revision.metadata;
  const outcome = await ports.api.create(CONTROLLER_REVISIONS, namespace, revision);
  if (outcome.ok) {
    ports.owned.remember(outcome.value);
    return outcome.value;
  }
  if (outcome.status.reason !== 'AlreadyExists') throw new Failure(outcome.status.reason, outcome.status.message);
  const existing = await ports.api.get({ type: CONTROLLER_REVISIONS, namespace, name });
  const isOwn = existing.ok && controllerOf(existing.value)?.uid === owner.metadata.uid && holdsTemplateOf(existing.value, owner);
  if (!isOwn) return undefined;
  ports.owned.remember(existing.value);
  return existing.value;
}
