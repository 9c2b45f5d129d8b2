// Starts one container: references, environment variables, volumes, step directories, program, process.
import { crashPoint, describeError, Failure, objectsOf, type JsonObject, type KubeObject, type Log, type ObjectApi } from '../../base/mod.ts';
import { textAt, type StepDocument } from '../../api/mod.ts';
import type { Blobs } from '../../blobs/mod.ts';
import type { LogKey, Logs } from '../../logs/mod.ts';
import type { Devices } from '../devices/devices.ts';
import { hostnameOf } from '../network/name-files.ts';
import { withAddress, type PodAddress } from '../network/pod-address.ts';
import type { PodNetworks } from '../network/pod-networks.ts';
import { serviceVariables } from '../network/service-variables.ts';
import type { ContainerPlan, RunningProcess, Runtime, StartedContainer } from '../runtimes/runtime.ts';
import type { ContainerMount } from '../supervisor/protocol.ts';
import { apiVariables } from './api-address.ts';
import type { ContainerProgram, Programs } from './container-program.ts';
import { containerLimits } from './container-limits.ts';
import { nameMounts } from './name-mounts.ts';
import { notAppliedWarning } from './not-applied.ts';
import { envReferences, resolveEnv } from './pod-env.ts';
import { sharedNetworkWarning } from './shared-network.ts';
import type { PodDirectory } from './pod-directory.ts';
import type { ContainerSpec, PodSpec } from './pod-spec.ts';
import { mountsOf, type PreparedVolumes } from './pod-volumes.ts';
import { fetchReferences } from './references.ts';
import type { SlotHolder } from './slot-holder.ts';
import { prepareStep, type StepPaths } from './step.ts';

export interface ContainerStart {
  readonly api: ObjectApi;
  readonly runtime: Runtime;
  readonly programs: Programs;
  readonly logs: Logs;
  readonly blobs: Blobs;
  readonly log: Log;
  readonly pod: KubeObject;
  readonly spec: PodSpec;
  readonly step: StepDocument | undefined;
  readonly container: ContainerSpec;
  readonly restart: number;
  readonly directory: PodDirectory;
  /** Makes the Pod's volumes, or waits until they are made. */
  readonly volumes: () => Promise<PreparedVolumes>;
  readonly networks: PodNetworks;
  readonly logKey: LogKey;
  /** Taken before anything is done; given back when nothing was started. */
  readonly slot: SlotHolder;
  /** Says why it takes long, in a reason and a plain sentence. */
  readonly onProgress: (reason: string, message: string) => void;
  /** Whose processes it shall see. Throws Failure `ConfigMissing` when that one does not run. */
  readonly beside: (container: ContainerSpec) => Promise<RunningProcess | undefined>;
  /** Becomes a Normal event. */
  readonly onEvent: (reason: string, message: string) => void;
  /** Runs here, but not as it would elsewhere: the reason and sentence of an event. */
  readonly onWarning: (reason: string, message: string) => void;
  readonly devices: Devices;
  /** What the node has for Pods. */
  readonly allocatable: () => JsonObject;
  /** 0 for no limit. */
  readonly processesPerContainerMax: number;
  readonly signal: AbortSignal;
}

export type StartOutcome =
  | { readonly kind: 'started'; readonly process: StartedContainer }
  /** Something is missing that may still come: to be tried again. `event` is its Warning event. */
  | { readonly kind: 'postponed'; readonly reason: string; readonly message: string; readonly event: string; /** By the steady clock. */ readonly retryAtMs?: number }
  /** The command itself can't start: the restart policy decides. */
  | { readonly kind: 'start-error'; readonly message: string }
  /** It will not work by waiting: the Pod fails with this reason. */
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string }
  /** The supervisor went away: whether it was started must be found out. */
  | { readonly kind: 'unknown' }
  /** Given up by the signal. */
  | { readonly kind: 'aborted' };

/** Failures of our own parts that pass: full disk, store that can't write, a machine without memory or numbers for one process more. */
const PASSING = /^(Storage|Log|Artifact|PodDirectory|Engine|ParentFailed)/;

