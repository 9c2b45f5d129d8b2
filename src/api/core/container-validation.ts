// Rules of a container, an init container and what they hold (pkg/apis/core/validation of Kubernetes).
import { isJsonObject, type Json, type JsonObject, type StatusCause } from '../../base/mod.ts';
import { duplicate, forbidden, invalid, required, tooMany } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { ipAddressCauses } from '../ip-address.ts';
import { fieldOf } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';
import { resourceCauses } from './container-resources-validation.ts';
import { fieldReferenceCauses, resourceReferenceCauses } from './downward-api-validation.ts';
import { initLifecycleCauses, lifecycleCauses, type LifeOfPod } from './lifecycle-validation.ts';
import { PORT_NAME, portNumberCauses, PROTOCOLS, supportedCauses } from './member-causes.ts';
import { deviceCauses, mountCauses, type VolumesOfPod } from './volume-mount-validation.ts';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const ENVIRONMENT_NAME = /^[ -<>-~]+$/;
export const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
/** `RestartAllContainers` (1.36) is not here. */
const RULE_ACTIONS = ['Restart'];
const RULE_OPERATORS = ['In', 'NotIn'];
const RULE_COUNT_MAX = 20;
const EXIT_CODE_COUNT_MAX = 255;
const RESIZED = ['cpu', 'memory'];
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];
const ENVIRONMENT_SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

/** What the rules of a container ask of its Pod. */
export interface PodContext extends VolumesOfPod, LifeOfPod {
  readonly restartPolicy: string;
}

/** Main containers: at least one, names unique. */
export function containerListCauses(containers: readonly Json[], path: string, context: PodContext): readonly StatusCause[] {
  if (containers.length === 0) return [required(path)];
  return [
    ...containers.flatMap((container, index) => containerCauses(container, `${path}[${index}]`, context)),
    ...duplicateNameCauses(containers, path, new Set()),
    ...containers.flatMap((container, index) => lifecycleCauses(container, `${path}[${index}]`, context)),
  ];
}

/** Init containers: their names differ from those of main containers too; only sidecars (restartPolicy Always) may be probed. */
export function initContainerListCauses(
  containers: readonly Json[],
  mainContainers: readonly Json[],
  path: string,
  context: PodContext,
): readonly StatusCause[] {
  const mainNames = new Set(mainContainers.map((container) => textAt(container, '', 'name')));
  return [
    ...containers.flatMap((container, index) => containerCauses(container, `${path}[${index}]`, context)),
    ...duplicateNameCauses(containers, path, mainNames),
    ...containers.flatMap((container, index) => initLifecycleCauses(container, `${path}[${index}]`, context)),
    ...containers.flatMap((container, index) => sidecarRuleCauses(container, `${path}[${index}]`)),
  ];
}

function sidecarRuleCauses(container: Json, path: string): readonly StatusCause[] {
  const isSidecar = fieldOf(container, 'restartPolicy') === 'Always';
  return isSidecar && itemsAt(container, 'restartPolicyRules').length > 0 ? [forbidden(`${path}.restartPolicyRules`, 'restartPolicyRules are not allowed for init containers with restart policy Always')] : [];
}

function duplicateNameCauses(containers: readonly Json[], path: string, taken: Set<string>): readonly StatusCause[] {
  return containers.flatMap((container, index) => {
    const name = textAt(container, '', 'name');
    if (name === '') return [];
    const isTaken = taken.has(name);
    taken.add(name);
    return isTaken ? [duplicate(`${path}[${index}].name`, name)] : [];
  });
}

function containerCauses(container: Json, path: string, context: PodContext): readonly StatusCause[] {
  const name = textAt(container, '', 'name');
  const image = textAt(container, '', 'image');
  return [
    ...(name === '' ? [required(`${path}.name`)] : nameCauses('dns-label', `${path}.name`, name)),
    ...imageCauses(image, `${path}.image`),
    ...supportedCauses(container, path, 'terminationMessagePolicy', MESSAGE_POLICIES),
    ...supportedCauses(container, path, 'imagePullPolicy', PULL_POLICIES),
    ...portCauses(itemsAt(container, 'ports'), `${path}.ports`),
    ...itemsAt(container, 'env').flatMap((variable, index) => environmentCauses(variable, `${path}.env[${index}]`)),
    ...itemsAt(container, 'envFrom').flatMap((source, index) => environmentFromCauses(source, `${path}.envFrom[${index}]`)),
    ...mountCauses(container, path, context),
    ...deviceCauses(container, path, context),
    ...restartCauses(container, path),
    ...resourceCauses(container, `${path}.resources`),
    ...resizeCauses(itemsAt(container, 'resizePolicy'), `${path}.resizePolicy`, context),
  ];
}

