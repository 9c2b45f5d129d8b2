// pods/eviction: a deletion that disruption budgets may refuse. After pkg/registry/core/pod/storage/eviction.go of Kubernetes.
import { failureStatus, isJsonObject, success, toRfc3339, type DeleteOptions, type KubeObject, type Outcome } from '../../base/mod.ts';
import { fieldOf, hasEnded, isConditionTrue, itemsAt, matchesLabels, numberAt, POD_DISRUPTION_BUDGETS, textAt, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject, StoreWriter } from '../../store/mod.ts';
import { commit, type ServerContext } from '../context.ts';
import { keyOf } from '../keys.ts';
import { badRequest, forbidden, notFound, refuse, type Refusal } from '../refusals.ts';
import { consultOnAction } from '../webhooks/consultation.ts';
import type { Place } from './change.ts';
import { checkPreconditions, decideDelete } from './delete.ts';

const BUDGETS_PREFIX = 'poddisruptionbudgets.policy/';
/** The controller has not counted yet. */
const NOT_COUNTED_RETRY_SECONDS = 10;
/** Evictions that the controller has not seen to their end, as upstream. */
const DISRUPTED_COUNT_MAX = 2_000;

/** `eviction` is a policy/v1 Eviction; its deleteOptions are those of the deletion. */
export async function evictPod(context: ServerContext, kind: KindDefinition, place: Place, eviction: KubeObject, options: DeleteOptions): Promise<Outcome<void>> {
  const { namespace, name } = place;
  if (eviction.metadata.name !== name) return badRequest('name in URL does not match name in Eviction object');
  const asked = await consultOnAction(context, { kind, namespace, name }, 'eviction', eviction, options);
  if (!asked.ok) return asked;
  return commit(context, options.dryRun, (writer): Outcome<void> => {
    const key = keyOf(kind, place.namespace, place.name);
    const pod = writer.get(key)?.object;
    if (pod === undefined) return notFound(kind, place.name);
    const refusal = checkPreconditions(kind, pod.metadata, options) ?? (needsNoBudget(pod) ? undefined : takeFromBudget(context, writer, pod));
    if (refusal !== undefined) return refusal;
    writer.put(key, withDisruptionTarget(pod, context.clock.now()));
    const { preconditions: _checked, ...rest } = options;
    const deletion = decideDelete(context, writer, kind, place, rest);
    return deletion.ok ? success(undefined) : deletion;
  });
}

/** What has ended, does not run yet, or is on its way out disrupts nobody. */
function needsNoBudget(pod: KubeObject): boolean {
  return hasEnded(pod) || fieldOf(pod, 'status', 'phase') === 'Pending' || pod.metadata.deletionTimestamp !== undefined;
}

/** Why it goes, for the controllers that count failures. */
function withDisruptionTarget(pod: KubeObject, nowMs: number): KubeObject {
  const others = itemsAt(pod, 'status', 'conditions').filter((condition) => fieldOf(condition, 'type') !== 'DisruptionTarget');
  const condition = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting', lastTransitionTime: toRfc3339(nowMs) };
  return { ...pod, status: { ...pod.status, conditions: [...others, condition] } };
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
  if (!isConditionTrue(pod, 'Ready') && mayGoUnready(budget)) return undefined;
  if (numberAt(budget, 'status', 'observedGeneration') < (budget.metadata.generation ?? 0)) {
    return tooMany(`The disruption budget ${budget.metadata.name} is still being processed by the server.`, NOT_COUNTED_RETRY_SECONDS);
  }
  const allowed = numberAt(budget, 'status', 'disruptionsAllowed');
  if (allowed <= 0) return tooMany(noneAllowed(budget));
  const disrupted = fieldOf(budget.status, 'disruptedPods');
  if (isJsonObject(disrupted) && Object.keys(disrupted).length > DISRUPTED_COUNT_MAX) {
    return forbidden(POD_DISRUPTION_BUDGETS, budget.metadata.name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  writer.put(key, {
    ...budget,
    status: { ...budget.status, disruptionsAllowed: allowed - 1, disruptedPods: { ...(isJsonObject(disrupted) ? disrupted : {}), [pod.metadata.name]: toRfc3339(clock.now()) } },
  });
  return undefined;
}

/** Counts of a budget that could not be reckoned say nothing: then its own sentence is the reason. */
function noneAllowed(budget: KubeObject): string {
  const { name } = budget.metadata;
  const failed = itemsAt(budget, 'status', 'conditions').find((condition) => fieldOf(condition, 'type') === 'DisruptionAllowed' && fieldOf(condition, 'reason') === 'SyncFailed');
  if (failed !== undefined) return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${textAt(failed, '', 'message')}`;
  const [healthy, desired] = [numberAt(budget, 'status', 'currentHealthy'), numberAt(budget, 'status', 'desiredHealthy')];
  return `The disruption budget ${name} needs ${desired} healthy pods and has ${healthy} currently`;
}

/** A Pod that is not ready disrupts nobody who has enough others, or wants it so. */
function mayGoUnready(budget: KubeObject): boolean {
  if (textAt(budget, '', 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow') return true;
  const desired = numberAt(budget, 'status', 'desiredHealthy');
  return desired > 0 && numberAt(budget, 'status', 'currentHealthy') >= desired;
}

function tooMany(message: string, retryAfterSeconds?: number): Refusal {
  const causes = [{ reason: 'DisruptionBudget', message }];
  return refuse(failureStatus('TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", { causes, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }));
}
