// Rules of a container, an init container and what they hold (pkg/apis/core/validation of Kubernetes).
import { isJsonObject, type Json, type JsonObject, type StatusCause } from '../../base/mod.ts';
import { duplicate, forbidden, invalid, notFound, notSupported, required } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';
import { resourceCauses } from './container-resources-validation.ts';
import { fieldReferenceCauses, resourceReferenceCauses } from './downward-api-validation.ts';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const ENVIRONMENT_NAME = /^[ -<>-~]+$/;
const PORT_NAME = /^(?=.{1,15}$)(?!.*--)(?=.*[a-z])[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];
const ENVIRONMENT_SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

export interface PodContext {
  readonly volumeNames: ReadonlySet<string>;
}

/** Main containers: at least one, names unique. */
export function containerListCauses(containers: readonly Json[], path: string, context: PodContext): readonly StatusCause[] {
  if (containers.length === 0) return [required(path)];
  return [
    ...containers.flatMap((container, index) => containerCauses(container, `${path}[${index}]`, context)),
    ...duplicateNameCauses(containers, path, new Set()),
    ...containers.flatMap((container, index) => probeListCauses(container, `${path}[${index}]`)),
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
    ...containers.flatMap((container, index) => initProbeCauses(container, `${path}[${index}]`)),
  ];
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
    ...mountCauses(itemsAt(container, 'volumeMounts'), `${path}.volumeMounts`, context),
    ...resourceCauses(container, `${path}.resources`),
  ];
}

function imageCauses(image: string, path: string): readonly StatusCause[] {
  if (image === '') return [required(path)];
  return image.trim() === image ? [] : [invalid(path, image, 'must not have leading or trailing whitespace')];
}

/** A member that is set must be one of the words. */
export function supportedCauses(object: Json, path: string, member: string, supported: readonly string[]): readonly StatusCause[] {
  const value = fieldOf(object, member);
  return value === undefined || supported.includes(String(value)) ? [] : [notSupported(`${path}.${member}`, value, supported)];
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
    return [...causes, ...supportedCauses(port, at, 'protocol', PROTOCOLS)];
  });
}

export function portNumberCauses(port: Json, path: string): readonly StatusCause[] {
  const isPort = typeof port === 'number' && port >= 1 && port <= 65_535;
  return isPort ? [] : [invalid(path, port, 'must be between 1 and 65535, inclusive')];
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

function mountCauses(mounts: readonly Json[], path: string, context: PodContext): readonly StatusCause[] {
  const mountPaths = new Set<string>();
  return mounts.flatMap((mount, index) => {
    const at = `${path}[${index}]`;
    const causes: StatusCause[] = [];
    const name = textAt(mount, '', 'name');
    const mountPath = textAt(mount, '', 'mountPath');
    if (name === '') causes.push(required(`${at}.name`));
    else if (!context.volumeNames.has(name)) causes.push(notFound(`${at}.name`, name));
    if (mountPath === '') causes.push(required(`${at}.mountPath`));
    else if (mountPaths.has(mountPath)) causes.push(invalid(`${at}.mountPath`, mountPath, 'must be unique'));
    mountPaths.add(mountPath);
    for (const member of ['subPath', 'subPathExpr']) causes.push(...descendingPathCauses(textAt(mount, '', member), `${at}.${member}`));
    if (textAt(mount, '', 'subPath') !== '' && textAt(mount, '', 'subPathExpr') !== '') {
      causes.push(invalid(`${at}.subPathExpr`, textAt(mount, '', 'subPathExpr'), 'subPathExpr and subPath are mutually exclusive'));
    }
    return causes;
  });
}

/** A path inside a volume: relative, never upwards. */
export function descendingPathCauses(text: string, path: string): readonly StatusCause[] {
  if (text.startsWith('/')) return [invalid(path, text, 'must be a relative path')];
  return text.split('/').includes('..') ? [invalid(path, text, "must not contain '..'")] : [];
}

function probeListCauses(container: Json, path: string): readonly StatusCause[] {
  return [
    ...['livenessProbe', 'startupProbe'].flatMap((probe) => {
      const threshold = fieldOf(container, probe, 'successThreshold');
      return typeof threshold === 'number' && threshold > 1 ? [invalid(`${path}.${probe}.successThreshold`, threshold, 'must be 1')] : [];
    }),
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) => probeCauses(fieldOf(container, probe), `${path}.${probe}`)),
    ...['postStart', 'preStop'].flatMap((hook) => handlerCauses(fieldOf(container, 'lifecycle', hook), `${path}.lifecycle.${hook}`)),
  ];
}

function probeCauses(probe: Json | undefined, path: string): readonly StatusCause[] {
  const numbers = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];
  return [
    ...handlerCauses(probe, path),
    ...numbers.flatMap((member) => {
      const value = fieldOf(probe, member);
      return typeof value === 'number' && value < 0 ? [invalid(`${path}.${member}`, value, 'must be greater than or equal to 0')] : [];
    }),
  ];
}

function handlerCauses(handler: Json | undefined, path: string): readonly StatusCause[] {
  if (!isJsonObject(handler)) return [];
  const given = HANDLERS.filter((name) => handler[name] !== undefined);
  if (given.length === 0) return [required(path, 'must specify a handler type')];
  if (given.length > 1) return [forbidden(`${path}.${given[1]}`, 'may not specify more than 1 handler type')];
  const at = `${path}.${given[0]}`;
  if (given[0] === 'exec') return itemsAt(handler, 'exec', 'command').length === 0 ? [required(`${at}.command`)] : [];
  if (given[0] === 'sleep') return [];
  return portReferenceCauses(fieldOf(handler, given[0]!, 'port') ?? 0, `${at}.port`);
}

/** A number, or the name that a container gave to a port. */
export function portReferenceCauses(port: Json, path: string): readonly StatusCause[] {
  if (typeof port !== 'string') return portNumberCauses(port, path);
  return PORT_NAME.test(port) ? [] : [invalid(path, port, 'must be a port number or the name of a port')];
}

function initProbeCauses(container: Json, path: string): readonly StatusCause[] {
  const restartPolicy = fieldOf(container, 'restartPolicy');
  if (restartPolicy === 'Always') return probeListCauses(container, path);
  return ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']
    .filter((member) => fieldOf(container, member) !== undefined)
    .map((member) => forbidden(`${path}.${member}`, 'may not be set for init containers without restartPolicy=Always'));
}
