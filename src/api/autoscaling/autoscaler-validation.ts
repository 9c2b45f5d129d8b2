// Rules of a HorizontalPodAutoscaler (autoscaling/v2).
import { isJsonObject, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { forbidden, invalid, notSupported, required } from '../causes.ts';
import { itemsAt, numberAt, textAt } from '../columns.ts';
import { compareAmounts, isPositive } from '../core/quantity-validation.ts';
import { fieldOf } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';
import { nonNegativeCauses } from '../number-validation.ts';

/** Sources by type of a metric; each has one member of the same name. */
const SOURCES: Readonly<Record<string, string>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};
const POLICY_TYPES = ['Pods', 'Percent'];
const SELECT_POLICIES = ['Max', 'Min', 'Disabled'];
const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue'];
const WINDOW_SECONDS_MAX = 3600;
const PERIOD_SECONDS_MAX = 1800;

export function validateAutoscaler(autoscaler: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const spec: JsonObject = autoscaler.spec ?? {};
  return [
    ...boundCauses(spec),
    ...targetReferenceCauses(spec['scaleTargetRef'], 'spec.scaleTargetRef'),
    ...groupCauses(spec['scaleTargetRef'], fieldOf(old?.spec, 'scaleTargetRef')),
    ...itemsAt(spec, 'metrics').flatMap((metric, index) => metricCauses(metric, `spec.metrics[${index}]`)),
    ...['scaleUp', 'scaleDown'].flatMap((direction) => scalingCauses(fieldOf(spec, 'behavior', direction), `spec.behavior.${direction}`)),
    ...nonNegativeCauses(autoscaler.status, 'status', ['currentReplicas', 'desiredReplicas']),
  ];
}

function boundCauses(spec: JsonObject): readonly StatusCause[] {
  const [min, max] = [fieldOf(spec, 'minReplicas'), numberAt(spec, 'maxReplicas')];
  return [
    ...(typeof min === 'number' && min < 1 ? [invalid('spec.minReplicas', min, 'must be greater than or equal to 1')] : []),
    ...(max === 0 ? [required('spec.maxReplicas', 'must be set and greater than 0')] : max < 0 ? [invalid('spec.maxReplicas', max, 'must be greater than or equal to 1')] : []),
    ...(typeof min === 'number' && max < min ? [invalid('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`')] : []),
  ];
}

/** Of what can be scaled only a ReplicationController has no group; what was there before may stay. */
function groupCauses(reference: Json | undefined, old: Json | undefined): readonly StatusCause[] {
  const [apiVersion, kind] = [textAt(reference, '', 'apiVersion'), textAt(reference, '', 'kind')];
  const isOld = old !== undefined && apiVersion === textAt(old, '', 'apiVersion') && kind === textAt(old, '', 'kind');
  return isOld || kind === 'ReplicationController' || apiVersion.includes('/') ? [] : [invalid('spec.scaleTargetRef.apiVersion', apiVersion, 'apiVersion must specify API group')];
}

function targetReferenceCauses(reference: Json | undefined, path: string): readonly StatusCause[] {
  return ['kind', 'name'].flatMap((member) => {
    const text = textAt(reference, '', member);
    return text === '' ? [required(`${path}.${member}`)] : nameCauses('path-segment', `${path}.${member}`, text);
  });
}

function metricCauses(metric: Json, path: string): readonly StatusCause[] {
  const type = textAt(metric, '', 'type');
  const expected = SOURCES[type];
  const given = Object.values(SOURCES).filter((source) => fieldOf(metric, source) !== undefined);
  if (type === '') return [required(`${path}.type`, 'must specify a metric source type')];
  if (expected === undefined) return [notSupported(`${path}.type`, type, Object.keys(SOURCES))];
  return [
    ...(given.includes(expected) ? sourceCauses(fieldOf(metric, expected)!, expected, `${path}.${expected}`) : [required(`${path}.${expected}`, 'must populate information for the given metric source')]),
    ...given.filter((source) => source !== expected).map((source) => forbidden(`${path}.${source}`, 'must populate the given metric source only')),
  ];
}