export async function startContainer(start: ContainerStart): Promise<StartOutcome> {
  try {
    return await prepareAndStart(start);
  } catch (error) {
    start.slot.release();
    return start.signal.aborted ? { kind: 'aborted' } : outcomeOf(start, error);
  }
}

function outcomeOf(start: ContainerStart, error: unknown): StartOutcome {
  const message = describeError(error);
  const reason = error instanceof Failure ? error.reason : 'Unexpected';
  switch (reason) {
    case 'SupervisorLost':
    case 'SupervisorUnavailable':
    case 'EngineLost':
      return { kind: 'unknown' };
    case 'StartError':
      return { kind: 'start-error', message };
    case 'ConfigMissing':
    case 'SubPathRefused':
      return { kind: 'postponed', reason: 'CreateContainerConfigError', message, event: 'Failed' };
    case 'DevicesTaken':
      return { kind: 'postponed', reason: 'WaitingForDevices', message, event: 'FailedCreatePodContainer' };
    case 'VolumeNotReady':
      return { kind: 'postponed', reason: 'ContainerCreating', message, event: 'FailedMount' };
    case 'CreateContainerError':
      return { kind: 'postponed', reason, message, event: 'Failed' };
    case 'NetworkNotJoinable':
      start.networks.share(start.pod, message);
      return { kind: 'postponed', reason: 'ContainerCreating', message, event: 'NetworkShared', retryAtMs: 0 };
    case 'InvalidImageName':
    case 'ErrImageNeverPull':
    case 'ErrImagePull':
    case 'ImagePullBackOff':
      // A step that can't have its image fails, and its run says why; others wait, as everywhere.
      if (start.step !== undefined) return { kind: 'refused', reason, message };
      return { kind: 'postponed', reason, message, event: reason === 'ImagePullBackOff' ? 'BackOff' : 'Failed', ...retryOf(error) };
  }
  if (error instanceof Failure && !PASSING.test(reason)) {
    // A Pod that runs for long waits for a recipe, a volume, an index: were it to fail, its owner would make it anew without end.
    if (start.spec.restartPolicy !== 'Never') return { kind: 'postponed', reason, message, event: reason };
    return { kind: 'refused', reason, message };
  }
  start.log.warn('a container could not be started, trying again', { pod: start.pod.metadata.name, container: start.container.name, error: message });
  return { kind: 'postponed', reason: 'ContainerCreating', message, event: 'FailedCreatePodContainer' };
}

function retryOf(error: unknown): { retryAtMs?: number } {
  const retryAtMs = error instanceof Failure ? error.fields['retryAtMs'] : undefined;
  return typeof retryAtMs === 'number' ? { retryAtMs } : {};
}

async function prepareAndStart(start: ContainerStart): Promise<StartOutcome> {
  const { pod, container, restart, directory, step, signal } = start;
  refuseForeignSystem(pod);
  const devices = start.devices.take(pod, container.name);
  if (devices.warning !== undefined) start.onWarning('GpuFallback', devices.warning);
  await start.slot.take({ signal, onWait: (message) => start.onProgress('WaitingForSlot', message) });
  const address = await start.networks.ensure(pod);
  if (address.kind === 'loopback') start.onWarning('NetworkShared', await sharedNetworkWarning(container, address));
  const env = { ...(await resolveVariables(start, address)), ...devices.env };
  const volumes = await start.volumes();
  // Neither needs the other, and a short step feels every turn through the file system.
  const [program, stepPaths] = await allSettledOk([
    start.programs.prepare({
      pod,
      container,
      env,
      address,
      signal,
      pullSecrets: () => fetchPullSecrets(start),
      onEvent(reason, message) {
        // A registry that does not answer holds up nobody else.
        if (reason === 'Pulling') start.slot.release();
        start.onEvent(reason, message);
      },
      onProgress(reason, message) {
        // A Pod that waits for an environment leaves its slot to one that can run.
        start.slot.release();
        start.onProgress(reason, message);
      },
    }),
    step === undefined ? undefined : prepareStep(step, start.blobs),
  ]);
  if (program.kind === 'not-runnable') throw new Failure('ImageNotRunnable', program.message);
  const notApplied = notAppliedWarning(pod, container.name);
  if (notApplied !== undefined) start.onWarning('NotApplied', notApplied);
  if (program.kind === 'process' && program.warning !== undefined) start.onWarning('ImageDiffers', program.warning);
  await start.slot.take({ signal, onWait: (message) => start.onProgress('WaitingForSlot', message) });
  const [logFile, volumeMounts] = await allSettledOk([
    start.logs.fileFor(start.logKey),
    mountsOf(container, volumes, env),
    directory.prepare(container.name, restart, { isStep: step !== undefined, tmpPaths: stepPaths?.tmpPaths ?? [] }),
  ]);
  const mounts = [...nameMounts(start, address), ...volumeMounts];
  return launch(start, program, { mounts, step: stepPaths, logFile, address, gpus: devices.gpus });
}

