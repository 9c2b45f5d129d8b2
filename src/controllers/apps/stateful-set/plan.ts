// What a StatefulSet makes, deletes and replaces next; pure. After pkg/controller/statefulset of Kubernetes: members come in
// order of their ordinals and go in the reverse, each waiting for the one before, unless the set asks for all at once.
import { jsonEquals, type JsonObject, type KubeObject, type OwnerReference } from '../../../base/mod.ts';
import { fieldOf, hasEnded, numberAt, textAt } from '../../../api/mod.ts';
import { availableAtMs, isAvailable, isReady, phaseOf } from '../../pod-state.ts';
import type { StampReading } from '../../stamp-reading.ts';
import { atRevision, REVISION_LABEL } from '../controller-revisions/plan.ts';
import { claimOwners, isStale } from './claim-owners.ts';
import { claimsOf, identityLabels, isInRange, memberOf, ordinalOf, ordinalsOf } from './member.ts';
import { statefulSetStatus } from './stateful-set-status.ts';

export interface StatefulSetFacts {
  readonly set: KubeObject;
  /** Those that it controls. */
  readonly pods: readonly KubeObject[];
  /** Revisions: the one that the members were at before, and the one of the template now. */
  readonly current: KubeObject;
  readonly update: KubeObject;
  /** A claim of the set's namespace. */
  readonly claim: (name: string) => KubeObject | undefined;
  /** Until a member that failed is replaced. */
  readonly pauseMs?: (pod: KubeObject) => number;
  /** How stamps compare with the time of the plan. */
  readonly read?: StampReading;
}

export interface MemberSteps {
  /** Made before the Pods. */
  readonly claims: KubeObject[];
  readonly creations: KubeObject[];
  readonly deletions: KubeObject[];
  readonly claimOwners: { readonly claim: KubeObject; readonly ownerReferences: readonly OwnerReference[] }[];
  /** Labels that a member lacks. */
  readonly labels: { readonly pod: KubeObject; readonly labels: Readonly<Record<string, string>> }[];
}

export interface StatefulSetPlan extends MemberSteps {
  readonly status?: JsonObject;
  /** When a member that is ready will have been so for long enough, or one that failed is replaced. */
  readonly wakeAtMs?: number;
}

export function planStatefulSet(facts: StatefulSetFacts, nowMs: number): StatefulSetPlan {
  const { set, pods } = facts;
  const steps: MemberSteps = { claims: [], creations: [], deletions: [], claimOwners: [], labels: [] };
  if (set.metadata.deletionTimestamp === undefined) planMembers({ ...facts, nowMs, isOneByOne: textAt(set, '', 'spec', 'podManagementPolicy') !== 'Parallel' }, steps);
  const status = statefulSetStatus(facts, nowMs);
  const waits = [
    ...pods.filter(isRunningReady).map((pod) => availableAtMs(pod, minReadySeconds(set), facts.read)),
    ...pods.map((pod) => nowMs + pauseOf(facts, pod)),
  ].filter((atMs) => atMs > nowMs);
  return { ...steps, ...(jsonEquals(status, set.status) ? {} : { status }), ...(waits.length === 0 ? {} : { wakeAtMs: Math.min(...waits) }) };
}

interface Situation extends StatefulSetFacts {
  readonly nowMs: number;
  /** Every step waits until all members before it are available. */
  readonly isOneByOne: boolean;
}

function planMembers(situation: Situation, steps: MemberSteps): void {
  const { set, pods } = situation;
  const { start, count } = ordinalsOf(set);
  const members: KubeObject[] = [];
  for (let ordinal = start; ordinal < start + count; ordinal++) {
    const pod = pods.find((one) => ordinalOf(set, one) === ordinal);
    const member = pod ?? newMember(situation, ordinal);
    members.push(member);
    const isSettled = pod === undefined ? planMissing(situation, member, ordinal, steps) : planPresent(situation, pod, ordinal, steps);
    if (!isSettled) return;
  }
  const surplus = pods.filter((pod) => !isInRange(set, ordinalOf(set, pod) ?? start)).toSorted((a, b) => (ordinalOf(set, b) ?? 0) - (ordinalOf(set, a) ?? 0));
  if (planSurplus(situation, surplus, members, steps)) planUpdate(situation, members, steps);
}

/** These three say whether the steps after them may be taken. */
function planMissing(situation: Situation, member: KubeObject, ordinal: number, steps: MemberSteps): boolean {
  const { set, isOneByOne, claim } = situation;
  const present = claimsOf(set, ordinal).map(({ metadata }) => claim(metadata.name)).filter((one) => one !== undefined);
  // A claim on its way out comes back as a new one.
  if (present.some((one) => one.metadata.deletionTimestamp !== undefined || isStale(one, member.metadata.name, undefined))) return !isOneByOne;
  planClaims(situation, member, ordinal, steps);
  steps.creations.push(member);
  return !isOneByOne;
}

function planPresent(situation: Situation, pod: KubeObject, ordinal: number, steps: MemberSteps): boolean {
  const { set, isOneByOne } = situation;
  if (hasEnded(pod)) {
    if (pod.metadata.deletionTimestamp === undefined && pauseOf(situation, pod) <= 0) steps.deletions.push(pod);
    return !isOneByOne;
  }
  planClaims(situation, pod, ordinal, steps);
  const labels = identityLabels(set, ordinal);
  if (Object.entries(labels).some(([key, value]) => pod.metadata.labels?.[key] !== value)) steps.labels.push({ pod, labels });
  return !isOneByOne || isHealthy(situation, pod);
}

