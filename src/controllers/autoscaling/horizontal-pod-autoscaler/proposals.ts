// How many replicas the metrics of an autoscaler ask for; pure. After pkg/controller/podautoscaler of Kubernetes: arithmetic and texts.
import type { Json, JsonObject, KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, numberAt, quantityOf, textAt } from '../../../api/mod.ts';
import { formatQuantity } from '../../../expr/mod.ts';
import type { EventText } from '../../../client/mod.ts';
import { groupPods, milliOf, requestsOf, samplesOf, type Known, type Measure, type PodGroups, type Samples } from './samples.ts';

/** What is known of the Pods of a target. */
export interface Measured {
  readonly pods: readonly KubeObject[];
  /** PodMetrics of them. */
  readonly metrics: Known<readonly KubeObject[]>;
  /** On which clock the starts of Pods are read. */
  readonly nowMs: number;
  readonly startOf: (pod: KubeObject) => number;
}

interface Proposal {
  readonly replicas: number;
  /** The metric that asked for the most, in words. */
  readonly metric: string;
}

export interface Proposals {
  /** Undefined when too little is known to scale by. */
  readonly proposal: Proposal | undefined;
  /** One for each metric of the spec. */
  readonly currentMetrics: readonly JsonObject[];
  /** Of the condition ScalingActive. */
  readonly saying: { readonly reason: string; readonly message: string };
  readonly events: readonly EventText[];
}

const NANOS_PER_MILLI = 1_000_000n;
const NANOS_PER_UNIT = 1e9;
const TOLERANCE = 0.1;
/** Types of metrics that a cluster has from an adapter somebody installs; the group that serves each. */
const NOT_SERVED: Readonly<Record<string, string>> = { Pods: 'custom.metrics.k8s.io', Object: 'custom.metrics.k8s.io', External: 'external.metrics.k8s.io' };

export function proposeReplicas(autoscaler: KubeObject, current: number, measured: Measured): Proposals {
  const metrics = itemsAt(autoscaler, 'spec', 'metrics');
  const tolerated = toleranceOf(fieldOf(autoscaler, 'spec', 'behavior'));
  const judged = metrics.map((metric) => judge(metric, current, measured, tolerated));
  const failures = judged.filter((one) => one.kind === 'failure');
  const good = judged.filter((one) => one.kind === 'proposal');
  const best = good.reduce<Proposal | undefined>((most, one) => (most === undefined || one.replicas > most.replicas ? one : most), undefined);
  const [first] = failures;
  // Who knows only a part may grow by it, never shrink.
  const isTooLittle = best === undefined || (first !== undefined && best.replicas < current);
  const summary = first === undefined ? '' : `invalid metrics (${failures.length} invalid out of ${metrics.length}), first error is: ${first.told}`;
  const events = failures.map(({ reason, why }): EventText => ({ type: 'Warning', reason, message: why }));
  return {
    proposal: isTooLittle ? undefined : best,
    currentMetrics: good.length === 0 ? [] : judged.map((one) => (one.kind === 'proposal' ? one.current : { type: '' })),
    saying: isTooLittle
      ? { reason: first?.reason ?? 'FailedGetResourceMetric', message: `the HPA was unable to compute the replica count: ${first?.why ?? 'it has no metrics'}` }
      : { reason: 'ValidMetricFound', message: `the HPA was able to successfully calculate a replica count from ${best.metric}` },
    events: isTooLittle ? [...events, { type: 'Warning', reason: 'FailedComputeMetricsReplicas', message: summary }] : events,
  };
}

type Judged =
  | (Proposal & { readonly kind: 'proposal'; readonly current: JsonObject })
  /** `told`: the same, as the event of all metrics has it. */
  | { readonly kind: 'failure'; readonly reason: string; readonly why: string; readonly told: string };

function judge(metric: Json, current: number, measured: Measured, tolerated: Tolerance): Judged {
  const type = textAt(metric, '', 'type');
  const group = NOT_SERVED[type];
  const reason = `FailedGet${type}Metric`;
  if (group !== undefined) {
    const why = `metrics of type ${type} are not measured here (${group}): use one of type Resource or ContainerResource`;
    return { kind: 'failure', reason, why, told: why };
  }
  const member = type === 'ContainerResource' ? 'containerResource' : 'resource';
  const source = fieldOf(metric, member);
  const measure: Measure = { resource: textAt(source, '', 'name'), container: type === 'ContainerResource' ? textAt(source, '', 'container') : undefined };
  const isByValue = fieldOf(source, 'target', 'averageValue') !== undefined;
  const calculated = calculate({ measure, current, measured, tolerated }, isByValue, fieldOf(source, 'target'));
  const words = type === 'ContainerResource' ? 'container resource' : 'resource';
  if (calculated.kind === 'unknown') {
    const why = `failed to get ${measure.resource} ${isByValue ? 'usage' : 'utilization'}: ${calculated.why}`;
    return { kind: 'failure', reason, why, told: `failed to get ${measure.resource} ${words} metric value: ${why}` };
  }
  const { replicas, averageMilli, utilization } = calculated.value;
  const averageValue = formatQuantity({ nanos: BigInt(averageMilli) * NANOS_PER_MILLI, format: 'DecimalSI' });
  const named = { name: measure.resource, ...(measure.container === undefined ? {} : { container: measure.container }) };
  return {
    kind: 'proposal',
    replicas,
    metric: `${measure.resource} ${isByValue ? 'resource' : `${words} utilization (percentage of request)`}`,
    current: { type, [member]: { ...named, current: { ...(utilization === undefined ? {} : { averageUtilization: utilization }), averageValue } } },
  };
}