/** Containers of Linux are all that a node has here, whatever system it is. */
function refuseForeignSystem({ spec }: KubeObject): void {
  const system = textAt(spec, 'linux', 'os', 'name');
  if (system === 'linux') return;
  throw new Failure('PodOSNotSupported', `the Pod is for ${system} (spec.os.name), and this node runs containers of linux: leave spec.os out if its programs run here, too`);
}

/** Like Promise.all, but what fails waits for the others: nothing of a start goes on after its end. */
async function allSettledOk<const T extends readonly unknown[]>(work: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

interface Prepared {
  readonly mounts: readonly ContainerMount[];
  readonly step: StepPaths | undefined;
  readonly logFile: string;
  readonly address: PodAddress;
  readonly gpus: readonly string[];
}

async function launch({ pod, container, restart, directory, runtime, processesPerContainerMax, logs, beside, onWarning, signal }: ContainerStart, program: ContainerProgram, prepared: Prepared): Promise<StartOutcome> {
  const { name, terminationMessagePath } = container;
  const plan: ContainerPlan = {
    id: `${pod.metadata.uid!}/${name}/${restart}`,
    pod,
    container: name,
    hostname: hostnameOf(pod),
    logLimits: logs.limits,
    limits: containerLimits(pod, name, processesPerContainerMax),
    ...prepared,
    // The engine reads what a step says about its end from its log; for others the file is what Kubernetes promises.
    message: prepared.step === undefined ? { source: directory.messageFile(name, restart), target: terminationMessagePath, readOnly: false } : undefined,
    tmpDirectory: directory.tmp(name, restart),
    exitFileOf: (instanceId) => directory.exitFile(name, restart, instanceId),
    beside: await beside(container),
    stdin: container.stdin,
    tty: container.tty,
    onWarning,
  };
  signal.throwIfAborted();
  crashPoint('node.fork.before');
  const process = await runtime.start(program, plan);
  crashPoint('node.fork.after');
  return { kind: 'started', process };
}

async function resolveVariables(start: ContainerStart, address: PodAddress): Promise<Readonly<Record<string, string>>> {
  const { pod, container, networks, allocatable } = start;
  const objects = await fetchReferences(start, envReferences([container]));
  const services = address.kind === 'own' ? serviceVariables(pod, networks.servicesOf(pod.metadata.namespace), networks.apiService()) : {};
  const before = { ...services, ...apiVariables(container, networks.apiAddressFor(address)) };
  const outcome = resolveEnv({ pod: withAddress(pod, address), allocatable: allocatable(), objects, before }, container);
  if (outcome.kind === 'missing') throw new Failure('ConfigMissing', outcome.message);
  return outcome.env;
}

async function fetchPullSecrets(start: ContainerStart): Promise<readonly KubeObject[]> {
  const names = objectsOf(start.pod.spec?.['imagePullSecrets']).map(({ name }) => ({ resource: 'secrets', name: String(name) }) as const);
  return [...(await fetchReferences(start, names)).values()];
}
