// What a HorizontalPodAutoscaler does next; pure. After pkg/controller/podautoscaler of Kubernetes: conditions, reasons and texts.
import { jsonEquals, objectsOf, toRfc3339, type Json, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, numberAt } from '../../../api/mod.ts';
import type { EventText } from '../../../client/mod.ts';
import { conditionOf } from '../../pod-state.ts';
import { beginHistory, settle, withRecommendation, withStep, type ScalingHistory, type Settled } from './pace.ts';
import { proposeReplicas, type Measured, type Proposals } from './proposals.ts';

export type ScaleTarget =
  | { readonly kind: 'found'; readonly wanted: number; readonly selector: string }
  | { readonly kind: 'missing'; readonly reason: string };

/** What the metrics of the target say. */
export type Metrics =
  | { readonly kind: 'measured'; readonly measured: Measured }
  /** They were looked at a moment ago: what they said then stands. */
  | { readonly kind: 'held' }
  /** Which Pods are meant is not clear. */
  | { readonly kind: 'refused'; readonly reason: 'InvalidSelector' | 'AmbiguousSelector'; readonly message: string };

export interface AutoscalerFacts {
  readonly autoscaler: KubeObject;
  readonly target: ScaleTarget;
  /** Only looked at when the target is within the bounds. */
  readonly metrics: Metrics;
  readonly history: ScalingHistory | undefined;
  /** By which the history counts. */
  readonly steadyMs: number;
  /** The target refused its new size a moment ago: what the autoscaler says then. */
  readonly refusal?: string;
}

export interface AutoscalerPlan {
  /** Undefined when the autoscaler says that already. */
  readonly status?: JsonObject;
  /** The number that its target shall have, and why. */
  readonly rescale?: { readonly replicas: number; readonly reason: string };
  readonly events: readonly EventText[];
  /** To be given to the next plan. */
  readonly history: ScalingHistory | undefined;
}

interface Condition {
  readonly type: 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';
  readonly isTrue: boolean;
  readonly reason: string;
  readonly message: string;
}

interface Decision {
  readonly conditions: readonly Condition[];
  readonly replicas?: number;
  readonly reason?: string;
  readonly currentMetrics?: readonly JsonObject[];
  readonly events?: readonly EventText[];
  readonly history?: ScalingHistory;
}

const FOUND: Condition = { type: 'AbleToScale', isTrue: true, reason: 'SucceededGetScale', message: "the HPA controller was able to get the target's current scale" };

export function planAutoscaler(facts: AutoscalerFacts, nowMs: number): AutoscalerPlan {
  const { autoscaler, target, steadyMs, refusal } = facts;
  if (target.kind === 'missing') {
    const message = `the HPA controller was unable to get the target's current scale: ${target.reason}`;
    const missing: Decision = { conditions: [{ type: 'AbleToScale', isTrue: false, reason: 'FailedGetScale', message }] };
    const events: readonly EventText[] = [{ type: 'Warning', reason: 'FailedGetScale', message: target.reason }];
    return { ...statusPart(autoscaler, numberAt(autoscaler, 'status', 'currentReplicas'), missing, nowMs), events, history: facts.history };
  }
  const current = target.wanted;
  const history = facts.history ?? beginHistory(current, steadyMs);
  const decision = decide({ ...facts, history }, current);
  const { replicas = current, reason = '', events = [] } = decision;
  const after = decision.history ?? history;
  if (replicas === current) return { ...statusPart(autoscaler, current, decision, nowMs), events, history: after };
  if (refusal !== undefined) return { ...statusPart(autoscaler, current, refused(decision, refusal), nowMs), events: [failedRescale(replicas, reason, refusal)], history: after };
  const able: Condition = { type: 'AbleToScale', isTrue: true, reason: 'SucceededRescale', message: `the HPA controller was able to update the target scale to ${replicas}` };
  const scaled = { ...decision, conditions: [...decision.conditions, able] };
  return {
    ...statusPart(autoscaler, current, scaled, nowMs),
    rescale: { replicas, reason },
    events: [...events, { type: 'Normal', reason: 'SuccessfulRescale', message: `New size: ${replicas}; reason: ${reason}` }],
    history: withStep(after, replicas - current, steadyMs),
  };
}

/** Whether only metrics can say more about a target of this size. */
export function needsMetrics(autoscaler: KubeObject, wanted: number): boolean {
  const { min, max } = boundsOf(autoscaler);
  return wanted > 0 && wanted >= min && wanted <= max;
}

