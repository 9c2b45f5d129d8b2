// What a HorizontalPodAutoscaler does where nothing is measured; pure. It keeps its target between its bounds, as upstream does
// before it looks at any metric, and says that it scales by none. After pkg/controller/podautoscaler of Kubernetes.
import { jsonEquals, toRfc3339, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, numberAt, textAt } from '../../../api/mod.ts';
import { conditionOf } from '../../pod-state.ts';

export type ScaleTarget = { readonly kind: 'found'; readonly wanted: number; readonly current: number } | { readonly kind: 'missing'; readonly reason: string };

export interface AutoscalerPlan {
  /** Undefined when the autoscaler says that already. */
  readonly status?: JsonObject;
  /** The number that its target shall have, and why. */
  readonly rescale?: { readonly replicas: number; readonly reason: string };
}

type Condition = { readonly type: string; readonly isTrue: boolean; readonly reason: string; readonly message: string };

export function planAutoscaler(autoscaler: KubeObject, target: ScaleTarget, nowMs: number): AutoscalerPlan {
  const rescale = target.kind === 'found' ? rescaleOf(autoscaler, target.wanted) : undefined;
  const { currentMetrics: _none, ...before } = autoscaler.status ?? {};
  const status = {
    desiredReplicas: 0,
    ...before,
    observedGeneration: autoscaler.metadata.generation ?? 0,
    currentReplicas: target.kind === 'found' ? target.current : numberAt(autoscaler, 'status', 'currentReplicas'),
    ...(target.kind === 'found' ? { desiredReplicas: rescale?.replicas ?? target.wanted } : {}),
    ...(rescale === undefined ? {} : { lastScaleTime: toRfc3339(nowMs) }),
    conditions: conditionsOf(autoscaler, target, rescale).map((each) => written(autoscaler, each, nowMs)),
  };
  return { ...(jsonEquals(status, autoscaler.status) ? {} : { status }), ...(rescale === undefined ? {} : { rescale }) };
}

/** A target of no Pods is switched off. */
function rescaleOf(autoscaler: KubeObject, wanted: number): AutoscalerPlan['rescale'] {
  const [min, max] = [numberAt(autoscaler, 'spec', 'minReplicas') || 1, numberAt(autoscaler, 'spec', 'maxReplicas')];
  if (wanted === 0) return undefined;
  if (wanted > max) return { replicas: max, reason: 'Current number of replicas above Spec.MaxReplicas' };
  if (wanted < min) return { replicas: min, reason: 'Current number of replicas below Spec.MinReplicas' };
  return undefined;
}

function conditionsOf(autoscaler: KubeObject, target: ScaleTarget, rescale: AutoscalerPlan['rescale']): readonly Condition[] {
  if (target.kind === 'missing') {
    return [{ type: 'AbleToScale', isTrue: false, reason: 'FailedGetScale', message: `the HPA controller was unable to get the target's current scale: ${target.reason}` }];
  }
  const able =
    rescale === undefined
      ? { reason: 'SucceededGetScale', message: "the HPA controller was able to get the target's current scale" }
      : { reason: 'SucceededRescale', message: `the HPA controller was able to update the target scale to ${rescale.replicas}` };
  return [
    { type: 'AbleToScale', isTrue: true, ...able },
    target.wanted === 0
      ? { type: 'ScalingActive', isTrue: false, reason: 'ScalingDisabled', message: 'scaling is disabled since the replica count of the target is zero' }
      : {
          type: 'ScalingActive',
          isTrue: false,
          reason: `FailedGet${textAt(itemsAt(autoscaler, 'spec', 'metrics')[0], 'Resource', 'type')}Metric`,
          message: 'the HPA was unable to compute the replica count: Slipway does not scale by metrics, so it only keeps the bounds; set spec.minReplicas to the number of Pods that you want',
        },
  ];
}

function written(autoscaler: KubeObject, { type, isTrue, reason, message }: Condition, nowMs: number): JsonObject {
  const status = isTrue ? 'True' : 'False';
  const old = conditionOf(autoscaler, type);
  return { type, status, lastTransitionTime: (fieldOf(old, 'status') === status ? old?.['lastTransitionTime'] : undefined) ?? toRfc3339(nowMs), reason, message };
}
