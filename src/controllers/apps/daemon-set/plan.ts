// What a DaemonSet makes and deletes on every node, and what it says of itself; pure. After pkg/controller/daemon of Kubernetes.
import { jsonEquals, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, hasEnded, numberAt, textAt } from '../../../api/mod.ts';
import { availableAtMs, isAvailable, isReady, phaseOf } from '../../pod-state.ts';
import type { StampReading } from '../../stamp-reading.ts';
import { hashOf, REVISION_LABEL } from '../controller-revisions/plan.ts';
import { daemonPod, nodeNameOf, placementOn, type Placement } from './daemon-pod.ts';

export interface DaemonSetFacts {
  readonly set: KubeObject;
  /** Those that it controls. */
  readonly pods: readonly KubeObject[];
  readonly nodes: readonly KubeObject[];
  /** The revision of the template now. */
  readonly newest: KubeObject;
  /** Until a daemon that failed is replaced. */
  readonly pauseMs?: (pod: KubeObject) => number;
  /** How stamps compare with the time of the plan. */
  readonly read?: StampReading;
}

export interface DaemonSetPlan {
  readonly creations: readonly KubeObject[];
  readonly deletions: readonly KubeObject[];
  readonly status?: JsonObject;
  /** When a daemon has been ready for long enough, or a failed one is replaced. */
  readonly wakeAtMs?: number;
}


interface OnNode {
  readonly node: KubeObject;
  readonly placement: Placement;
  /** Those that live, oldest first. */
  readonly alive: readonly KubeObject[];
  /** Without those that are on their way out. */
  readonly staying: readonly KubeObject[];
  readonly ended: readonly KubeObject[];
}

interface Situation extends DaemonSetFacts {
  readonly nowMs: number;
  readonly perNode: readonly OnNode[];
  /** Pods that may be missing at the same time, and nodes that may have two. */
  readonly unavailableMax: number;
  readonly surgeMax: number;
}

export function planDaemonSet(facts: DaemonSetFacts, nowMs: number): DaemonSetPlan {
  const { set, pods } = facts;
  const situation = situationOf(facts, nowMs);
  const isLeaving = set.metadata.deletionTimestamp !== undefined;
  const steps = isLeaving ? { creations: [], deletions: [] } : planNodes(situation);
  const status = statusOf(situation);
  const waits = [...pods.filter(isReady).map((pod) => availableAtMs(pod, minReadySeconds(set), facts.read)), ...pods.map((pod) => nowMs + pauseOf(facts, pod))];
  const later = waits.filter((atMs) => atMs > nowMs);
  return { ...steps, ...(jsonEquals(status, set.status) ? {} : { status }), ...(later.length === 0 ? {} : { wakeAtMs: Math.min(...later) }) };
}

function situationOf(facts: DaemonSetFacts, nowMs: number): Situation {
  const { set, pods, nodes } = facts;
  const byAge = pods.toSorted((a, b) => (ageText(a) < ageText(b) ? -1 : 1));
  const byNode = Map.groupBy(byAge, nodeNameOf);
  const perNode = nodes.map((node): OnNode => {
    const there = (byNode.get(node.metadata.name) ?? []).filter((pod) => !hasEnded(pod) || pod.metadata.deletionTimestamp === undefined);
    const alive = there.filter((pod) => !hasEnded(pod));
    const staying = alive.filter((pod) => pod.metadata.deletionTimestamp === undefined);
    return { node, placement: placementOn(set, node), alive, staying, ended: there.filter(hasEnded) };
  });
  const desired = perNode.filter(({ placement }) => placement.shouldRun).length;
  const rolling = fieldOf(set, 'spec', 'updateStrategy', 'rollingUpdate');
  const surgeMax = countOf(fieldOf(rolling, 'maxSurge') ?? 0, desired);
  const unavailable = countOf(fieldOf(rolling, 'maxUnavailable') ?? 1, desired);
  return { ...facts, nowMs, perNode, surgeMax, unavailableMax: unavailable + surgeMax === 0 ? 1 : unavailable };
}

function planNodes(situation: Situation): Pick<DaemonSetPlan, 'creations' | 'deletions'> {
  const { set, newest, perNode, pods, nodes } = situation;
  const isRolling = textAt(set, '', 'spec', 'updateStrategy', 'type') === 'RollingUpdate';
  const maySurge = isRolling && situation.surgeMax > 0;
  const surgesMore = maySurge ? surging(situation) : new Set<OnNode>();
  const creations: KubeObject[] = [];
  const deletions: KubeObject[] = [];
  for (const place of perNode) {
    const { node, placement, alive, staying, ended } = place;
    const endings = ended.filter((pod) => pauseOf(situation, pod) <= 0);
    deletions.push(...endings);
    if (!placement.mayStay) deletions.push(...alive);
    else deletions.push(...(maySurge ? doubles(situation, place) : staying.slice(1)));
    const isMissing = placement.shouldRun && (maySurge ? staying : alive).length === 0 && ended.length === 0;
    if (isMissing || surgesMore.has(place)) creations.push(daemonPod(set, node, hashOf(newest)));
  }
  // Daemons of nodes that are no more.
  deletions.push(...pods.filter((pod) => !nodes.some(({ metadata }) => metadata.name === nodeNameOf(pod))));
  if (isRolling && situation.surgeMax === 0) deletions.push(...outdated(situation));
  return { creations, deletions: [...new Set(deletions)].filter(({ metadata }) => metadata.deletionTimestamp === undefined) };
}

