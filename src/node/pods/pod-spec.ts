// The part of a Pod's spec that the node runs, as typed views. The API server has validated the spec; what is absent here
// gets the kubelet's default.
import { isJsonObject, objectOf, objectsOf, textsOf, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { lifecycleOf, type Lifecycle } from './lifecycle.ts';
import { probesOf, type Probes } from './probe-spec.ts';

export interface EnvSource {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: JsonObject;
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  /** A sub-path with $(VAR) in it. */
  readonly subPathExpr?: string;
  readonly readOnly: boolean;
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir?: string;
  readonly env: readonly EnvSource[];
  readonly envFrom: readonly JsonObject[];
  readonly volumeMounts: readonly VolumeMount[];
  readonly terminationMessagePath: string;
  /** Its policy is FallbackToLogsOnError. */
  readonly saysLogsOnError: boolean;
  /** An init container with restartPolicy Always: it need only have started, and it runs as long as the others do. */
  readonly isSidecar: boolean;
  /** Its own word on starting again, in place of the Pod's. */
  readonly restarts?: Restarts;
  readonly probes: Probes;
  readonly lifecycle: Lifecycle;
  /** An ephemeral container that sees the processes of this one. */
  readonly target?: string;
  readonly stdin: boolean;
  readonly tty: boolean;
  /** What it asks for and may take at most. */
  readonly resources: JsonObject;
  /** Of these resources it gets other amounts only by starting again. */
  readonly restartsFor: readonly string[];
  /** TCP ports that it says it listens on. */
  readonly ports: readonly number[];
}

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

/** When a container that has ended starts again. */
export interface Restarts {
  readonly policy: RestartPolicy;
  /** With such an exit code it does, whatever the policy says. */
  readonly rules: readonly { readonly isAmong: boolean; readonly exitCodes: readonly number[] }[];
}

export interface PodSpec {
  readonly initContainers: readonly ContainerSpec[];
  readonly containers: readonly ContainerSpec[];
  /** Added to a running Pod to look into it: started once, and of no weight for what becomes of the Pod. */
  readonly ephemeralContainers: readonly ContainerSpec[];
  readonly volumes: readonly JsonObject[];
  readonly restartPolicy: RestartPolicy;
  readonly terminationGracePeriodSeconds: number;
  readonly activeDeadlineSeconds?: number;
  readonly hostname?: string;
  /** Types of the conditions that its readiness waits for. */
  readonly readinessGates: readonly string[];
  /** Its containers see each other's processes. */
  readonly sharesProcesses: boolean;
}

const GRACE_SECONDS_DEFAULT = 30;
const TERMINATION_MESSAGE_PATH_DEFAULT = '/dev/termination-log';

export function podSpecOf(pod: KubeObject): PodSpec {
  const spec = pod.spec ?? {};
  const restartPolicy = spec['restartPolicy'];
  const grace = spec['terminationGracePeriodSeconds'];
  const deadline = spec['activeDeadlineSeconds'];
  return {
    initContainers: objectsOf(spec['initContainers']).map((container) => ({ ...containerOf(container), isSidecar: container['restartPolicy'] === 'Always' })),
    containers: objectsOf(spec['containers']).map(containerOf),
    ephemeralContainers: objectsOf(spec['ephemeralContainers']).map(containerOf),
    volumes: objectsOf(spec['volumes']),
    readinessGates: objectsOf(spec['readinessGates']).map(({ conditionType }) => String(conditionType)),
    sharesProcesses: spec['shareProcessNamespace'] === true,
    restartPolicy: restartPolicyOf(restartPolicy),
    // As the API server says of a deletion: a negative period means one second.
    terminationGracePeriodSeconds: typeof grace === 'number' ? (grace < 0 ? 1 : grace) : GRACE_SECONDS_DEFAULT,
    ...(typeof deadline === 'number' ? { activeDeadlineSeconds: deadline } : {}),
    ...(textOf(spec['hostname']) === undefined ? {} : { hostname: textOf(spec['hostname'])! }),
  };
}

/** Those that a Pod lives by, ephemeral ones not among them. */
export function containersOf({ initContainers, containers }: PodSpec): readonly ContainerSpec[] {
  return [...initContainers, ...containers];
}

function containerOf(container: JsonObject): ContainerSpec {
  return {
    name: String(container['name']),
    image: typeof container['image'] === 'string' ? container['image'] : '',
    command: textsOf(container['command']),
    args: textsOf(container['args']),
    ...(textOf(container['workingDir']) === undefined ? {} : { workingDir: textOf(container['workingDir'])! }),
    env: objectsOf(container['env']).map(envOf),
    envFrom: objectsOf(container['envFrom']),
    volumeMounts: objectsOf(container['volumeMounts']).map(mountOf),
    terminationMessagePath: textOf(container['terminationMessagePath']) ?? TERMINATION_MESSAGE_PATH_DEFAULT,
    saysLogsOnError: container['terminationMessagePolicy'] === 'FallbackToLogsOnError',
    isSidecar: false,
    ...(container['restartPolicy'] === undefined ? {} : { restarts: restartsOf(container) }),
    probes: probesOf(container),
    lifecycle: lifecycleOf(container),
    ...(textOf(container['targetContainerName']) === undefined ? {} : { target: textOf(container['targetContainerName'])! }),
    stdin: container['stdin'] === true,
    tty: container['tty'] === true,
    resources: objectOf(container['resources']),
    restartsFor: objectsOf(container['resizePolicy']).filter(({ restartPolicy }) => restartPolicy === 'RestartContainer').map(({ resourceName }) => String(resourceName)),
    ports: objectsOf(container['ports']).filter((port) => (port['protocol'] ?? 'TCP') === 'TCP').map((port) => Number(port['containerPort'])),
  };
}

function restartPolicyOf(policy: Json | undefined): RestartPolicy {
  return policy === 'Never' || policy === 'OnFailure' ? policy : 'Always';
}

function restartsOf({ restartPolicy, restartPolicyRules }: JsonObject): Restarts {
  const rules = objectsOf(restartPolicyRules).map(({ exitCodes }) => {
    const { operator, values } = objectOf(exitCodes);
    return { isAmong: operator === 'In', exitCodes: Array.isArray(values) ? values.map(Number) : [] };
  });
  return { policy: restartPolicyOf(restartPolicy), rules };
}

function envOf(env: JsonObject): EnvSource {
  return {
    name: String(env['name']),
    ...(typeof env['value'] === 'string' ? { value: env['value'] } : {}),
    ...(isJsonObject(env['valueFrom']) ? { valueFrom: env['valueFrom'] } : {}),
  };
}

function mountOf(mount: JsonObject): VolumeMount {
  return {
    name: String(mount['name']),
    mountPath: String(mount['mountPath']),
    ...(textOf(mount['subPath']) === undefined ? {} : { subPath: textOf(mount['subPath'])! }),
    ...(textOf(mount['subPathExpr']) === undefined ? {} : { subPathExpr: textOf(mount['subPathExpr'])! }),
    readOnly: mount['readOnly'] === true,
  };
}

/** Undefined for what is absent, empty or no text. */
function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
