// autoscaling/v2 HorizontalPodAutoscaler.
import { isJsonObject, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, numberAt, textAt, textColumn } from '../columns.ts';
import { fillMissing, mapMembers, mapSpec } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { validateAutoscaler } from './autoscaler-validation.ts';

const CPU_UTILIZATION_PERCENT = 80;
const SHOWN_COUNT_MAX = 2;
const PERIOD_SECONDS = 15;
const SCALE_UP: JsonObject = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: PERIOD_SECONDS },
    { type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS },
  ],
};
const SCALE_DOWN: JsonObject = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS }] };
const CPU_METRIC: JsonObject = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: CPU_UTILIZATION_PERCENT } } };

export const horizontalPodAutoscalerKind: KindDefinition = builtinKind('autoscaling/v2/horizontalpodautoscalers', {
  subresources: ['status'],
  setDefaults: (autoscaler) => mapSpec(autoscaler, defaultSpec),
  prepareForCreate: (autoscaler) => ({ ...autoscaler, status: { desiredReplicas: 0 } }),
  validate: validateAutoscaler,
  columns: [
    NAME_COLUMN,
    textColumn('Reference', 'What is scaled.', (autoscaler) => `${textAt(autoscaler, '', 'spec', 'scaleTargetRef', 'kind')}/${textAt(autoscaler, '', 'spec', 'scaleTargetRef', 'name')}`),
    textColumn('Targets', 'Measured and wanted values.', targets),
    textColumn('MinPods', 'Least number of Pods.', (autoscaler) => String(fieldOf(autoscaler, 'spec', 'minReplicas') ?? '<unset>')),
    textColumn('MaxPods', 'Largest number of Pods.', (autoscaler) => numberAt(autoscaler, 'spec', 'maxReplicas')),
    textColumn('Replicas', 'Pods there are.', (autoscaler) => numberAt(autoscaler, 'status', 'currentReplicas')),
    AGE_COLUMN,
  ],
});

function defaultSpec(spec: JsonObject): JsonObject {
  const metrics = itemsAt(spec, 'metrics').length === 0 ? { metrics: [CPU_METRIC] } : {};
  const behaved = mapMembers(spec, {
    behavior: (behavior) => ({ ...behavior, scaleUp: defaultRules(behavior['scaleUp'], SCALE_UP), scaleDown: defaultRules(behavior['scaleDown'], SCALE_DOWN) }),
  });
  return { ...fillMissing(behaved, { minReplicas: 1 }), ...metrics };
}

function defaultRules(rules: Json | undefined, defaults: JsonObject): JsonObject {
  return fillMissing(isJsonObject(rules) ? rules : {}, defaults);
}

function targets(autoscaler: KubeObject): string {
  const metrics = itemsAt(autoscaler, 'spec', 'metrics');
  if (metrics.length === 0) return '<none>';
  const texts = metrics.slice(0, SHOWN_COUNT_MAX).map((metric, index) => metricText(metric, fieldOf(autoscaler, 'status', 'currentMetrics', index)));
  return texts.join(', ') + (metrics.length > SHOWN_COUNT_MAX ? ` + ${metrics.length - SHOWN_COUNT_MAX} more...` : '');
}

/** `cpu: 10%/80%`, `5/10 (avg)`; what was not measured is `<unknown>`. */
function metricText(metric: Json, measured: Json | undefined): string {
  const type = textAt(metric, '', 'type');
  const source = type.slice(0, 1).toLowerCase() + type.slice(1);
  const [target, current] = [fieldOf(metric, source, 'target'), fieldOf(measured, source, 'current')];
  const pair = (member: string) => `${textAt(current, '<unknown>', member)}/${textAt(target, '', member)}`;
  switch (type) {
    case 'Resource':
    case 'ContainerResource': {
      const name = textAt(metric, '', source, 'name');
      if (fieldOf(target, 'averageValue') !== undefined) return `${name}: ${pair('averageValue')}`;
      return `${name}: ${percentText(fieldOf(current, 'averageUtilization'), '<unknown>')}/${percentText(fieldOf(target, 'averageUtilization'), '<auto>')}`;
    }
    case 'Pods':
      return pair('averageValue');
    case 'Object':
    case 'External':
      return fieldOf(target, 'averageValue') === undefined ? pair('value') : `${pair('averageValue')} (avg)`;
    default:
      return '<unknown type>';
  }
}

function percentText(percent: Json | undefined, fallback: string): string {
  return typeof percent === 'number' ? `${percent}%` : fallback;
}
