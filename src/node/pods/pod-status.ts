// The status of a Pod from what the node knows; pure. Phases never go back.
import { isJsonObject, objectsOf, toRfc3339, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { addressFields } from '../network/pod-address.ts';
import { NOT_STARTED, type ContainerState, type Termination, type WaitingContainer } from './container-state.ts';
import type { Outfit } from './pod-containers.ts';
import type { ContainerSpec, PodSpec } from './pod-spec.ts';
import { unmetGates } from './readiness-gates.ts';

export interface Readiness {
  readonly hasStarted: boolean;
  readonly isReady: boolean;
}

/** As upstream has it for containers of which nobody knows how they ended. */
const EXIT_CODE_UNKNOWN = 137;
const READY: Readiness = { hasStarted: true, isReady: true };

export interface StatusFacts {
  readonly pod: KubeObject;
  readonly spec: PodSpec;
  readonly states: ReadonlyMap<string, ContainerState>;
  /** What the probes of a running container say; without them it is both. */
  readonly readinessOf?: (container: string) => Readiness;
  readonly startedAtMs: number;
  /** Undefined while it has none. */
  readonly podIP: string | undefined;
  /** Set when the Pod ended. */
  readonly finalPhase?: 'Succeeded' | 'Failed';
  /** Of a Pod that has not been given what it asks for. */
  readonly resize?: JsonObject | undefined;
  /** Pod-level reason and sentence: DeadlineExceeded, ImageNotRunnable, … */
  readonly reason?: string;
  readonly message?: string;
}

type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

export function podStatus(facts: StatusFacts, nowMs: number): JsonObject {
  const phase = facts.finalPhase ?? runningPhase(facts);
  const { initContainers, containers, ephemeralContainers } = facts.spec;
  return {
    phase,
    ...(facts.reason === undefined ? {} : { reason: facts.reason }),
    ...(facts.message === undefined ? {} : { message: facts.message }),
    ...addressFields(facts.podIP),
    startTime: toRfc3339(facts.startedAtMs),
    conditions: conditions(facts, phase, nowMs),
    ...(initContainers.length === 0 ? {} : { initContainerStatuses: initContainers.map((container) => containerStatus(facts, container, 'init')) }),
    containerStatuses: containers.map((container) => containerStatus(facts, container, 'main')),
    ...(ephemeralContainers.length === 0 ? {} : { ephemeralContainerStatuses: ephemeralContainers.map((container) => containerStatus(facts, container, 'ephemeral')) }),
  };
}

/** By the status that an earlier server published. */
export function hasRun(pod: KubeObject, container: string): boolean {
  const statuses = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'].flatMap((list) => objectsOf(pod.status?.[list]));
  return statuses.find((status) => status['name'] === container)?.['containerID'] !== undefined;
}

/** By the same status: what the attempt of that number runs with. */
export function ranWith(pod: KubeObject, container: string, restart: number): Outfit {
  const statuses = ['containerStatuses', 'initContainerStatuses'].flatMap((list) => objectsOf(pod.status?.[list]));
  const status = statuses.find(({ name, restartCount, containerID }) => name === container && restartCount === restart && containerID !== undefined);
  const { image, resources } = status ?? {};
  return { ...(typeof image === 'string' ? { image } : {}), ...(isJsonObject(resources) ? { resources } : {}) };
}

function stateOf(facts: StatusFacts, container: ContainerSpec): ContainerState {
  const state = facts.states.get(container.name) ?? NOT_STARTED;
  return facts.finalPhase === undefined || state.phase !== 'waiting' ? state : endedState(facts, container, state);
}

/** In a Pod that has ended nothing waits for its next start: it shows how it ended last, or why it never ran. */
function endedState(facts: StatusFacts, container: ContainerSpec, { last, restartCount, quickEndCount, ...waiting }: WaitingContainer): ContainerState {
  if (last !== undefined) return { phase: 'terminated', restartCount: restartCount - 1, quickEndCount, termination: last };
  // What lies behind an init container that failed never had its turn, and says so.
  if (!facts.spec.containers.includes(container) || incompleteInits(facts).length > 0) return NOT_STARTED;
  const termination = {
    exitCode: EXIT_CODE_UNKNOWN,
    reason: facts.reason ?? 'ContainerStatusUnknown',
    message: waiting.message ?? 'its Pod had ended before it was started',
    finishedAtMs: lastEndMs(facts),
  };
  return { phase: 'terminated', restartCount, quickEndCount, termination };
}

function lastEndMs({ states, startedAtMs }: StatusFacts): number {
  return Math.max(startedAtMs, ...[...states.values()].map((state) => (state.phase === 'terminated' ? state.termination.finishedAtMs : startedAtMs)));
}

function readinessOf(facts: StatusFacts, container: ContainerSpec): Readiness {
  if (stateOf(facts, container).phase !== 'running') return { hasStarted: false, isReady: false };
  return facts.readinessOf?.(container.name) ?? READY;
}

function runningPhase(facts: StatusFacts): 'Pending' | 'Running' {
  if (facts.pod.status?.['phase'] === 'Running') return 'Running';
  return facts.spec.containers.every((container) => hasBeenStarted(stateOf(facts, container))) ? 'Running' : 'Pending';
}

function hasBeenStarted(state: ContainerState): boolean {
  return state.phase !== 'waiting' || state.restartCount > 0;
}

/** Names of the init containers that are not through. When one of the others has begun all are: a sidecar may start again. */
function incompleteInits(facts: StatusFacts): readonly string[] {
  if (facts.spec.containers.some(({ name }) => hasBeenStarted(facts.states.get(name) ?? NOT_STARTED))) return [];
  const isThrough = (container: ContainerSpec): boolean => {
    if (container.isSidecar) return readinessOf(facts, container).hasStarted;
    const state = stateOf(facts, container);
    return state.phase === 'terminated' && state.termination.exitCode === 0;
  };
  return facts.spec.initContainers.filter((container) => !isThrough(container)).map(({ name }) => name);
}

function conditions(facts: StatusFacts, phase: Phase, nowMs: number): Json {
  const completed = phase === 'Succeeded' ? { reason: 'PodCompleted' } : undefined;
  const incomplete = incompleteInits(facts);
  const containersReady = containersReadiness(facts, phase);
  const ready = containersReady.isTrue ? gatesReadiness(facts) : containersReady;
  return [
    condition(facts, 'PodReadyToStartContainers', facts.finalPhase === undefined && facts.podIP !== undefined, nowMs, {}),
    incomplete.length === 0
      ? condition(facts, 'Initialized', true, nowMs, completed ?? {})
      : condition(facts, 'Initialized', false, nowMs, { reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${incomplete.join(' ')}]` }),
    condition(facts, 'Ready', ready.isTrue, nowMs, ready.why),
    condition(facts, 'ContainersReady', containersReady.isTrue, nowMs, containersReady.why),
    condition(facts, 'PodScheduled', true, nowMs, {}),
    ...(facts.resize === undefined ? [] : [resizeCondition(facts, facts.resize, nowMs)]),
    ...(facts.reason === 'Evicted' ? [condition(facts, 'DisruptionTarget', true, nowMs, { reason: 'TerminationByKubelet', message: facts.message ?? '' })] : []),
  ];
}

function resizeCondition(facts: StatusFacts, { type, ...why }: JsonObject, nowMs: number): JsonObject {
  return condition(facts, String(type), true, nowMs, why);
}

interface Truth {
  readonly isTrue: boolean;
  /** Reason and message. */
  readonly why: JsonObject;
}

function containersReadiness(facts: StatusFacts, phase: Phase): Truth {
  if (facts.finalPhase !== undefined) return { isTrue: false, why: { reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' } };
  const lasting = [...facts.spec.initContainers.filter(({ isSidecar }) => isSidecar), ...facts.spec.containers];
  const unready = lasting.filter((container) => !readinessOf(facts, container).isReady).map(({ name }) => name);
  if (unready.length === 0) return { isTrue: true, why: {} };
  return { isTrue: false, why: { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` } };
}

function gatesReadiness({ pod, spec }: StatusFacts): Truth {
  const unmet = unmetGates(pod, spec.readinessGates);
  return unmet.length === 0 ? { isTrue: true, why: {} } : { isTrue: false, why: { reason: 'ReadinessGatesNotReady', message: unmet.join(', ') } };
}

/** Keeps the transition time of an unchanged condition. */
function condition(facts: StatusFacts, type: string, isTrue: boolean, nowMs: number, more: JsonObject): JsonObject {
  const status = isTrue ? 'True' : 'False';
  const previous = objectsOf(facts.pod.status?.['conditions']).find((item) => item['type'] === type);
  const sinceTime: Json | undefined = previous?.['status'] === status ? previous['lastTransitionTime'] : undefined;
  return { type, status, lastTransitionTime: sinceTime ?? toRfc3339(nowMs), ...more };
}

type ContainerSort = 'init' | 'main' | 'ephemeral';

function containerStatus(facts: StatusFacts, container: ContainerSpec, sort: ContainerSort): JsonObject {
  const state = stateOf(facts, container);
  // The attempt that is shown: a container that waits for its next start shows the one before.
  const attempt = state.phase === 'waiting' && state.last !== undefined ? state.restartCount - 1 : state.restartCount;
  const readiness = readinessOf(facts, container);
  const isReady = isLasting(container, sort) ? readiness.isReady : sort === 'init' && state.phase === 'terminated' && state.termination.exitCode === 0;
  const hasRun = state.last !== undefined || state.phase === 'running' || (state.phase === 'terminated' && state.termination.startedAtMs !== undefined);
  return {
    name: container.name,
    image: imageOf(container, state),
    imageID: hasRun ? imageOf(container, state) : '',
    ...(hasRun ? { containerID: containerId(facts, container, attempt) } : {}),
    ready: isReady,
    ...resourcesOf(container, state),
    ...(sort === 'ephemeral' ? {} : { started: readiness.hasStarted }),
    restartCount: attempt,
    state: stateJson(facts, container, state),
    lastState: state.last === undefined ? {} : { terminated: terminationJson(state.last, containerId(facts, container, state.restartCount - 1)) },
  };
}

/** What it has been given; one that does not run, what it will get. */
function resourcesOf(container: ContainerSpec, state: ContainerState): JsonObject {
  const resources = state.phase === 'running' ? (state.resources ?? container.resources) : container.resources;
  if (Object.keys(resources).length === 0) return {};
  return { ...(isJsonObject(resources['requests']) ? { allocatedResources: resources['requests'] } : {}), resources };
}

/** Whether others may count on it: an init container that runs is not ready, one that has succeeded is; an ephemeral one never is. */
function isLasting({ isSidecar }: ContainerSpec, sort: ContainerSort): boolean {
  return sort === 'main' || (sort === 'init' && isSidecar);
}

/** Of the attempt that runs, which may be about to end for its new one. */
function imageOf({ image }: ContainerSpec, state: ContainerState): string {
  return state.phase === 'running' ? (state.image ?? image) : image;
}

function containerId(facts: StatusFacts, { name }: ContainerSpec, attempt: number): string {
  return `slipway://${facts.pod.metadata.uid ?? ''}/${name}/${attempt}`;
}

function stateJson(facts: StatusFacts, container: ContainerSpec, state: ContainerState): JsonObject {
  switch (state.phase) {
    case 'waiting': {
      // To the kubelet a Pod with init containers is being initialized until whichever container is there.
      const isInitializing = state.reason === 'ContainerCreating' && facts.spec.initContainers.length > 0;
      return { waiting: { reason: isInitializing ? 'PodInitializing' : state.reason, ...(state.message === undefined ? {} : { message: state.message }) } };
    }
    case 'running':
      return { running: { startedAt: toRfc3339(state.startedAtMs) } };
    case 'terminated':
      return { terminated: terminationJson(state.termination, containerId(facts, container, state.restartCount)) };
  }
}

function terminationJson(termination: Termination, id: string): JsonObject {
  const { exitCode, signal, reason, message, startedAtMs, finishedAtMs } = termination;
  return {
    exitCode,
    ...(signal === undefined ? {} : { signal }),
    reason,
    ...(message === undefined ? {} : { message }),
    ...(startedAtMs === undefined ? {} : { startedAt: toRfc3339(startedAtMs), containerID: id }),
    finishedAt: toRfc3339(finishedAtMs),
  };
}