/** Without surge: old daemons that do not work at once, of the others as many as may be missing. */
function outdated(situation: Situation): readonly KubeObject[] {
  const broken: KubeObject[] = [];
  const working: KubeObject[] = [];
  let unavailableCount = 0;
  for (const { placement, alive } of situation.perNode) {
    const pod = alive[0];
    if (!placement.shouldRun) continue;
    const isWorking = pod !== undefined && pod.metadata.deletionTimestamp === undefined && isAvailableIn(situation, pod);
    if (!isWorking) unavailableCount++;
    if (pod === undefined || isNew(situation, pod)) continue;
    (isWorking ? working : broken).push(pod);
  }
  return [...broken, ...working.slice(0, Math.max(0, situation.unavailableMax - unavailableCount))];
}

/** With surge: nodes that get the new daemon beside the old one; where the old one does not work at once. */
function surging(situation: Situation): ReadonlySet<OnNode> {
  const running = situation.perNode.filter(({ placement }) => placement.shouldRun);
  const isFresh = (pod: KubeObject) => isNew(situation, pod);
  const doubled = running.filter(({ staying }) => staying.some((pod) => isFresh(pod) && !isAvailableIn(situation, pod)) && staying.some((pod) => !isFresh(pod)));
  const waiting = running.filter(({ staying }) => staying.length > 0 && !staying.some(isFresh));
  const [broken, working] = [false, true].map((isWorking) => waiting.filter(({ staying }) => isAvailableIn(situation, staying[0]!) === isWorking)) as [OnNode[], OnNode[]];
  return new Set([...broken, ...working.slice(0, Math.max(0, situation.surgeMax - doubled.length))]);
}

/** With surge: the old daemon goes once the new one is available, or when it does not work itself; there is never more than one of each. */
function doubles(situation: Situation, { staying }: OnNode): readonly KubeObject[] {
  const fresh = staying.filter((pod) => isNew(situation, pod));
  const old = staying.filter((pod) => !isNew(situation, pod));
  const isReplaced = fresh[0] !== undefined && old[0] !== undefined && (!isReady(old[0]) || isAvailableIn(situation, fresh[0]));
  return [...fresh.slice(1), ...(isReplaced ? old : old.slice(1))];
}

function statusOf(situation: Situation): JsonObject {
  const { set, perNode } = situation;
  const wanted = perNode.filter(({ placement }) => placement.shouldRun);
  // Of two on a node, the older one counts.
  const there = wanted.flatMap(({ alive, ended }) => [alive[0] ?? ended[0]].filter((pod) => pod !== undefined));
  const count = (is: (pod: KubeObject) => boolean) => there.filter(is).length;
  const available = count((pod) => isAvailableIn(situation, pod));
  const more = { updatedNumberScheduled: count((pod) => isNew(situation, pod)), numberAvailable: available, numberUnavailable: wanted.length - available };
  // It has none of its own; those of others stay.
  const kept = ['conditions', 'collisionCount'].map((name) => [name, fieldOf(set, 'status', name)]).filter(([, value]) => value !== undefined);
  return {
    currentNumberScheduled: there.length,
    numberMisscheduled: perNode.filter(({ placement, alive }) => !placement.shouldRun && alive.length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: count(isReady),
    observedGeneration: set.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(more).filter(([, number]) => number > 0)),
    ...Object.fromEntries(kept),
  };
}

function isNew({ newest }: Situation, pod: KubeObject): boolean {
  return pod.metadata.labels?.[REVISION_LABEL] === hashOf(newest);
}

function isAvailableIn({ set, nowMs, read }: Situation, pod: KubeObject): boolean {
  return isAvailable(pod, minReadySeconds(set), nowMs, read);
}

function pauseOf({ pauseMs }: DaemonSetFacts, pod: KubeObject): number {
  return phaseOf(pod) === 'Failed' ? (pauseMs?.(pod) ?? 0) : 0;
}

function minReadySeconds(set: KubeObject): number {
  return numberAt(set, 'spec', 'minReadySeconds');
}

/** A percentage of the nodes is rounded up. */
function countOf(value: unknown, total: number): number {
  return typeof value === 'string' && value.endsWith('%') ? Math.ceil((Number(value.slice(0, -1)) * total) / 100) : Number(value);
}

function ageText({ metadata }: KubeObject): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
}
