// What the scheduler writes: bindings, conditions that say why a Pod waits, deletions of those that make room.
import { CLAIMS, PODS } from '../../../api/mod.ts';
import { Failure, toRfc3339, type JsonObject, type KubeObject, type Outcome } from '../../../base/mod.ts';
import type { ControllerPorts } from '../../controller.ts';
import { conditionOf } from '../../pod-state.ts';
import { SELECTED_NODE } from '../persistent-volumes/words.ts';
import { selectedNodeOf } from './pod-claims.ts';
import type { SchedulingDecision } from './plan.ts';
import type { Waiting } from './sentence.ts';

type Bind = Extract<SchedulingDecision, { kind: 'bind' }>;
type Choose = Extract<SchedulingDecision, { kind: 'claim' }>;
type Preempt = Extract<SchedulingDecision, { kind: 'preempt' }>;

/** Upstream's words. */
const GATED_MESSAGE = 'Scheduling is blocked due to non-empty scheduling gates';
const PREEMPTING_MESSAGE = 'default-scheduler: preempting to accommodate a higher priority pod';

/** Whether it is bound now; false when it is gone or somebody else was faster. */
export async function bind({ api, events }: ControllerPorts, { pod, nodeName, notes }: Bind): Promise<boolean> {
  const { name, namespace } = pod.metadata;
  const binding: KubeObject = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
  };
  if (!isDone(await api.create(PODS, namespace, binding, { subresource: 'binding' }))) return false;
  for (const { reason, message } of notes) events.record(pod, { type: 'Warning', reason, message });
  events.record(pod, { type: 'Normal', reason: 'Scheduled', message: `Successfully assigned ${namespace ?? ''}/${name} to ${nodeName}` });
  return true;
}

/** The text of the condition that the Pod has already; '' for none. */
export function toldOf(pod: KubeObject): string {
  const condition = conditionOf(pod, 'PodScheduled');
  return condition?.['status'] === 'False' ? String(condition['message'] ?? '') : '';
}

export async function tellWaiting(ports: ControllerPorts, pod: KubeObject, waiting: Waiting, nominatedNodeName?: string): Promise<void> {
  const message = `${waiting.counts} ${waiting.sentence}`;
  const isNominated = nominatedNodeName === undefined || pod.status?.['nominatedNodeName'] === nominatedNodeName;
  if (toldOf(pod) === message && isNominated) return;
  if (!toldOf(pod).startsWith(waiting.counts)) ports.events.record(pod, { type: 'Warning', reason: 'FailedScheduling', message });
  const status = isNominated ? {} : { nominatedNodeName: nominatedNodeName! };
  await patchStatus(ports, pod, { ...status, conditions: [scheduledCondition(ports, pod, 'Unschedulable', message)] });
}

export async function tellGated(ports: ControllerPorts, pod: KubeObject): Promise<void> {
  if (toldOf(pod) === GATED_MESSAGE) return;
  await patchStatus(ports, pod, { conditions: [scheduledCondition(ports, pod, 'SchedulingGated', GATED_MESSAGE)] });
}

/** The volume controller binds them; the Pod follows when they are. */
export async function selectNode({ api }: ControllerPorts, { claims, nodeName }: Choose): Promise<void> {
  for (const claim of claims) {
    if (selectedNodeOf(claim) === nodeName) continue;
    const { namespace, name, uid = '' } = claim.metadata;
    isDone(await api.patch({ type: CLAIMS, namespace, name }, 'merge', { metadata: { uid, annotations: { [SELECTED_NODE]: nodeName } } }));
  }
}

export async function preempt(ports: ControllerPorts, { places, victims, waiting }: Preempt): Promise<void> {
  await Promise.all(places.map(({ pod, nodeName }) => tellWaiting(ports, pod, waiting, nodeName)));
  const [first] = places;
  await Promise.all(victims.map((victim) => displace(ports, victim, `Preempted by pod ${first!.pod.metadata.uid ?? ''} on node ${first!.nodeName}`)));
}

async function displace(ports: ControllerPorts, victim: KubeObject, message: string): Promise<void> {
  const { namespace, name, uid } = victim.metadata;
  const target = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message: PREEMPTING_MESSAGE };
  await patchStatus(ports, victim, { conditions: [{ ...target, lastTransitionTime: toRfc3339(ports.clock.now()) }] });
  ports.events.record(victim, { type: 'Normal', reason: 'Preempted', message });
  isDone(await ports.api.delete({ type: PODS, namespace, name }, uid === undefined ? {} : { preconditions: { uid } }));
}

function scheduledCondition({ clock }: ControllerPorts, pod: KubeObject, reason: string, message: string): JsonObject {
  const existing = conditionOf(pod, 'PodScheduled');
  const since = existing?.['status'] === 'False' ? existing['lastTransitionTime'] : undefined;
  return { type: 'PodScheduled', status: 'False', reason, message, lastProbeTime: null, lastTransitionTime: since ?? toRfc3339(clock.now()) };
}

/** Conditions are merged by their type, so that nobody else's are lost. */
async function patchStatus({ api }: ControllerPorts, { metadata: { namespace, name, uid } }: KubeObject, status: JsonObject): Promise<void> {
  isDone(await api.patch({ type: PODS, namespace, name }, 'strategic', { metadata: { uid: uid ?? null }, status }, { subresource: 'status' }));
}

/** False for a Pod that is gone or another one by now. Throws Failure for what may pass. */
function isDone(outcome: Outcome<unknown>): boolean {
  if (outcome.ok) return true;
  if (outcome.status.reason === 'NotFound' || outcome.status.reason === 'Conflict') return false;
  throw new Failure(outcome.status.reason, outcome.status.message);
}
