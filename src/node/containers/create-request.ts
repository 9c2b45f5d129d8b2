// From what a container should be to the request that creates it at an engine; pure. Names of fields are those of
// `POST /containers/create` of the Docker API.
import type { JsonObject } from '../../base/mod.ts';
import type { ImageProgram } from '../pods/container-program.ts';
import type { ContainerPlan } from '../runtimes/runtime.ts';
import type { ContainerLimits, ContainerMount } from '../supervisor/protocol.ts';

/** By these labels a container is found again, and known as one of ours. */
export const LABEL = {
  installation: 'slipway.installation',
  podUid: 'slipway.pod-uid',
  id: 'slipway.container-id',
  /** Of the record of its exit. */
  exitFile: 'slipway.exit-file',
  /** `own` when it joined the network of its Pod, which lives as long as the supervisor. */
  network: 'slipway.network',
  /** Only where the engine does not write it itself. */
  logFile: 'slipway.log-file',
  podName: 'slipway.pod-name',
  podNamespace: 'slipway.pod-namespace',
} as const;

export interface CreateContext {
  readonly installation: string;
  readonly exitFile: string;
  /** podman writes a log in CRI format where it is told to; Docker keeps it. */
  readonly canWriteLogs: boolean;
  /** The engine's word for the process namespace that it joins; undefined for one of its own. */
  readonly processes?: string | undefined;
}

const NAME_CHARS_MAX = 100;
const CPU_PERIOD_US = 100_000;

/** Unique for ever, as the id is; readable in `podman ps`. */
export function containerName({ id, pod }: ContainerPlan): string {
  const [uid = '', container = '', restart = ''] = id.split('/');
  return `slipway_${container}_${pod.metadata.name.slice(0, NAME_CHARS_MAX)}_${uid}_${restart}`;
}

export function createRequest(program: ImageProgram, plan: ContainerPlan, { installation, exitFile, canWriteLogs, processes }: CreateContext): JsonObject {
  const { pod, id, limits } = plan;
  const { security, workingDirectory, argv, env } = program;
  const [command = '', ...args] = argv;
  const mounts = [...plan.mounts, ...(plan.message === undefined ? [] : [plan.message]), ...stepMounts(plan)];
  return {
    Image: program.imageId,
    Entrypoint: [command],
    Cmd: args,
    Env: Object.entries({ ...env, ...withoutGpus(env, plan.gpus) }).map(([name, value]) => `${name}=${value}`),
    Hostname: plan.hostname,
    ...(plan.stdin ? { OpenStdin: true } : {}),
    ...(plan.tty ? { Tty: true } : {}),
    Labels: {
      [LABEL.installation]: installation,
      [LABEL.podUid]: pod.metadata.uid ?? '',
      [LABEL.id]: id,
      [LABEL.exitFile]: exitFile,
      ...(canWriteLogs ? {} : { [LABEL.logFile]: plan.logFile }),
      [LABEL.network]: plan.address.kind,
      [LABEL.podName]: pod.metadata.name,
      [LABEL.podNamespace]: pod.metadata.namespace ?? '',
    },
    ...(workingDirectory === undefined ? {} : { WorkingDir: workingDirectory }),
    ...(security.user === undefined ? {} : { User: security.user }),
    HostConfig: {
      NetworkMode: plan.address.kind === 'own' ? `ns:${plan.address.namespace}` : 'host',
      ...(processes === undefined ? {} : { PidMode: processes }),
      ...(plan.gpus.length === 0 ? {} : { DeviceRequests: [gpuRequest(plan.gpus, { isPodman: canWriteLogs })] }),
      Mounts: mounts.map(mountJson),
      // Volumes are directories of this machine; relabelling them for one container would lock out the others.
      SecurityOpt: ['label=disable', ...(security.isEscalationForbidden ? ['no-new-privileges'] : []), ...(security.isSeccompOff ? ['seccomp=unconfined'] : [])],
      ReadonlyRootfs: security.isReadOnly,
      Privileged: security.isPrivileged,
      CapAdd: [...security.addedCapabilities],
      CapDrop: [...security.droppedCapabilities],
      GroupAdd: [...security.groups],
      LogConfig: canWriteLogs ? podmanLog(plan) : dockerLog(plan),
      ...limitsJson(limits),
    },
  };
}

export function limitsJson({ memoryBytes, cpuMilli, processCountMax }: ContainerLimits): JsonObject {
  return {
    ...(memoryBytes === undefined ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes }),
    ...(cpuMilli === undefined ? {} : { NanoCpus: cpuMilli * 1e6 }),
    ...(processCountMax === undefined ? {} : { PidsLimit: processCountMax }),
  };
}

/** podman's own form, that of the OCI runtime specification. */
export function podmanLimitsJson({ memoryBytes, cpuMilli }: ContainerLimits): JsonObject {
  return {
    ...(memoryBytes === undefined ? {} : { memory: { limit: memoryBytes, swap: memoryBytes } }),
    ...(cpuMilli === undefined ? {} : { cpu: { quota: cpuMilli * 100, period: CPU_PERIOD_US } }),
  };
}

/** Where NVIDIA's runtime is the engine's default, images that say `all` (as those of CUDA do) would see every GPU. A machine that has GPUs says in
 * CUDA_VISIBLE_DEVICES which of them a container has. */
function withoutGpus({ CUDA_VISIBLE_DEVICES: told }: Readonly<Record<string, string>>, gpus: readonly string[]): Readonly<Record<string, string>> {
  return told === undefined || gpus.length > 0 ? {} : { NVIDIA_VISIBLE_DEVICES: 'void' };
}

/** podman takes names of the Container Device Interface, which NVIDIA's toolkit describes; Docker asks the toolkit itself. */
function gpuRequest(gpus: readonly string[], { isPodman }: { readonly isPodman: boolean }): JsonObject {
  return isPodman ? { Driver: 'cdi', DeviceIDs: gpus.map((id) => `nvidia.com/gpu=${id}`) } : { Driver: 'nvidia', DeviceIDs: [...gpus], Capabilities: [['gpu']] };
}

/** The node reads what a step leaves below /tmp, so its /tmp is a directory of this machine; others keep their image's. */
function stepMounts({ step, tmpDirectory }: ContainerPlan): readonly ContainerMount[] {
  return step === undefined ? [] : [{ source: tmpDirectory, target: '/tmp', readOnly: false }, ...step.mounts];
}

/** podman keeps one file and begins it anew, so that one may take what all files together may. */
function podmanLog({ logFile, logLimits: { fileBytesMax, fileCountMax } }: ContainerPlan): JsonObject {
  return { Type: 'k8s-file', Config: { path: logFile, 'max-size': String(fileBytesMax * fileCountMax) } };
}

/** Docker's own copy. */
function dockerLog({ logLimits: { fileBytesMax, fileCountMax } }: ContainerPlan): JsonObject {
  return { Type: 'json-file', Config: { 'max-size': String(fileBytesMax), 'max-file': String(fileCountMax) } };
}

function mountJson({ source, target, readOnly }: ContainerMount): JsonObject {
  return { Type: 'bind', Source: source, Target: target, ReadOnly: readOnly };
}