function decide({ autoscaler, metrics, history, steadyMs }: AutoscalerFacts & { readonly history: ScalingHistory }, current: number): Decision {
  const { min, max } = boundsOf(autoscaler);
  if (current === 0) {
    const disabled: Condition = { type: 'ScalingActive', isTrue: false, reason: 'ScalingDisabled', message: 'scaling is disabled since the replica count of the target is zero' };
    return { conditions: [FOUND, disabled], replicas: 0 };
  }
  if (current > max) return { conditions: [FOUND], replicas: max, reason: 'Current number of replicas above Spec.MaxReplicas' };
  if (current < min) return { conditions: [FOUND], replicas: min, reason: 'Current number of replicas below Spec.MinReplicas' };
  switch (metrics.kind) {
    case 'held':
      return { conditions: conditionOf(autoscaler, 'AbleToScale')?.['status'] === 'True' ? [] : [FOUND], currentMetrics: currentMetricsOf(autoscaler) };
    case 'refused': {
      const events: readonly EventText[] = [{ type: 'Warning', reason: metrics.reason, message: metrics.message }];
      return { conditions: [FOUND, { type: 'ScalingActive', isTrue: false, reason: metrics.reason, message: metrics.message }], events };
    }
    case 'measured':
      return byMetrics(autoscaler, current, proposeReplicas(autoscaler, current, metrics.measured), history, steadyMs);
  }
}

function byMetrics(autoscaler: KubeObject, current: number, { proposal, currentMetrics, saying, events }: Proposals, history: ScalingHistory, steadyMs: number): Decision {
  const active: Condition = { type: 'ScalingActive', isTrue: proposal !== undefined, ...saying };
  if (proposal === undefined) return { conditions: [FOUND, active], currentMetrics, events };
  const settled: Settled = settle(fieldOf(autoscaler, 'spec', 'behavior'), { current, wanted: proposal.replicas, ...boundsOf(autoscaler) }, history, steadyMs);
  return {
    conditions: [{ type: 'AbleToScale', isTrue: true, ...settled.able }, active, { type: 'ScalingLimited', ...settled.limited }],
    replicas: settled.replicas,
    reason: proposal.replicas > current ? `${proposal.metric} above target` : 'All metrics below target',
    currentMetrics,
    events,
    history: withRecommendation(history, proposal.replicas, steadyMs),
  };
}

function boundsOf(autoscaler: KubeObject): { readonly min: number; readonly max: number } {
  return { min: numberAt(autoscaler, 'spec', 'minReplicas') || 1, max: numberAt(autoscaler, 'spec', 'maxReplicas') };
}

function refused(decision: Decision, refusal: string): Decision {
  const unable: Condition = { type: 'AbleToScale', isTrue: false, reason: 'FailedUpdateScale', message: `the HPA controller was unable to update the target scale: ${refusal}` };
  const { replicas: _replicas, ...rest } = decision;
  return { ...rest, conditions: [...decision.conditions, unable] };
}

function failedRescale(replicas: number, reason: string, refusal: string): EventText {
  return { type: 'Warning', reason: 'FailedRescale', message: `New size: ${replicas}; reason: ${reason}; error: ${refusal}` };
}

/** A decision that names no size leaves the wish as it was. */
function statusPart(autoscaler: KubeObject, current: number, { conditions, replicas, currentMetrics = [] }: Decision, nowMs: number): Pick<AutoscalerPlan, 'status'> {
  const { currentMetrics: _before, currentReplicas: _then, ...before } = autoscaler.status ?? {};
  const status: JsonObject = {
    desiredReplicas: 0,
    ...before,
    observedGeneration: autoscaler.metadata.generation ?? 0,
    ...(current === 0 ? {} : { currentReplicas: current }),
    ...(replicas === undefined ? {} : { desiredReplicas: replicas }),
    ...(replicas === undefined || replicas === current ? {} : { lastScaleTime: toRfc3339(nowMs) }),
    ...(currentMetrics.length === 0 ? {} : { currentMetrics }),
    conditions: mergeConditions(itemsAt(autoscaler, 'status', 'conditions'), conditions, nowMs),
  };
  return jsonEquals(status, autoscaler.status) ? {} : { status };
}

function currentMetricsOf(autoscaler: KubeObject): readonly JsonObject[] {
  return objectsOf(fieldOf(autoscaler, 'status', 'currentMetrics'));
}

/** Later ones of a type replace earlier ones; each keeps its place, and its time as long as it is as true as before. */
function mergeConditions(before: readonly Json[], conditions: readonly Condition[], nowMs: number): readonly Json[] {
  const merged = new Map(before.map((condition) => [String(fieldOf(condition, 'type')), condition]));
  const last = new Map(conditions.map((condition) => [condition.type, condition]));
  for (const { type, isTrue, reason, message } of last.values()) {
    const old = before.find((condition) => fieldOf(condition, 'type') === type);
    const status = isTrue ? 'True' : 'False';
    const since = fieldOf(old, 'status') === status ? fieldOf(old, 'lastTransitionTime') : undefined;
    merged.set(type, { type, status, lastTransitionTime: since ?? toRfc3339(nowMs), reason, message });
  }
  return [...merged.values()];
}
