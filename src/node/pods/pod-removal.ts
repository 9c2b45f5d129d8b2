// The last word of a Pod's deletion with grace.
import { PODS } from '../../api/mod.ts';
import { Failure, type KubeObject, type ObjectApi } from '../../base/mod.ts';

/** Says that everything of the Pod has ended; afterwards only finalizers keep the object. Nothing when nobody deleted it. */
export async function confirmDeletion(api: ObjectApi, pod: KubeObject): Promise<void> {
  const { namespace, name, uid = '', deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === 0) return;
  const outcome = await api.delete({ type: PODS, namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
  if (outcome.ok || outcome.status.reason === 'NotFound') return;
  if (outcome.status.reason === 'Conflict' && (await isGone(api, pod))) return;
  throw new Failure(outcome.status.reason, outcome.status.message);
}

/** Nobody has this name any more, or another Pod has. A conflict may mean just that, or that others wrote at the same time. */
export async function isGone(api: ObjectApi, { metadata: { namespace, name, uid } }: KubeObject): Promise<boolean> {
  const found = await api.get({ type: PODS, namespace, name });
  if (found.ok) return found.value.metadata.uid !== uid;
  if (found.status.reason === 'NotFound') return true;
  throw new Failure(found.status.reason, found.status.message);
}
