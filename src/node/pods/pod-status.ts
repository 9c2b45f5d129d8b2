// The status of a Pod from what the node knows; pure. Phases never go back.
import { toRfc3339, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { NOT_STARTED, type ContainerState, type Termination } from './container-state.ts';
import type { ContainerSpec, PodSpec } from './pod-spec.ts';

export interface StatusFacts {
  readonly pod: KubeObject;
  readonly spec: PodSpec;
  readonly states: ReadonlyMap<string, ContainerState>;
  readonly startedAtMs: number;
  readonly addressIp: string;
  /** Set when the Pod ended. */
  readonly finalPhase?: 'Succeeded' | 'Failed';
  /** Pod-level reason and sentence: Evicted, DeadlineExceeded, NodeLost, ImageNotRunnable. */
  readonly reason?: string;
  readonly message?: string;
}

export function podStatus(facts: StatusFacts, nowMs: number): JsonObject {
  const phase = facts.finalPhase ?? runningPhase(facts);
  return {
    phase,
    ...(facts.reason === undefined ? {} : { reason: facts.reason }),
    ...(facts.message === undefined ? {} : { message: facts.message }),
    hostIP: facts.addressIp,
    hostIPs: [{ ip: facts.addressIp }],
    podIP: facts.addressIp,
    podIPs: [{ ip: facts.addressIp }],
    startTime: toRfc3339(facts.startedAtMs),
    qosClass: qosClass(facts.pod),
    conditions: conditions(facts, phase, nowMs),
    ...(facts.spec.initContainers.length === 0
      ? {}
      : { initContainerStatuses: facts.spec.initContainers.map((container) => containerStatus(facts, container)) }),
    containerStatuses: facts.spec.containers.map((container) => containerStatus(facts, container)),
  };
}

function stateOf(facts: StatusFacts, container: ContainerSpec): ContainerState {
  return facts.states.get(container.name) ?? NOT_STARTED;
}

function runningPhase(facts: StatusFacts): 'Pending' | 'Running' {
  const hasStarted = facts.spec.containers.some((container) => {
    const state = stateOf(facts, container);
    return state.phase !== 'waiting' || state.restartCount > 0;
  });
  return hasStarted ? 'Running' : 'Pending';
}

/** k8s.io/kubernetes pkg/apis/core/v1/helper/qos: only cpu and memory count. */
function qosClass(pod: KubeObject): string {
  const existing = pod.status?.['qosClass'];
  return typeof existing === 'string' ? existing : 'BestEffort';
}

function conditions(facts: StatusFacts, phase: string, nowMs: number): Json {
  const isInitialized = facts.spec.initContainers.every((container) => {
    const state = stateOf(facts, container);
    return state.phase === 'terminated' && state.termination.exitCode === 0;
  });
  const isReady = facts.finalPhase === undefined && facts.spec.containers.every((container) => stateOf(facts, container).phase === 'running');
  const readyReason = phase === 'Succeeded' ? { reason: 'PodCompleted' } : { reason: 'ContainersNotReady' };
  const initializedReason = phase === 'Succeeded' ? { reason: 'PodCompleted' } : {};
  return [
    condition(facts, 'PodReadyToStartContainers', facts.finalPhase === undefined, nowMs, {}),
    condition(facts, 'Initialized', isInitialized, nowMs, isInitialized ? initializedReason : { reason: 'ContainersNotInitialized' }),
    condition(facts, 'Ready', isReady, nowMs, isReady ? {} : readyReason),
    condition(facts, 'ContainersReady', isReady, nowMs, isReady ? {} : readyReason),
    condition(facts, 'PodScheduled', true, nowMs, {}),
  ];
}

/** Keeps the transition time of an unchanged condition. */
function condition(facts: StatusFacts, type: string, isTrue: boolean, nowMs: number, more: JsonObject): JsonObject {
  const status = isTrue ? 'True' : 'False';
  const existing = facts.pod.status?.['conditions'];
  const previous = (Array.isArray(existing) ? existing : []).find((item) => (item as JsonObject)['type'] === type) as JsonObject | undefined;
  const isUnchanged = previous?.['status'] === status && typeof previous['lastTransitionTime'] === 'string';
  return {
    type,
    status,
    lastProbeTime: null,
    lastTransitionTime: isUnchanged ? previous['lastTransitionTime'] : toRfc3339(nowMs),
    ...more,
  };
}

function containerStatus(facts: StatusFacts, container: ContainerSpec): JsonObject {
  const state = stateOf(facts, container);
  const containerId = `slipway://${facts.pod.metadata.uid ?? ''}/${container.name}/${state.restartCount}`;
  const isStarted = state.phase !== 'waiting';
  return {
    name: container.name,
    image: container.image,
    imageID: isStarted ? container.image : '',
    ...(isStarted ? { containerID: containerId } : {}),
    ready: state.phase === 'running' || (state.phase === 'terminated' && facts.spec.initContainers.includes(container) && state.termination.exitCode === 0),
    started: state.phase === 'running',
    restartCount: state.restartCount,
    state: stateJson(state, containerId),
    lastState: state.last === undefined ? {} : { terminated: terminationJson(state.last, containerId) },
  };
}

function stateJson(state: ContainerState, containerId: string): JsonObject {
  switch (state.phase) {
    case 'waiting':
      return { waiting: { reason: state.reason, ...(state.message === undefined ? {} : { message: state.message }) } };
    case 'running':
      return { running: { startedAt: toRfc3339(state.startedAtMs) } };
    case 'terminated':
      return { terminated: terminationJson(state.termination, containerId) };
  }
}

function terminationJson(termination: Termination, containerId: string): JsonObject {
  return {
    exitCode: termination.exitCode,
    ...(termination.signal === undefined ? {} : { signal: termination.signal }),
    reason: termination.reason,
    ...(termination.message === undefined ? {} : { message: termination.message }),
    startedAt: toRfc3339(termination.startedAtMs ?? termination.finishedAtMs),
    finishedAt: toRfc3339(termination.finishedAtMs),
    containerID: containerId,
  };
}
