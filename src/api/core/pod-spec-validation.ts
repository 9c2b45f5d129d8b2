// Rules of a PodSpec wherever it stands. What the local node does not support it refuses itself, with a sentence; here are the
// rules that hold on every Kubernetes.
import { isJsonObject, type Json, type JsonObject, type StatusCause } from '../../base/mod.ts';
import { isLabelValue, isQualifiedName } from '../../expr/mod.ts';
import { duplicate, forbidden, invalid, required, tooLong } from '../causes.ts';
import { itemsAt, numberAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { QUALIFIED_NAME_SENTENCE, labelCauses, nameCauses } from '../metadata-validation.ts';
import { containerListCauses, initContainerListCauses, RESTART_POLICIES, type PodContext } from './container-validation.ts';
import { supportedCauses, TAINT_EFFECTS } from './member-causes.ts';
import { dnsCauses, hostAliasCauses } from './pod-dns-validation.ts';
import { affinityCauses, spreadCauses } from './pod-placement-validation.ts';
import { wholeResourceCauses } from './pod-resources-validation.ts';
import { containerSecurityCauses, podSecurityCauses } from './security-context-validation.ts';
import { volumeListCauses } from './volume-validation.ts';

const CONTAINER_LISTS = ['containers', 'initContainers'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const SYSTEMS = ['linux', 'windows'];
const PREEMPTION_POLICIES = ['Never', 'PreemptLowerPriority'];
const TOLERATION_OPERATORS = ['Equal', 'Exists'];
const HOSTNAME_CHARS_MAX = 64;
const SECONDS_MAX = 2 ** 31 - 1;

/** `spec` is defaulted; `path` is where it stands, for example `spec` or `spec.template.spec`. */
export function validatePodSpec(spec: JsonObject, path: string): readonly StatusCause[] {
  const containers = itemsAt(spec, 'containers');
  const volumes = itemsAt(spec, 'volumes');
  const namesOf = (list: readonly Json[]) => new Set(list.map((volume) => textAt(volume, '', 'name')));
  const context: PodContext = {
    volumeNames: namesOf(volumes),
    claimNames: namesOf(volumes.filter((volume) => ['persistentVolumeClaim', 'ephemeral'].some((kind) => fieldOf(volume, kind) !== undefined))),
    graceSeconds: numberAt(spec, 'terminationGracePeriodSeconds'),
    restartPolicy: textAt(spec, '', 'restartPolicy'),
  };
  return [
    ...volumeListCauses(volumes, `${path}.volumes`),
    ...containerListCauses(containers, `${path}.containers`, context),
    ...hostPortCauses(containers, `${path}.containers`, spec['hostNetwork'] === true),
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
    ...hostCauses(spec, path),
    ...tolerationListCauses(itemsAt(spec, 'tolerations'), `${path}.tolerations`),
  ];
}

/** Ports of the machine are taken once in a Pod; on the machine's network they are those of the container. */
function hostPortCauses(containers: readonly Json[], path: string, isOnHostNetwork: boolean): readonly StatusCause[] {
  const taken = new Set<string>();
  return containers.flatMap((container, containerIndex) =>
    itemsAt(container, 'ports').flatMap((port, index) => {
      const at = `${path}[${containerIndex}].ports[${index}]`;
      const [containerPort, hostPort] = [numberAt(port, 'containerPort'), numberAt(port, 'hostPort')];
      const key = `${textAt(port, '', 'protocol')}/${textAt(port, '', 'hostIP')}/${hostPort}`;
      const isTaken = hostPort !== 0 && taken.has(key);
      taken.add(key);
      return [
        ...(isTaken ? [duplicate(`${at}.hostPort`, key)] : []),
        ...(isOnHostNetwork && hostPort !== containerPort ? [invalid(`${at}.containerPort`, containerPort, 'must match `hostPort` when `hostNetwork` is true')] : []),
      ];
    }),
  );
}

/** Who shares nothing of the users of the machine shares nothing else of it; and a Pod is for one system. */
function hostCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  const shared = spec['hostUsers'] === false ? ['hostNetwork', 'hostPID', 'hostIPC'].filter((member) => spec[member] === true) : [];
  const os = fieldOf(spec, 'os');
  return [
    ...shared.map((member) => forbidden(`${path}.${member}`, 'when `hostUsers` is false')),
    ...(os === undefined ? [] : textAt(os, '', 'name') === '' ? [required(`${path}.os.name`, 'cannot be empty')] : supportedCauses(os, `${path}.os`, 'name', SYSTEMS)),
    ...supportedCauses(spec, path, 'preemptionPolicy', PREEMPTION_POLICIES),
  ];
}

function identityCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  const rules = [
    ['serviceAccountName', 'dns-subdomain'],
    ['nodeName', 'dns-subdomain'],
    ['priorityClassName', 'dns-subdomain'],
    ['runtimeClassName', 'dns-subdomain'],
    ['hostname', 'dns-label'],
    ['hostnameOverride', 'dns-subdomain'],
    ['subdomain', 'dns-label'],
  ] as const;
  const causes = rules.flatMap(([member, rule]) => {
    const name = textAt(spec, '', member);
    return name === '' ? [] : nameCauses(rule, `${path}.${member}`, name);
  });
  return [...causes, ...overriddenNameCauses(spec, path)];
}

/** The kernel takes no longer host name. */
function overriddenNameCauses(spec: JsonObject, path: string): readonly StatusCause[] {
  const name = textAt(spec, '', 'hostnameOverride');
  const at = `${path}.hostnameOverride`;
  const against = name === '' ? [] : ['hostNetwork', 'setHostnameAsFQDN'].filter((member) => spec[member] === true);
  return [...(name.length > HOSTNAME_CHARS_MAX ? [tooLong(at, HOSTNAME_CHARS_MAX)] : []), ...against.map((member) => forbidden(at, `when \`${member}\` is true`))];
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
