// pods/eviction: a deletion that disruption budgets may refuse. After pkg/registry/core/pod/storage/eviction.go of Kubernetes.
import { failureStatus, isJsonObject, success, toRfc3339, type DeleteOptions, type KubeObject, type Outcome } from '../../base/mod.ts';
import { fieldOf, matchesLabels, textAt, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject, StoreWriter } from '../../store/mod.ts';
import { commit, type ServerContext } from '../context.ts';
import { keyOf } from '../keys.ts';
import { badRequest, notFound, refuse, type Refusal } from '../refusals.ts';
import { consultOnAction } from '../webhooks/consultation.ts';
import type { Place } from './change.ts';
import { decideDelete } from './delete.ts';

const BUDGETS_PREFIX = 'poddisruptionbudgets.policy/';

/** `eviction` is a policy/v1 Eviction; its deleteOptions are those of the deletion. */
export async function evictPod(context: ServerContext, kind: KindDefinition, place: Place, eviction: unknown, options: DeleteOptions): Promise<Outcome<void>> {
  if (!isJsonObject(eviction)) return badRequest('the body must be an Eviction');
  const { namespace, name } = place;
  const asked = await consultOnAction(context, { kind, namespace, name }, 'eviction', eviction as unknown as KubeObject, options);
  if (!asked.ok) return asked;
  return commit(context, options.dryRun, (writer): Outcome<void> => {
    const pod = writer.get(keyOf(kind, place.namespace, place.name))?.object;
    if (pod === undefined) return notFound(kind, place.name);
    const refusal = needsNoBudget(pod) ? undefined : takeFromBudget(context, writer, pod);
    if (refusal !== undefined) return refusal;
    const deletion = decideDelete(context, writer, kind, place, options);
    return deletion.ok ? success(undefined) : deletion;
  });
}

/** What has ended, does not run yet, or is on its way out disrupts nobody. */
function needsNoBudget(pod: KubeObject): boolean {
  return ['Failed', 'Pending', 'Succeeded'].includes(textAt(pod, '', 'status', 'phase')) || pod.metadata.deletionTimestamp !== undefined;
}

/** One disruption less, in the commit of the deletion itself. */
function takeFromBudget({ store, clock }: ServerContext, writer: StoreWriter, pod: KubeObject): Refusal | undefined {
  const budgets = store.list(`${BUDGETS_PREFIX}${pod.metadata.namespace ?? ''}/`).flatMap(({ key }): StoredObject[] => {
    const budget = writer.get(key);
    return budget !== undefined && matchesLabels(fieldOf(budget.object, 'spec', 'selector'), pod.metadata.labels ?? {}) ? [budget] : [];
  });
  const [entry, ...others] = budgets;
  if (entry === undefined) return undefined;
  if (others.length > 0) {
    return refuse(failureStatus('InternalError', 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'));
  }
  const { object: budget, key } = entry;
  const allowed = fieldOf(budget.status, 'disruptionsAllowed');
  if (typeof allowed !== 'number' || allowed <= 0) return disruptive(budget);
  const disrupted = fieldOf(budget.status, 'disruptedPods');
  writer.put(key, {
    ...budget,
    status: { ...budget.status, disruptionsAllowed: allowed - 1, disruptedPods: { ...(isJsonObject(disrupted) ? disrupted : {}), [pod.metadata.name]: toRfc3339(clock.now()) } },
  });
  return undefined;
}

function disruptive(budget: KubeObject): Refusal {
  const [healthy, desired] = [fieldOf(budget.status, 'currentHealthy') ?? 0, fieldOf(budget.status, 'desiredHealthy') ?? 0];
  const cause = { reason: 'DisruptionBudget', message: `The disruption budget ${budget.metadata.name} needs ${String(desired)} healthy pods and has ${String(healthy)} currently` };
  return refuse(failureStatus('TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", { causes: [cause], retryAfterSeconds: 0 }));
}
