// Probes and hooks of a container (pkg/apis/core/validation of Kubernetes).
import { isJsonObject, type Json, type StatusCause } from '../../base/mod.ts';
import { forbidden, invalid, required } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { portReferenceCauses, supportedCauses } from './member-causes.ts';

export interface LifeOfPod {
  /** terminationGracePeriodSeconds. */
  readonly graceSeconds: number;
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const HOOKS = ['postStart', 'preStop'];
const NUMBERS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];
const SCHEMES = ['HTTP', 'HTTPS'];
const HEADER_NAME = /^[-A-Za-z0-9]+$/;

export function lifecycleCauses(container: Json, path: string, life: LifeOfPod): readonly StatusCause[] {
  return [
    ...['livenessProbe', 'startupProbe'].flatMap((probe) => {
      const threshold = fieldOf(container, probe, 'successThreshold');
      return typeof threshold === 'number' && threshold > 1 ? [invalid(`${path}.${probe}.successThreshold`, threshold, 'must be 1')] : [];
    }),
    ...PROBES.flatMap((probe) => probeCauses(fieldOf(container, probe), `${path}.${probe}`, probe === 'readinessProbe')),
    ...HOOKS.flatMap((hook) => handlerCauses(fieldOf(container, 'lifecycle', hook), `${path}.lifecycle.${hook}`, life)),
  ];
}

/** Init containers that do not run beside the others have none. */
export function initLifecycleCauses(container: Json, path: string, life: LifeOfPod): readonly StatusCause[] {
  if (fieldOf(container, 'restartPolicy') === 'Always') return lifecycleCauses(container, path, life);
  return ['lifecycle', ...PROBES]
    .filter((member) => fieldOf(container, member) !== undefined)
    .map((member) => forbidden(`${path}.${member}`, 'may not be set for init containers without restartPolicy=Always'));
}

function probeCauses(probe: Json | undefined, path: string, isReadiness: boolean): readonly StatusCause[] {
  const grace = fieldOf(probe, 'terminationGracePeriodSeconds');
  const graceMistake = isReadiness ? 'must not be set for readinessProbes' : typeof grace === 'number' && grace <= 0 ? 'must be greater than 0' : undefined;
  return [
    ...handlerCauses(probe, path),
    ...NUMBERS.flatMap((member) => {
      const value = fieldOf(probe, member);
      return typeof value === 'number' && value < 0 ? [invalid(`${path}.${member}`, value, 'must be greater than or equal to 0')] : [];
    }),
    ...(grace === undefined || graceMistake === undefined ? [] : [invalid(`${path}.terminationGracePeriodSeconds`, grace, graceMistake)]),
  ];
}

/** `life`: of the Pod whose hook it is; probes do not sleep. */
function handlerCauses(handler: Json | undefined, path: string, life?: LifeOfPod): readonly StatusCause[] {
  if (!isJsonObject(handler)) return [];
  const given = HANDLERS.filter((name) => handler[name] !== undefined);
  if (given.length === 0) return [required(path, 'must specify a handler type')];
  if (given.length > 1) return [forbidden(`${path}.${given[1]}`, 'may not specify more than 1 handler type')];
  const at = `${path}.${given[0]}`;
  switch (given[0]) {
    case 'exec':
      return itemsAt(handler, 'exec', 'command').length === 0 ? [required(`${at}.command`)] : [];
    case 'sleep':
      return life === undefined ? [] : sleepCauses(fieldOf(handler, 'sleep', 'seconds'), at, life);
    case 'httpGet':
      return httpCauses(handler['httpGet']!, at);
    default:
      return portReferenceCauses(fieldOf(handler, given[0]!, 'port') ?? 0, `${at}.port`);
  }
}

function sleepCauses(seconds: Json | undefined, path: string, { graceSeconds }: LifeOfPod): readonly StatusCause[] {
  const isFitting = typeof seconds === 'number' && seconds >= 0 && seconds <= graceSeconds;
  return isFitting ? [] : [invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`)];
}

function httpCauses(request: Json, path: string): readonly StatusCause[] {
  const names = itemsAt(request, 'httpHeaders').map((header) => textAt(header, '', 'name'));
  return [
    ...portReferenceCauses(fieldOf(request, 'port') ?? 0, `${path}.port`),
    ...supportedCauses(request, path, 'scheme', SCHEMES),
    ...names.filter((name) => !HEADER_NAME.test(name)).map((name) => invalid(`${path}.httpHeaders`, name, "must be letters, digits and '-'")),
  ];
}
