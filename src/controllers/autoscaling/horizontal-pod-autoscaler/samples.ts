// What the Pods of an autoscaler use and ask for of one resource, in thousandths of its unit; pure. After
// pkg/controller/podautoscaler/metrics of Kubernetes.
import type { Json, KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, quantityOf, textAt } from '../../../api/mod.ts';
import { goDurationMs } from '../../../expr/mod.ts';
import { conditionOf, phaseOf } from '../../pod-state.ts';

interface Sample {
  readonly milli: number;
  readonly atMs: number;
  readonly windowMs: number;
}

/** By the name of the Pod. */
export type Samples = ReadonlyMap<string, number>;

export type Known<T> = { readonly kind: 'known'; readonly value: T } | { readonly kind: 'unknown'; readonly why: string };

/** One resource of whole Pods, or of the container of that name in each. */
export interface Measure {
  readonly resource: string;
  readonly container: string | undefined;
}

export interface PodGroups {
  /** Samples that count. */
  readonly counted: Map<string, number>;
  /** Their figures say nothing yet. */
  readonly unready: readonly string[];
  /** There is no figure. */
  readonly missing: readonly string[];
}

/** A Pod is new for so long: its first figures are of its start. */
const INITIALIZATION_MS = 300_000;
/** A Pod that has become unready within this time of its start has never been ready. */
const INITIAL_READINESS_MS = 30_000;
const NANOS_PER_MILLI = 1_000_000n;

/** Of PodMetrics (metrics.k8s.io). A Pod of which a container was not measured has no sample. */
export function samplesOf(metrics: readonly KubeObject[], { resource, container }: Measure): Known<ReadonlyMap<string, Sample>> {
  const samples = new Map<string, Sample>();
  for (const metric of metrics) {
    const { name, namespace = '' } = metric.metadata;
    const all = itemsAt(metric, 'containers');
    const wanted = container === undefined ? all : all.filter((one) => textAt(one, '', 'name') === container);
    if (container !== undefined && wanted.length === 0) return { kind: 'unknown', why: `container ${container} not present in metrics for pod ${namespace}/${name}` };
    const amounts = wanted.map((one) => milliOf(fieldOf(one, 'usage', resource)));
    if (amounts.length === 0 || amounts.includes(undefined)) continue;
    samples.set(name, { milli: amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0), atMs: Date.parse(textAt(metric, '', 'timestamp')), windowMs: goDurationMs(textAt(metric, '', 'window')) ?? 0 });
  }
  return { kind: 'known', value: samples };
}

/** `nowMs` and the starts of Pods are on one clock; `startOf` reads the stamp. */
export function groupPods(pods: readonly KubeObject[], samples: ReadonlyMap<string, Sample>, resource: string, time: { readonly nowMs: number; readonly startOf: (pod: KubeObject) => number }): PodGroups {
  const [counted, unready, missing]: [Map<string, number>, string[], string[]] = [new Map(), [], []];
  for (const pod of pods) {
    const { name } = pod.metadata;
    if (pod.metadata.deletionTimestamp !== undefined || phaseOf(pod) === 'Failed') continue;
    const sample = samples.get(name);
    if (phaseOf(pod) === 'Pending') unready.push(name);
    else if (sample === undefined) missing.push(name);
    else if (resource === 'cpu' && isWarmingUp(pod, sample, time)) unready.push(name);
    else counted.set(name, sample.milli);
  }
  return { counted, unready, missing };
}

function isWarmingUp(pod: KubeObject, sample: Sample, { nowMs, startOf }: { readonly nowMs: number; readonly startOf: (pod: KubeObject) => number }): boolean {
  const condition = conditionOf(pod, 'Ready');
  const startMs = Date.parse(textAt(pod, '', 'status', 'startTime'));
  if (condition === undefined || Number.isNaN(startMs)) return true;
  const isUnready = condition['status'] === 'False';
  const changedMs = Date.parse(textAt(condition, '', 'lastTransitionTime'));
  if (startOf(pod) + INITIALIZATION_MS > nowMs) return isUnready || sample.atMs < changedMs + sample.windowMs;
  return isUnready && startMs + INITIAL_READINESS_MS > changedMs;
}

/** What each Pod asks for. Every container has to ask for something: a share of nothing is no number. */
export function requestsOf(pods: readonly KubeObject[], { resource, container }: Measure): Known<Samples> {
  const requests = new Map<string, number>();
  for (const pod of pods) {
    const ofPod = container === undefined ? milliOf(fieldOf(pod, 'spec', 'resources', 'requests', resource)) : undefined;
    const amounts = lastingContainers(pod).filter((one) => container === undefined || textAt(one, '', 'name') === container);
    let sum = 0;
    for (const one of ofPod === undefined ? amounts : []) {
      const amount = milliOf(fieldOf(one, 'resources', 'requests', resource));
      if (amount === undefined) return { kind: 'unknown', why: `missing request for ${resource} in container ${textAt(one, '', 'name')} of Pod ${pod.metadata.name}` };
      sum += amount;
    }
    requests.set(pod.metadata.name, ofPod ?? sum);
  }
  return { kind: 'known', value: requests };
}

function lastingContainers(pod: KubeObject): readonly Json[] {
  return [...itemsAt(pod, 'spec', 'containers'), ...itemsAt(pod, 'spec', 'initContainers').filter((one) => fieldOf(one, 'restartPolicy') === 'Always')];
}

/** Rounded up, as upstream's MilliValue. */
export function milliOf(text: Json | undefined): number | undefined {
  const quantity = quantityOf(text);
  return quantity === undefined ? undefined : Number((quantity.nanos + NANOS_PER_MILLI - 1n) / NANOS_PER_MILLI);
}