/** Rules about exit codes stand beside a policy of the container's own, for all other ends. */
function restartCauses(container: Json, path: string): readonly StatusCause[] {
  const rules = itemsAt(container, 'restartPolicyRules');
  const at = `${path}.restartPolicyRules`;
  return [
    ...(rules.length > 0 && fieldOf(container, 'restartPolicy') === undefined ? [required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used')] : []),
    ...supportedCauses(container, path, 'restartPolicy', RESTART_POLICIES),
    ...(rules.length > RULE_COUNT_MAX ? [tooMany(at, rules.length, RULE_COUNT_MAX)] : []),
    ...rules.flatMap((rule, index) => restartRuleCauses(rule, `${at}[${index}]`)),
  ];
}

function restartRuleCauses(rule: Json, path: string): readonly StatusCause[] {
  const codes = fieldOf(rule, 'exitCodes');
  const count = itemsAt(codes, 'values').length;
  return [
    ...supportedCauses(rule, path, 'action', RULE_ACTIONS),
    ...(codes === undefined ? [required(`${path}.exitCodes`, 'must be specified')] : supportedCauses(codes, `${path}.exitCodes`, 'operator', RULE_OPERATORS)),
    ...(count > EXIT_CODE_COUNT_MAX ? [tooMany(`${path}.exitCodes.values`, count, EXIT_CODE_COUNT_MAX)] : []),
  ];
}

function resizeCauses(policies: readonly Json[], path: string, { restartPolicy }: PodContext): readonly StatusCause[] {
  const resized = new Set<string>();
  return policies.flatMap((policy, index) => {
    const at = `${path}[${index}]`;
    const [resource, own] = [textAt(policy, '', 'resourceName'), textAt(policy, '', 'restartPolicy')];
    const isTaken = resized.has(resource);
    resized.add(resource);
    const needed = [['resourceName', resource], ['restartPolicy', own]].filter(([, value]) => value === '').map(([member]) => required(`${at}.${member}`));
    if (needed.length > 0) return needed;
    return [
      ...supportedCauses(policy, at, 'resourceName', RESIZED),
      ...(isTaken ? [duplicate(at, resource)] : []),
      ...supportedCauses(policy, at, 'restartPolicy', RESIZE_POLICIES),
      ...(restartPolicy === 'Never' && own === 'RestartContainer' ? [invalid(`${at}.restartPolicy`, own, "must be 'NotRequired' when `restartPolicy` is 'Never'")] : []),
    ];
  });
}

function imageCauses(image: string, path: string): readonly StatusCause[] {
  if (image === '') return [required(path)];
  return image.trim() === image ? [] : [invalid(path, image, 'must not have leading or trailing whitespace')];
}

function portCauses(ports: readonly Json[], path: string): readonly StatusCause[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = `${path}[${index}]`;
    const causes: StatusCause[] = [];
    const name = textAt(port, '', 'name');
    if (name !== '' && !PORT_NAME.test(name)) {
      causes.push(invalid(`${at}.name`, name, "must be 1 to 15 lower case letters, digits and '-', with at least one letter, and no '-' at an end or twice in a row"));
    } else if (name !== '' && names.has(name)) causes.push(duplicate(`${at}.name`, name));
    names.add(name);
    const containerPort = fieldOf(port, 'containerPort') ?? 0;
    if (containerPort === 0) causes.push(required(`${at}.containerPort`));
    else causes.push(...portNumberCauses(containerPort, `${at}.containerPort`));
    const hostPort = fieldOf(port, 'hostPort') ?? 0;
    if (hostPort !== 0) causes.push(...portNumberCauses(hostPort, `${at}.hostPort`));
    if (textAt(port, '', 'hostIP') !== '') causes.push(...ipAddressCauses(textAt(port, '', 'hostIP'), `${at}.hostIP`));
    return [...causes, ...supportedCauses(port, at, 'protocol', PROTOCOLS)];
  });
}

function environmentCauses(variable: Json, path: string): readonly StatusCause[] {
  const name = textAt(variable, '', 'name');
  const source = fieldOf(variable, 'valueFrom');
  return [
    ...(name === '' ? [required(`${path}.name`)] : environmentNameCauses(name, `${path}.name`)),
    ...(isJsonObject(source) ? environmentSourceCauses(source, textAt(variable, '', 'value'), `${path}.valueFrom`) : []),
  ];
}

function environmentNameCauses(name: string, path: string): readonly StatusCause[] {
  return ENVIRONMENT_NAME.test(name) ? [] : [invalid(path, name, "must be printable ASCII characters other than '='")];
}

function environmentSourceCauses(source: JsonObject, value: string, path: string): readonly StatusCause[] {
  const given = ENVIRONMENT_SOURCES.filter((name) => source[name] !== undefined);
  if (given.length === 0) return [invalid(path, '', `must specify one of: ${ENVIRONMENT_SOURCES.map((name) => `\`${name}\``).join(', ')}`)];
  if (value !== '') return [invalid(path, '', 'may not be specified when `value` is not empty')];
  if (given.length > 1) return [invalid(path, '', 'may not have more than one field specified at a time')];
  const [member = ''] = given;
  const at = `${path}.${member}`;
  const reference = source[member];
  if (member === 'fieldRef') return fieldReferenceCauses(reference, at, 'environment');
  if (member === 'resourceFieldRef') return resourceReferenceCauses(reference, at, 'environment');
  const needed = member === 'fileKeyRef' ? ['volumeName', 'path', 'key'] : ['name', 'key'];
  return needed.filter((part) => textAt(reference, '', part) === '').map((part) => required(`${at}.${part}`));
}

function environmentFromCauses(source: Json, path: string): readonly StatusCause[] {
  const given = ['configMapRef', 'secretRef'].filter((name) => fieldOf(source, name) !== undefined);
  if (given.length === 0) return [invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`')];
  if (given.length > 1) return [invalid(path, '', 'may not have more than one field specified at a time')];
  const prefix = textAt(source, '', 'prefix');
  return [
    ...(prefix === '' ? [] : environmentNameCauses(prefix, `${path}.prefix`)),
    ...(textAt(source, '', given[0]!, 'name') === '' ? [required(`${path}.${given[0]}.name`)] : []),
  ];
}
