// Rules of a PodSpec wherever it stands. What the local node does not support it refuses itself, with a sentence; here are the
// rules that hold on every Kubernetes.
import { isJsonObject, type Json, type JsonObject, type StatusCause } from '../../base/mod.ts';
import { isLabelValue, isQualifiedName } from '../../expr/mod.ts';
import { invalid } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { QUALIFIED_NAME_SENTENCE, labelCauses, nameCauses } from '../metadata-validation.ts';
import { containerListCauses, initContainerListCauses, supportedCauses } from './container-validation.ts';
import { dnsCauses, hostAliasCauses } from './pod-dns-validation.ts';
import { affinityCauses, spreadCauses } from './pod-placement-validation.ts';
import { wholeResourceCauses } from './pod-resources-validation.ts';
import { containerSecurityCauses, podSecurityCauses } from './security-context-validation.ts';
import { volumeListCauses } from './volume-validation.ts';

const CONTAINER_LISTS = ['containers', 'initContainers'];
const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const TOLERATION_OPERATORS = ['Equal', 'Exists'];
const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const SECONDS_MAX = 2 ** 31 - 1;

/** `spec` is defaulted; `path` is where it stands, for example `spec` or `spec.template.spec`. */
export function validatePodSpec(spec: JsonObject, path: string): readonly StatusCause[] {
  const containers = itemsAt(spec, 'containers');
  const volumes = itemsAt(spec, 'volumes');
  const context = { volumeNames: new Set(volumes.map((volume) => textAt(volume, '', 'name'))) };
  return [
    ...volumeListCauses(volumes, `${path}.volumes`),
    ...containerListCauses(containers, `${path}.containers`, context),
    ...wholeResourceCauses(spec, `${path}.resources`),
    ...initContainerListCauses(itemsAt(spec, 'initContainers'), containers, `${path}.initContainers`, context),
    ...supportedCauses(spec, path, 'restartPolicy', RESTART_POLICIES),
    ...supportedCauses(spec, path, 'dnsPolicy', DNS_POLICIES),
    ...labelCauses(stringMembers(spec['nodeSelector']), `${path}.nodeSelector`),
    ...identityCauses(spec, path),
    ...deadlineCauses(spec, path),
    ...dnsCauses(spec, path),
    ...hostAliasCauses(itemsAt(spec, 'hostAliases'), `${path}.hostAliases`),
    ...podSecurityCauses(spec, path),
    ...CONTAINER_LISTS.flatMap((list) => itemsAt(spec, list).flatMap((container, index) => containerSecurityCauses(container, `${path}.${list}[${index}]`))),
    ...affinityCauses(spec['affinity'], `${path}.affinity`),
    ...spreadCauses(itemsAt(spec, 'topologySpreadConstraints'), `${path}.topologySpreadConstraints`),
    ...gateCauses(spec, path),
    ...tolerationListCauses(itemsAt(spec, 'tolerations'), `${path}.tolerations`),
  ];
}

function identityCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  const rules = [
    ['serviceAccountName', 'dns-subdomain'],
    ['nodeName', 'dns-subdomain'],
    ['priorityClassName', 'dns-subdomain'],
    ['runtimeClassName', 'dns-subdomain'],
    ['hostname', 'dns-label'],
    ['subdomain', 'dns-label'],
  ] as const;
  return rules.flatMap(([member, rule]) => {
    const name = textAt(spec, '', member);
    return name === '' ? [] : nameCauses(rule, `${path}.${member}`, name);
  });
}

function deadlineCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  const deadline = fieldOf(spec, 'activeDeadlineSeconds');
  if (typeof deadline !== 'number' || (deadline >= 1 && deadline <= SECONDS_MAX)) return [];
  return [invalid(`${path}.activeDeadlineSeconds`, deadline, `must be between 1 and ${SECONDS_MAX}, inclusive`)];
}

function gateCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  const gates = [
    ...itemsAt(spec, 'schedulingGates').map((gate, index) => [textAt(gate, '', 'name'), `${path}.schedulingGates[${index}].name`] as const),
    ...itemsAt(spec, 'readinessGates').map((gate, index) => [textAt(gate, '', 'conditionType'), `${path}.readinessGates[${index}].conditionType`] as const),
  ];
  return gates.filter(([name]) => !isQualifiedName(name)).map(([name, at]) => invalid(at, name, QUALIFIED_NAME_SENTENCE));
}

export function tolerationListCauses(tolerations: readonly Json[], path: string): readonly StatusCause[] {
  return tolerations.flatMap((toleration, index) => tolerationCauses(toleration, `${path}[${index}]`));
}

function tolerationCauses(toleration: Json, path: string): readonly StatusCause[] {
  const key = textAt(toleration, '', 'key');
  const operator = textAt(toleration, 'Equal', 'operator');
  const value = textAt(toleration, '', 'value');
  const effect = textAt(toleration, '', 'effect');
  const causes: StatusCause[] = [...supportedCauses(toleration, path, 'operator', TOLERATION_OPERATORS)];
  if (key !== '' && !isQualifiedName(key)) causes.push(invalid(`${path}.key`, key, QUALIFIED_NAME_SENTENCE));
  if (key === '' && operator !== 'Exists') causes.push(invalid(`${path}.operator`, operator, 'operator must be Exists when `key` is empty, which matches everything'));
  if (operator === 'Exists' && value !== '') causes.push(invalid(`${path}.operator`, value, 'value must be empty when `operator` is Exists'));
  if (operator === 'Equal' && !isLabelValue(value)) causes.push(invalid(`${path}.operator`, value, 'must be a valid label value'));
  if (effect !== '') causes.push(...supportedCauses(toleration, path, 'effect', TAINT_EFFECTS));
  if (fieldOf(toleration, 'tolerationSeconds') !== undefined && effect !== 'NoExecute') {
    causes.push(invalid(`${path}.effect`, effect, 'effect must be NoExecute when `tolerationSeconds` is set'));
  }
  return causes;
}

function stringMembers(value: Json | undefined): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, String(member)]));
}