function planClaims({ set, claim }: Situation, pod: KubeObject, ordinal: number, steps: MemberSteps): void {
  for (const wanted of claimsOf(set, ordinal)) {
    const present = claim(wanted.metadata.name);
    const ownerReferences = claimOwners(set, pod, present ?? wanted);
    if (present === undefined) steps.claims.push({ ...wanted, metadata: { ...wanted.metadata, ...(ownerReferences === undefined ? {} : { ownerReferences }) } });
    else if (ownerReferences !== undefined) steps.claimOwners.push({ claim: present, ownerReferences });
  }
}

function planSurplus(situation: Situation, surplus: readonly KubeObject[], members: readonly KubeObject[], steps: MemberSteps): boolean {
  const { set, claim, isOneByOne } = situation;
  for (const pod of surplus) {
    for (const { metadata } of claimsOf(set, ordinalOf(set, pod) ?? 0)) {
      const present = claim(metadata.name);
      const ownerReferences = present === undefined ? undefined : claimOwners(set, pod, present);
      if (present !== undefined && ownerReferences !== undefined) steps.claimOwners.push({ claim: present, ownerReferences });
    }
  }
  const firstUnhealthy = [...members, ...surplus.toReversed()].find((pod) => !isHealthy(situation, pod));
  for (const pod of surplus) {
    const isLeaving = pod.metadata.deletionTimestamp !== undefined;
    if (isLeaving && isOneByOne) return false;
    if (isLeaving) continue;
    if (isOneByOne && !isHealthy(situation, pod) && pod !== firstUnhealthy) return false;
    steps.deletions.push(pod);
    if (isOneByOne) return false;
  }
  return true;
}

/** From the highest ordinal down. */
function planUpdate(situation: Situation, members: readonly KubeObject[], steps: MemberSteps): void {
  const { set } = situation;
  if (textAt(set, '', 'spec', 'updateStrategy', 'type') !== 'RollingUpdate') return;
  const rolling = fieldOf(set, 'spec', 'updateStrategy', 'rollingUpdate');
  const updated = members.slice(numberAt(rolling, 'partition')).toReversed();
  const missingMax = fieldOf(rolling, 'maxUnavailable');
  if (missingMax === undefined) updateNext(situation, updated, steps);
  else updateSeveral(situation, updated, members, maxUnavailable(missingMax, members.length), steps);
}

/** One after the other, whatever becomes of those below. */
function updateNext(situation: Situation, updated: readonly KubeObject[], steps: MemberSteps): void {
  const next = updated.find((pod) => isOutdated(situation, pod) || !isHealthy(situation, pod));
  // One that has ended may be among them already.
  if (next !== undefined && isOutdated(situation, next) && !steps.deletions.includes(next)) steps.deletions.push(next);
}

/**
 * As many at a time as may be missing; those that are missing anyhow count. An old member that does not work is replaced all the same: a
 * rollout that mends it must not wait for it.
 */
function updateSeveral(situation: Situation, updated: readonly KubeObject[], members: readonly KubeObject[], missingMax: number, steps: MemberSteps): void {
  let missing = members.filter((pod) => !isHealthy(situation, pod)).length;
  let leaving = members.filter((pod) => pod.metadata.deletionTimestamp !== undefined || steps.deletions.includes(pod)).length;
  for (const pod of updated) {
    const isWorking = isHealthy(situation, pod);
    if (!isOutdated(situation, pod) || steps.deletions.includes(pod) || leaving >= missingMax || (isWorking && missing >= missingMax)) continue;
    steps.deletions.push(pod);
    leaving++;
    if (isWorking) missing++;
  }
}

function isOutdated({ update }: Situation, { metadata: { labels, deletionTimestamp } }: KubeObject): boolean {
  return labels?.[REVISION_LABEL] !== update.metadata.name && deletionTimestamp === undefined;
}

function maxUnavailable(value: unknown, count: number): number {
  const wanted = typeof value === 'string' ? Math.floor((Number(value.replace(/%$/, '')) * count) / 100) : Number(value);
  return Math.max(1, wanted);
}

/** Members below the partition of a rolling update are made as they were. */
function newMember({ set, current, update }: Situation, ordinal: number): KubeObject {
  const strategy = fieldOf(set, 'spec', 'updateStrategy');
  const rolling = fieldOf(strategy, 'rollingUpdate');
  const before = rolling === undefined ? numberAt(set, 'status', 'currentReplicas') : numberAt(rolling, 'partition');
  const isAsBefore = textAt(strategy, '', 'type') === 'RollingUpdate' && ordinal < ordinalsOf(set).start + before;
  const revision = isAsBefore ? current : update;
  return memberOf(atRevision(set, revision), ordinal, revision.metadata.name);
}

function pauseOf({ pauseMs }: StatefulSetFacts, pod: KubeObject): number {
  return phaseOf(pod) === 'Failed' ? (pauseMs?.(pod) ?? 0) : 0;
}

function minReadySeconds(set: KubeObject): number {
  return numberAt(set, 'spec', 'minReadySeconds');
}

function isRunningReady(pod: KubeObject): boolean {
  return phaseOf(pod) === 'Running' && isReady(pod);
}

function isHealthy({ set, nowMs, read }: Situation, pod: KubeObject): boolean {
  return pod.metadata.deletionTimestamp === undefined && phaseOf(pod) === 'Running' && isAvailable(pod, minReadySeconds(set), nowMs, read);
}