function sourceCauses(source: Json, kind: string, path: string): readonly StatusCause[] {
  const isResource = kind === 'resource' || kind === 'containerResource';
  const target = fieldOf(source, 'target');
  const given = (member: string) => fieldOf(target, member) !== undefined;
  const name = isResource ? textAt(source, '', 'name') : textAt(source, '', 'metric', 'name');
  const causes: StatusCause[] = [...targetCauses(target, `${path}.target`)];
  if (name === '') causes.push(isResource ? required(`${path}.name`, 'must specify a resource name') : required(`${path}.metric.name`, 'must specify a metric name'));
  if (kind === 'containerResource' && textAt(source, '', 'container') === '') causes.push(required(`${path}.container`, 'must specify a container'));
  if (kind === 'object') causes.push(...targetReferenceCauses(fieldOf(source, 'describedObject'), `${path}.describedObject`));
  if (isResource) {
    if (!given('averageUtilization') && !given('averageValue')) causes.push(required(`${path}.target.averageUtilization`, 'must set either a target raw value or a target utilization'));
    if (given('averageUtilization') && given('averageValue')) causes.push(forbidden(`${path}.target.averageValue`, 'may not set both a target raw value and a target utilization'));
  } else if (kind === 'pods' ? !given('averageValue') : !given('value') && !given('averageValue')) {
    causes.push(required(`${path}.target.averageValue`, kind === 'pods' ? 'must specify a positive target averageValue' : 'must set either a target value or averageValue'));
  }
  if (kind === 'external' && given('value') && given('averageValue')) causes.push(forbidden(`${path}.target.value`, 'may not set both a target value for metric and a per-pod target'));
  return causes;
}

function targetCauses(target: Json | undefined, path: string): readonly StatusCause[] {
  const type = textAt(target, '', 'type');
  const utilization = fieldOf(target, 'averageUtilization');
  return [
    ...(type === '' ? [required(`${path}.type`, 'must specify a metric target type')] : []),
    ...(TARGET_TYPES.includes(type) ? [] : [invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue')]),
    ...['value', 'averageValue'].flatMap((member) => {
      const amount = fieldOf(target, member);
      return amount === undefined || isPositive(amount) ? [] : [invalid(`${path}.${member}`, amount, 'must be positive')];
    }),
    ...(typeof utilization === 'number' && utilization < 1 ? [invalid(`${path}.averageUtilization`, utilization, 'must be greater than 0')] : []),
  ];
}

function scalingCauses(rules: Json | undefined, path: string): readonly StatusCause[] {
  if (!isJsonObject(rules)) return [];
  const window = fieldOf(rules, 'stabilizationWindowSeconds');
  const select = fieldOf(rules, 'selectPolicy');
  const policies = itemsAt(rules, 'policies');
  return [
    ...nonNegativeCauses(rules, path, ['stabilizationWindowSeconds']),
    ...(typeof window === 'number' && window > WINDOW_SECONDS_MAX ? [invalid(`${path}.stabilizationWindowSeconds`, window, `must be less than or equal to ${WINDOW_SECONDS_MAX}`)] : []),
    ...(select === undefined || SELECT_POLICIES.includes(String(select)) ? [] : [notSupported(`${path}.selectPolicy`, select, SELECT_POLICIES)]),
    ...(policies.length === 0 ? [required(`${path}.policies`, 'must specify at least one Policy')] : []),
    ...policies.flatMap((policy, index) => policyCauses(policy, `${path}.policies[${index}]`)),
    ...(rules['tolerance'] !== undefined && compareAmounts(rules['tolerance'], '0') < 0 ? [invalid(`${path}.tolerance`, rules['tolerance'], 'must be greater than or equal to 0')] : []),
  ];
}

function policyCauses(policy: Json, path: string): readonly StatusCause[] {
  const [type, period] = [textAt(policy, '', 'type'), numberAt(policy, 'periodSeconds')];
  return [
    ...(POLICY_TYPES.includes(type) ? [] : [notSupported(`${path}.type`, type, POLICY_TYPES)]),
    ...['value', 'periodSeconds'].filter((member) => numberAt(policy, member) <= 0).map((member) => invalid(`${path}.${member}`, numberAt(policy, member), 'must be greater than zero')),
    ...(period > PERIOD_SECONDS_MAX ? [invalid(`${path}.periodSeconds`, period, `must be less than or equal to ${PERIOD_SECONDS_MAX}`)] : []),
  ];
}
