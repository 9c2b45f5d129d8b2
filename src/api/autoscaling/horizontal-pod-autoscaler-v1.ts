// autoscaling/v1 HorizontalPodAutoscaler: the older face of autoscaling/v2, kept as it. It knows one metric, the use of the CPU; the others, and
// the behaviour, stand in annotations, so that nothing is lost on the way through it.
import { isJsonObject, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fillMissing, mapSpec } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { horizontalPodAutoscalerKind } from './horizontal-pod-autoscaler.ts';

const METRICS_ANNOTATION = 'autoscaling.alpha.kubernetes.io/metrics';
const BEHAVIOR_ANNOTATION = 'autoscaling.alpha.kubernetes.io/behavior';

export const horizontalPodAutoscalerV1Kind: KindDefinition = builtinKind('autoscaling/v1/horizontalpodautoscalers', {
  subresources: ['status'],
  setDefaults: (autoscaler) => mapSpec(autoscaler, (spec) => fillMissing(spec, { minReplicas: 1 })),
  storedAs: { kind: horizontalPodAutoscalerKind, fromStored, toStored },
  columns: horizontalPodAutoscalerKind.columns.map((column) => ({ ...column, cell: (autoscaler, nowMs) => column.cell(toStored(autoscaler), nowMs) })),
});

function fromStored(stored: KubeObject): KubeObject {
  const { metrics: _metrics, behavior, ...spec } = stored.spec ?? {};
  const { currentMetrics: _current, conditions: _conditions, ...status } = isJsonObject(stored.status) ? stored.status : {};
  const metrics = itemsAt(stored, 'spec', 'metrics');
  const target = utilizationOf(metrics.find(isCpu), 'target');
  const current = utilizationOf(itemsAt(stored, 'status', 'currentMetrics').find(isCpu), 'current');
  const others = metrics.filter((metric) => metric !== metrics.find(isCpu));
  const kept = {
    ...(others.length === 0 ? {} : { [METRICS_ANNOTATION]: JSON.stringify(others) }),
    ...(behavior === undefined ? {} : { [BEHAVIOR_ANNOTATION]: JSON.stringify(behavior) }),
  };
  return {
    ...withAnnotations(stored, { ...stored.metadata.annotations, ...kept }),
    apiVersion: 'autoscaling/v1',
    spec: { ...spec, ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }) },
    status: { currentReplicas: 0, ...status, ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }) },
  };
}

function toStored(autoscaler: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: target, ...spec } = autoscaler.spec ?? {};
  const { currentCPUUtilizationPercentage: current, ...status } = isJsonObject(autoscaler.status) ? autoscaler.status : {};
  const { [METRICS_ANNOTATION]: others, [BEHAVIOR_ANNOTATION]: behavior, ...annotations } = autoscaler.metadata.annotations ?? {};
  const kept = parsed(others);
  const metrics = [...(target === undefined ? [] : [cpuMetric('target', { type: 'Utilization', averageUtilization: target })]), ...(Array.isArray(kept) ? (kept as readonly Json[]) : [])];
  const rules = parsed(behavior);
  const measured = current === undefined ? {} : { currentMetrics: [cpuMetric('current', { averageUtilization: current })] };
  return {
    ...withAnnotations(autoscaler, annotations),
    apiVersion: 'autoscaling/v2',
    ...(autoscaler.spec === undefined ? {} : { spec: { ...spec, ...(metrics.length === 0 ? {} : { metrics }), ...(isJsonObject(rules) ? { behavior: rules } : {}) } }),
    ...(autoscaler.status === undefined ? {} : { status: { ...status, ...measured } }),
  };
}

function cpuMetric(member: 'target' | 'current', value: JsonObject): JsonObject {
  return { type: 'Resource', resource: { name: 'cpu', [member]: value } };
}

function isCpu(metric: Json): boolean {
  const isUtilization = fieldOf(metric, 'resource', 'target', 'averageUtilization') !== undefined || fieldOf(metric, 'resource', 'current') !== undefined;
  return textAt(metric, '', 'type') === 'Resource' && textAt(metric, '', 'resource', 'name') === 'cpu' && isUtilization;
}

function utilizationOf(metric: Json | undefined, member: 'target' | 'current'): Json | undefined {
  return fieldOf(metric, 'resource', member, 'averageUtilization');
}

function withAnnotations(object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject {
  const { annotations: _old, ...metadata } = object.metadata;
  return { ...object, metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations } };
}

/** Annotations are users' texts: what is no JSON counts as nothing. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
