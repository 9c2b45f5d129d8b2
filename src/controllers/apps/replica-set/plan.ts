// What a ReplicaSet makes and deletes, and what it says of itself; pure. After pkg/controller/replicaset of Kubernetes.
import { jsonEquals, toRfc3339, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, labelsOf, numberAt } from '../../../api/mod.ts';
import { leastUseful } from '../../deletion-order.ts';
import { availableAtMs, conditionOf, isActive, isReady, isTerminating } from '../../pod-state.ts';
import type { StampReading } from '../../stamp-reading.ts';

export interface ReplicaSetFacts {
  readonly set: KubeObject;
  /** Those that it controls. */
  readonly pods: readonly KubeObject[];
  /** Until another Pod may be made, after some that failed. */
  readonly pauseMs?: number;
  /** How stamps compare with the time of the plan. */
  readonly read?: StampReading;
}

export interface ReplicaSetPlan {
  readonly missing: number;
  readonly surplus: readonly KubeObject[];
  readonly status?: JsonObject;
  /** When a Pod that is ready will have been so for long enough, or a pause is over. */
  readonly wakeAtMs?: number;
}

/** Pods made or deleted in one reconcile, as upstream. */
const BURST_COUNT_MAX = 500;
/** What somebody says that the deletion of a Pod costs: the cheapest go first. What is no whole number counts as nothing. */
const DELETION_COST_ANNOTATION = 'controller.kubernetes.io/pod-deletion-cost';

/** `createFailure`: the sentence with which a Pod was refused in this reconcile. */
export function planReplicaSet(facts: ReplicaSetFacts, nowMs: number, createFailure?: string): ReplicaSetPlan {
  const { set, pods, pauseMs = 0 } = facts;
  const active = pods.filter(isActive);
  const isLeaving = set.metadata.deletionTimestamp !== undefined;
  const difference = isLeaving ? 0 : numberAt(set, 'spec', 'replicas') - active.length;
  const isPausing = difference > 0 && pauseMs > 0;
  const readyMs = active.filter(isReady).map((pod) => availableAtMs(pod, numberAt(set, 'spec', 'minReadySeconds'), facts.read)).filter((atMs) => atMs > nowMs);
  const waits = [...readyMs, ...(isPausing ? [nowMs + pauseMs] : [])];
  const status = statusOf(facts, nowMs, createFailure);
  return {
    missing: isPausing ? 0 : Math.min(Math.max(0, difference), BURST_COUNT_MAX),
    surplus: difference < 0 ? leastUseful(active, deletionCost).slice(0, Math.min(-difference, BURST_COUNT_MAX)) : [],
    ...(jsonEquals(status, set.status) ? {} : { status }),
    ...(waits.length === 0 ? {} : { wakeAtMs: Math.min(...waits) }),
  };
}

function statusOf({ set, pods, read }: ReplicaSetFacts, nowMs: number, createFailure: string | undefined): JsonObject {
  const active = pods.filter(isActive);
  const ready = active.filter(isReady);
  const available = ready.filter((pod) => availableAtMs(pod, numberAt(set, 'spec', 'minReadySeconds'), read) <= nowMs);
  const wanted = Object.entries(labelsOf(fieldOf(set, 'spec', 'template', 'metadata', 'labels')));
  const labelled = active.filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value));
  const counts = { fullyLabeledReplicas: labelled.length, readyReplicas: ready.length, availableReplicas: available.length };
  const others = itemsAt(set, 'status', 'conditions').filter((condition) => fieldOf(condition, 'type') !== 'ReplicaFailure');
  const existing = conditionOf(set, 'ReplicaFailure');
  const failure =
    createFailure === undefined ? [] : [existing ?? { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: createFailure, lastTransitionTime: toRfc3339(nowMs) }];
  const conditions = [...others, ...failure];
  return {
    replicas: active.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    terminatingReplicas: pods.filter(isTerminating).length,
    observedGeneration: set.metadata.generation ?? 0,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

function deletionCost({ metadata }: KubeObject): number {
  const text = metadata.annotations?.[DELETION_COST_ANNOTATION] ?? '';
  return /^-?(0|[1-9]\d*)$/.test(text) ? Number(text) : 0;
}
