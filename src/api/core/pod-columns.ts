// What `kubectl get pods` shows, after pkg/printers/internalversion of Kubernetes. The word under Status is computed: the
// phase, or what a container waits for or ended with.
import { hasEnded } from './pod-phase.ts';
import type { Json, KubeObject } from '../../base/mod.ts';
import { ageOf } from '../age.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, numberAt, textAt, textColumn, wideColumn } from '../columns.ts';
import { fieldOf, type TableColumn } from '../kind.ts';

export interface PodSummary {
  readonly readyCount: number;
  readonly containerCount: number;
  readonly status: string;
  readonly restartCount: number;
  /** RFC 3339. */
  readonly lastRestartAt: string | undefined;
}

export const podColumns: readonly TableColumn[] = [
  NAME_COLUMN,
  textColumn('Ready', 'Ready containers out of all.', (pod) => {
    const { readyCount, containerCount } = summarizePod(pod);
    return `${readyCount}/${containerCount}`;
  }),
  textColumn('Status', 'What the Pod does, or why it does not.', (pod) => summarizePod(pod).status),
  textColumn('Restarts', 'How often containers were started again, and when last.', restarts),
  AGE_COLUMN,
  wideColumn('IP', 'Address of the Pod.', (pod) => textAt(pod, textAt(pod, '<none>', 'status', 'podIP'), 'status', 'podIPs', 0, 'ip')),
  wideColumn('Node', 'Node that runs the Pod.', (pod) => textAt(pod, '<none>', 'spec', 'nodeName')),
  wideColumn('Nominated Node', 'Node on which room is made for the Pod.', (pod) => textAt(pod, '<none>', 'status', 'nominatedNodeName')),
  wideColumn('Readiness Gates', 'Conditions that hold out of those that readiness waits for.', readinessGates),
];

export function summarizePod(pod: KubeObject): PodSummary {
  const init = summarizeInit(pod);
  const hasStarted = !init.isInitializing || hasCondition(pod, 'Initialized');
  const summary = hasStarted ? summarizeContainers(pod, init) : init;
  return {
    readyCount: summary.readyCount,
    containerCount: itemsAt(pod, 'spec', 'containers').length + sidecarNames(pod).size,
    status: deletionWord(pod) ?? summary.status,
    restartCount: summary.restartCount,
    lastRestartAt: summary.lastRestartAt,
  };
}

interface PartialSummary {
  readonly isInitializing: boolean;
  readonly readyCount: number;
  readonly status: string;
  readonly restartCount: number;
  readonly lastRestartAt: string | undefined;
  /** Those of sidecars alone: what counts once the main containers run. */
  readonly sidecarRestartCount: number;
  readonly sidecarLastRestartAt: string | undefined;
}

function summarizeInit(pod: KubeObject): PartialSummary {
  const sidecars = sidecarNames(pod);
  const total = itemsAt(pod, 'spec', 'initContainers').length;
  let [readyCount, restartCount, sidecarRestartCount] = [0, 0, 0];
  let [lastRestartAt, sidecarLastRestartAt]: (string | undefined)[] = [];
  let blocker: string | undefined;
  for (const [index, container] of itemsAt(pod, 'status', 'initContainerStatuses').entries()) {
    const isSidecar = sidecars.has(textAt(container, '', 'name'));
    restartCount += numberAt(container, 'restartCount');
    lastRestartAt = later(lastRestartAt, finishedAt(container));
    if (isSidecar) {
      sidecarRestartCount += numberAt(container, 'restartCount');
      sidecarLastRestartAt = later(sidecarLastRestartAt, finishedAt(container));
    }
    const hasSucceeded = fieldOf(container, 'state', 'terminated') !== undefined && numberAt(container, 'state', 'terminated', 'exitCode') === 0;
    if (hasSucceeded) continue;
    if (isSidecar && fieldOf(container, 'started') === true) {
      if (fieldOf(container, 'ready') === true) readyCount++;
      continue;
    }
    blocker = initWord(container, index, total);
    break;
  }
  return {
    isInitializing: blocker !== undefined,
    readyCount,
    status: blocker ?? phaseWord(pod),
    restartCount,
    lastRestartAt,
    sidecarRestartCount,
    sidecarLastRestartAt,
  };
}