interface Question {
  readonly measure: Measure;
  readonly current: number;
  readonly measured: Measured;
  readonly tolerated: Tolerance;
}

interface Calculated {
  readonly replicas: number;
  readonly averageMilli: number;
  readonly utilization?: number;
}

function calculate(question: Question, isByValue: boolean, target: Json | undefined): Known<Calculated> {
  const { measure, measured } = question;
  const groups = groupsOf(measure, measured);
  if (groups.kind === 'unknown') return groups;
  if (isByValue) {
    const wantedMilli = milliOf(fieldOf(target, 'averageValue')) ?? 0;
    const ratioOf = (samples: Samples) => Math.trunc(sumOf(samples) / samples.size) / wantedMilli;
    const averageMilli = Math.trunc(sumOf(groups.value.counted) / groups.value.counted.size);
    const replicas = replicasFor(question, groups.value, ratioOf, () => wantedMilli);
    return { kind: 'known', value: { replicas, averageMilli } };
  }
  const requests = requestsOf(measured.pods, measure);
  if (requests.kind === 'unknown') return requests;
  const wantedPercent = numberAt(target, 'averageUtilization');
  const utilizationOf = (samples: Samples) => {
    const asked = [...samples.keys()].reduce((sum, name) => sum + (requests.value.get(name) ?? 0), 0);
    return asked === 0 ? Number.NaN : Math.trunc((sumOf(samples) * 100) / asked);
  };
  const { counted } = groups.value;
  const utilization = utilizationOf(counted);
  if (Number.isNaN(utilization)) return { kind: 'unknown', why: 'no metrics returned matched known pods' };
  // What is missing while it shrinks is taken for busy.
  const assumed = (name: string) => Math.trunc(((requests.value.get(name) ?? 0) * Math.max(100, wantedPercent)) / 100);
  const replicas = replicasFor(question, groups.value, (samples) => utilizationOf(samples) / wantedPercent, assumed);
  return { kind: 'known', value: { replicas, averageMilli: Math.trunc(sumOf(counted) / counted.size), utilization } };
}

function groupsOf(measure: Measure, { pods, metrics, nowMs, startOf }: Measured): Known<PodGroups> {
  const failed = (why: string): Known<never> => ({ kind: 'unknown', why });
  if (metrics.kind === 'unknown') return failed(`unable to get metrics for resource ${measure.resource}: unable to fetch metrics from resource metrics API: ${metrics.why}`);
  if (metrics.value.length === 0) return failed(`unable to get metrics for resource ${measure.resource}: no metrics returned from resource metrics API`);
  const samples = samplesOf(metrics.value, measure);
  if (samples.kind === 'unknown') return failed(`unable to get metrics for resource ${measure.resource}: failed to get pod metrics: ${samples.why}`);
  if (pods.length === 0) return failed('no pods returned by selector while calculating replica count');
  const groups = groupPods(pods, samples.value, measure.resource, { nowMs, startOf });
  return groups.counted.size === 0 ? failed('did not receive metrics for targeted pods (pods might be unready)') : { kind: 'known', value: groups };
}

/** `ratioOf`: usage by what is wanted. Pods of which nothing is known dampen a change, and never turn it round. */
function replicasFor({ current, tolerated }: Question, { counted, unready, missing }: PodGroups, ratioOf: (samples: Samples) => number, assumedWhenShrinking: (name: string) => number): number {
  const ratio = ratioOf(counted);
  const isGrowing = ratio > 1;
  const idle = isGrowing ? unready : [];
  if (idle.length + missing.length === 0) return isTolerated(ratio, tolerated) ? current : Math.ceil(ratio * counted.size);
  const assumed = new Map(counted);
  if (ratio !== 1) for (const name of missing) assumed.set(name, isGrowing ? 0 : assumedWhenShrinking(name));
  for (const name of idle) assumed.set(name, 0);
  const dampened = ratioOf(assumed);
  if (isTolerated(dampened, tolerated) || (ratio < 1 && dampened > 1) || (ratio > 1 && dampened < 1)) return current;
  const replicas = Math.ceil(dampened * assumed.size);
  const isTurned = (dampened < 1 && replicas > current) || (dampened > 1 && replicas < current);
  return isTurned ? current : replicas;
}

interface Tolerance {
  readonly up: number;
  readonly down: number;
}

function toleranceOf(behavior: Json | undefined): Tolerance {
  const of = (direction: string) => {
    const quantity = quantityOf(fieldOf(behavior, direction, 'tolerance'));
    return quantity === undefined ? TOLERANCE : Number(quantity.nanos) / NANOS_PER_UNIT;
  };
  return { up: of('scaleUp'), down: of('scaleDown') };
}

function isTolerated(ratio: number, { up, down }: Tolerance): boolean {
  return 1 - down <= ratio && ratio <= 1 + up;
}

function sumOf(samples: Samples): number {
  return samples.values().reduce((sum, milli) => sum + milli, 0);
}
