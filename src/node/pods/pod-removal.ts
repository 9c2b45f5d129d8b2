// The last word of a Pod's deletion with grace.
import { Failure, type KubeObject, type ObjectApi } from '../../base/mod.ts';

const PODS = { group: '', version: 'v1', resource: 'pods' } as const;

/** Says that everything of the Pod has ended; afterwards only finalizers keep the object. Nothing when nobody deleted it. */
export async function confirmDeletion(api: ObjectApi, { metadata }: KubeObject): Promise<void> {
  const { namespace, name, uid = '', deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === 0) return;
  const outcome = await api.delete({ type: PODS, namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
  if (outcome.ok || outcome.status.reason === 'NotFound' || outcome.status.reason === 'Conflict') return;
  throw new Failure(outcome.status.reason, outcome.status.message);
}