function summarizeContainers(pod: KubeObject, init: PartialSummary): PartialSummary {
  let { status, readyCount } = init;
  let restartCount = init.sidecarRestartCount;
  let lastRestartAt = init.sidecarLastRestartAt;
  let [hasRunning, errorWord] = [false, ''];
  for (const container of itemsAt(pod, 'status', 'containerStatuses').toReversed()) {
    restartCount += numberAt(container, 'restartCount');
    lastRestartAt = later(lastRestartAt, finishedAt(container));
    const waiting = textAt(container, '', 'state', 'waiting', 'reason');
    if (waiting !== '') status = waiting;
    else if (fieldOf(container, 'state', 'terminated') !== undefined) {
      status = terminatedWord(container);
      if (numberAt(container, 'state', 'terminated', 'exitCode') !== 0) errorWord = status;
    } else if (fieldOf(container, 'ready') === true && fieldOf(container, 'state', 'running') !== undefined) {
      hasRunning = true;
      readyCount++;
    }
  }
  if (status === 'Completed') status = completedWord(pod, hasRunning, errorWord);
  return { ...init, status, readyCount, restartCount, lastRestartAt };
}

/** One container completed; the others decide what the Pod is. */
function completedWord(pod: KubeObject, hasRunning: boolean, errorWord: string): string {
  if (hasRunning && hasCondition(pod, 'Ready')) return 'Running';
  return errorWord !== '' ? errorWord : hasRunning ? 'NotReady' : 'Completed';
}

function initWord(container: Json, index: number, total: number): string {
  if (fieldOf(container, 'state', 'terminated') !== undefined) return `Init:${terminatedWord(container)}`;
  const waiting = textAt(container, '', 'state', 'waiting', 'reason');
  return waiting !== '' && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${index}/${total}`;
}

function terminatedWord(container: Json): string {
  const reason = textAt(container, '', 'state', 'terminated', 'reason');
  if (reason !== '') return reason;
  const signal = numberAt(container, 'state', 'terminated', 'signal');
  return signal === 0 ? `ExitCode:${numberAt(container, 'state', 'terminated', 'exitCode')}` : `Signal:${signal}`;
}

function phaseWord(pod: KubeObject): string {
  const isGated = itemsAt(pod, 'status', 'conditions').some(
    (condition) => textAt(condition, '', 'type') === 'PodScheduled' && textAt(condition, '', 'reason') === 'SchedulingGated',
  );
  return isGated ? 'SchedulingGated' : textAt(pod, textAt(pod, '', 'status', 'phase'), 'status', 'reason');
}

function deletionWord(pod: KubeObject): string | undefined {
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  if (textAt(pod, '', 'status', 'reason') === 'NodeLost') return 'Unknown';
  return hasEnded(pod) ? undefined : 'Terminating';
}

function restarts(pod: KubeObject, nowMs: number): string {
  const { restartCount, lastRestartAt } = summarizePod(pod);
  return restartCount === 0 || lastRestartAt === undefined ? String(restartCount) : `${restartCount} (${ageOf(lastRestartAt, nowMs)} ago)`;
}

function readinessGates(pod: KubeObject): string {
  const gates = itemsAt(pod, 'spec', 'readinessGates');
  if (gates.length === 0) return '<none>';
  return `${gates.filter((gate) => hasCondition(pod, textAt(gate, '', 'conditionType'))).length}/${gates.length}`;
}

function hasCondition(pod: KubeObject, type: string): boolean {
  const found = itemsAt(pod, 'status', 'conditions').find((condition) => textAt(condition, '', 'type') === type);
  return textAt(found, '', 'status') === 'True';
}

/** Init containers that keep running beside the main ones. */
function sidecarNames(pod: KubeObject): ReadonlySet<string> {
  const sidecars = itemsAt(pod, 'spec', 'initContainers').filter((container) => textAt(container, '', 'restartPolicy') === 'Always');
  return new Set(sidecars.map((container) => textAt(container, '', 'name')));
}

function finishedAt(container: Json): string | undefined {
  return textAt(container, '', 'lastState', 'terminated', 'finishedAt') || undefined;
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Date.parse(a) < Date.parse(b) ? b : a;
}
