// The autoscaler controller: looks at every HorizontalPodAutoscaler each fifteen seconds, and when its target was scaled.
import { jsonEquals, type KubeObject, type ResourceType } from '../../../base/mod.ts';
import { AUTOSCALERS, DEPLOYMENTS, fieldOf, itemsAt, PODS, REPLICA_SETS, STATEFUL_SETS, textAt } from '../../../api/mod.ts';
import type { Informer } from '../../../client/mod.ts';
import type { ReconcileResult } from '../../../control/mod.ts';
import { parseLabelSelector, type LabelSelector } from '../../../expr/mod.ts';
import { keyOf, splitKey, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';
import { writeStatus } from '../../owned-writes.ts';
import { groupOf, readScale, scalableType, type ScalableType } from '../../scales.ts';
import { createStampReading, type StampReading } from '../../stamp-reading.ts';
import type { ScalingHistory } from './pace.ts';
import { needsMetrics, planAutoscaler, type AutoscalerFacts, type Metrics, type ScaleTarget } from './plan.ts';
import type { Measured } from './proposals.ts';

interface Memory {
  readonly uid: string;
  readonly history?: ScalingHistory | undefined;
  /** When metrics were looked at, by the steady clock. */
  readonly measuredMs: number;
  /** Of the target, as text. */
  readonly selector: string;
}

interface Ports extends ControllerPorts {
  readonly autoscalers: Informer;
  readonly pods: Informer;
  readonly types: () => readonly ScalableType[];
  /** By the key of the autoscaler. */
  readonly memories: Map<string, Memory>;
  readonly read: StampReading;
}

const POD_METRICS = { group: 'metrics.k8s.io', version: 'v1beta1', resource: 'pods' } as const;
/** As upstream's --horizontal-pod-autoscaler-sync-period. */
const PERIOD_MS = 15_000;
/** Those whose changes are seen at once; targets of other kinds are looked at by period. */
const WATCHED: Readonly<Record<string, ResourceType>> = { Deployment: DEPLOYMENTS, ReplicaSet: REPLICA_SETS, StatefulSet: STATEFUL_SETS };

export function createAutoscalerController(ports: ControllerPorts, types: () => readonly ScalableType[]): Controller {
  const autoscalers = ports.informers.of(AUTOSCALERS);
  const all: Ports = { ...ports, autoscalers, pods: ports.informers.of(PODS), types, memories: new Map(), read: createStampReading(ports.clock) };
  return createController(ports, {
    name: 'autoscaler',
    concurrency: 4,
    reconcile: async (key) => {
      const { namespace, name } = splitKey(key);
      const autoscaler = autoscalers.get(namespace, name);
      if (autoscaler === undefined) all.memories.delete(key);
      return autoscaler === undefined || autoscaler.metadata.deletionTimestamp !== undefined ? DONE : reconcile(all, key, autoscaler);
    },
    follow(queue) {
      autoscalers.onChange(({ object }) => queue.add(keyOf(object)));
      for (const [kind, type] of Object.entries(WATCHED)) {
        ports.informers.of(type).onChange(({ object, previous }) => {
          if (previous !== undefined && jsonEquals(fieldOf(object, 'spec', 'replicas'), fieldOf(previous, 'spec', 'replicas'))) return;
          for (const autoscaler of autoscalers.list(object.metadata.namespace)) {
            const wanted = targetOf(autoscaler);
            if (wanted.kind === kind && wanted.name === object.metadata.name) queue.add(keyOf(autoscaler));
          }
        });
      }
    },
  });
}

async function reconcile(ports: Ports, key: string, autoscaler: KubeObject): Promise<ReconcileResult> {
  const { clock, memories } = ports;
  const { uid = '' } = autoscaler.metadata;
  const target = await readTarget(ports, autoscaler);
  const known = memories.get(key);
  const selector = target.kind === 'found' ? target.selector : '';
  let memory: Memory = { measuredMs: Number.NEGATIVE_INFINITY, ...(known?.uid === uid ? known : {}), uid, selector };
  memories.set(key, memory);
  let metrics: Metrics = { kind: 'held' };
  if (target.kind === 'found' && needsMetrics(autoscaler, target.wanted) && clock.steadyMs() - memory.measuredMs >= PERIOD_MS) {
    metrics = await readMetrics(ports, key, autoscaler, selector);
    memory = { ...memory, measuredMs: clock.steadyMs() };
  }
  const history = await act(ports, { autoscaler, target, metrics, history: memory.history, steadyMs: clock.steadyMs() });
  memories.set(key, { ...memory, history });
  const sinceMs = Math.max(0, clock.steadyMs() - memory.measuredMs);
  return { kind: 'after', delayMs: sinceMs < PERIOD_MS ? PERIOD_MS - sinceMs : PERIOD_MS };
}

async function act(ports: Ports, facts: AutoscalerFacts): Promise<ScalingHistory | undefined> {
  const { api, clock, events } = ports;
  const { autoscaler } = facts;
  let plan = planAutoscaler(facts, clock.now());
  if (plan.rescale !== undefined) {
    const ref = { type: typeOf(ports, autoscaler)!, namespace: autoscaler.metadata.namespace, name: targetOf(autoscaler).name };
    const outcome = await api.patch(ref, 'merge', { spec: { replicas: plan.rescale.replicas } }, { subresource: 'scale' });
    if (!outcome.ok) plan = planAutoscaler({ ...facts, refusal: outcome.status.message }, clock.now());
  }
  for (const event of plan.events) events.record(autoscaler, event);
  if (plan.status !== undefined) await writeStatus(ports, AUTOSCALERS, autoscaler, plan.status);
  return plan.history;
}

async function readTarget(ports: Ports, autoscaler: KubeObject): Promise<ScaleTarget> {
  const { apiVersion, kind, name } = targetOf(autoscaler);
  const type = typeOf(ports, autoscaler);
  if (type === undefined) return { kind: 'missing', reason: `no matches for kind "${kind}" in group "${groupOf(apiVersion)}"` };
  const scale = await readScale(ports.api, type, autoscaler.metadata.namespace, name);
  switch (scale.kind) {
    case 'absent':
      return { kind: 'missing', reason: scale.message };
    case 'unscalable':
      return { kind: 'missing', reason: `a ${kind} can not be scaled: ${type.resource} has no subresource scale` };
    case 'found':
      return { kind: 'found', wanted: scale.replicas, selector: scale.selector };
  }
}

async function readMetrics(ports: Ports, key: string, autoscaler: KubeObject, selector: string): Promise<Metrics> {
  if (selector === '') return { kind: 'refused', reason: 'InvalidSelector', message: "the HPA target's scale is missing a selector" };
  const parsed = parseLabelSelector(selector);
  if (!parsed.ok) return { kind: 'refused', reason: 'InvalidSelector', message: `couldn't convert selector into a corresponding internal selector object: ${parsed.message}` };
  const pods = ports.pods.list(autoscaler.metadata.namespace).filter(({ metadata }) => parsed.value.matches(metadata.labels));
  const rivals = rivalsOf(ports, key, pods);
  if (rivals.length > 0) return { kind: 'refused', reason: 'AmbiguousSelector', message: `pods by selector ${selector} are controlled by multiple HPAs: [${[key, ...rivals].toSorted().join(' ')}]` };
  return { kind: 'measured', measured: await measure(ports, autoscaler, selector, pods) };
}

async function measure({ api, clock, read }: Ports, autoscaler: KubeObject, labelSelector: string, pods: readonly KubeObject[]): Promise<Measured> {
  const isMeasurable = itemsAt(autoscaler, 'spec', 'metrics').some((metric) => ['Resource', 'ContainerResource'].includes(textAt(metric, '', 'type')));
  const listed = isMeasurable ? await api.list(POD_METRICS, autoscaler.metadata.namespace, { labelSelector }) : undefined;
  return {
    pods,
    metrics: listed?.ok === false ? { kind: 'unknown', why: listed.status.message } : { kind: 'known', value: listed?.value.items ?? [] },
    nowMs: clock.now(),
    startOf: (pod) => read(pod.metadata.uid ?? '', Date.parse(textAt(pod, '', 'status', 'startTime'))),
  };
}

/** Other autoscalers of the namespace whose targets have some of these Pods. */
function rivalsOf({ memories }: Ports, key: string, pods: readonly KubeObject[]): readonly string[] {
  const { namespace } = splitKey(key);
  const hasSome = (selector: LabelSelector) => pods.some(({ metadata }) => selector.matches(metadata.labels));
  return [...memories].flatMap(([other, { selector }]) => {
    if (other === key || selector === '' || splitKey(other).namespace !== namespace) return [];
    const parsed = parseLabelSelector(selector);
    return parsed.ok && hasSome(parsed.value) ? [other] : [];
  });
}

function typeOf({ types }: Ports, autoscaler: KubeObject): ScalableType | undefined {
  return scalableType(types(), targetOf(autoscaler));
}

function targetOf(autoscaler: KubeObject): { readonly apiVersion: string; readonly kind: string; readonly name: string } {
  const target = fieldOf(autoscaler, 'spec', 'scaleTargetRef');
  return { apiVersion: textAt(target, '', 'apiVersion'), kind: textAt(target, '', 'kind'), name: textAt(target, '', 'name') };
}
