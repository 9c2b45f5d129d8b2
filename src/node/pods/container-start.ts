// Starts one container: references, environment variables, volumes, step directories, program, process.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { crashPoint, describeError, Failure, type KubeObject, type ObjectApi } from '../../base/mod.ts';
import type { Blobs } from '../../blobs/mod.ts';
import type { EventRecorder } from '../../client/mod.ts';
import type { LogKey, Logs } from '../../logs/mod.ts';
import type { StartContainerRequest, Supervisor } from '../supervisor/protocol.ts';
import type { ContainerProgram, Programs } from './container-program.ts';
import { envReferences, resolveEnv, type ReferencedObjects } from './pod-env.ts';
import type { PodDirectory } from './pod-directory.ts';
import type { ContainerSpec, PodSpec } from './pod-spec.ts';
import { mountsOf, prepareVolumes, volumeReferences } from './pod-volumes.ts';
import { prepareStep, stepDocumentOf } from './step.ts';

export interface ContainerStart {
  readonly api: ObjectApi;
  readonly supervisor: () => Supervisor;
  readonly programs: Programs;
  readonly logs: Logs;
  readonly blobs: Blobs;
  readonly events: EventRecorder;
  readonly pod: KubeObject;
  readonly spec: PodSpec;
  readonly container: ContainerSpec;
  readonly restart: number;
  readonly directory: PodDirectory;
  readonly logKey: LogKey;
  readonly onProgress: (message: string) => void;
  readonly signal: AbortSignal;
}

export type StartOutcome =
  | { readonly kind: 'started'; readonly pid: number }
  /** A ConfigMap, Secret or key is missing: may come later. */
  | { readonly kind: 'not-configured'; readonly message: string }
  /** It will not work by waiting: the Pod fails with this reason. */
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string }
  /** The Pod went away meanwhile. */
  | { readonly kind: 'aborted' };

export async function startContainer(start: ContainerStart): Promise<StartOutcome> {
  try {
    return await prepareAndStart(start);
  } catch (error) {
    if (start.signal.aborted) return { kind: 'aborted' };
    if (!(error instanceof Failure) || error.reason === 'SupervisorLost' || error.reason.startsWith('Storage')) throw error;
    if (error.reason === 'VolumeNotReady') return { kind: 'not-configured', message: error.message };
    return { kind: 'refused', reason: error.reason, message: describeError(error) };
  }
}

async function prepareAndStart(start: ContainerStart): Promise<StartOutcome> {
  const { pod, spec, container, directory } = start;
  const objects = await fetchReferences(start);
  const env = resolveEnv(pod, container, objects);
  if (env.kind === 'missing') return { kind: 'not-configured', message: env.message };
  directory.make();
  const volumes = spec.volumes.length === 0 ? new Map<string, string>() : await prepareVolumes(pod, spec.volumes, objects, directory.path);
  const document = stepDocumentOf(pod);
  const step = document === undefined ? { mounts: [], tmpDirectories: [] } : await prepareStep(document, start.blobs);
  for (const relative of step.tmpDirectories) await mkdir(join(directory.tmp, relative), { recursive: true });
  const program = await start.programs.prepare({
    pod,
    container,
    env: env.env,
    tmpDirectory: directory.tmp,
    onProgress: start.onProgress,
    signal: start.signal,
  });
  if (program.kind === 'not-runnable') return { kind: 'refused', reason: 'ImageNotRunnable', message: program.message };
  if (program.warning !== undefined) start.events.record(pod, { type: 'Warning', reason: 'ImageDiffers', message: program.warning });
  if (start.signal.aborted) return { kind: 'aborted' };
  return launch(start, program, [...mountsOf(container, volumes), ...step.mounts]);
}

async function launch(start: ContainerStart, program: ContainerProgram, mounts: StartContainerRequest['mounts']): Promise<StartOutcome> {
  const { pod, spec, container, restart, directory } = start;
  const supervisor = start.supervisor();
  const podUid = pod.metadata.uid!;
  const request: StartContainerRequest = {
    id: `${podUid}/${container.name}/${restart}`,
    podUid,
    sandbox: { tmpDir: directory.tmp, hostname: spec.hostname ?? pod.metadata.name.slice(0, 63) },
    command: program.command,
    mounts: [...program.mounts, ...mounts],
    files: program.files,
    logFile: await start.logs.fileFor(start.logKey),
    exitFile: directory.exitFile(container.name, restart),
  };
  directory.writeSupervisor(supervisor.hello.instanceId);
  crashPoint('node.fork.before');
  const { pid } = await supervisor.startContainer(request);
  crashPoint('node.fork.after');
  return { kind: 'started', pid };
}

async function fetchReferences(start: ContainerStart): Promise<ReferencedObjects> {
  const references = [...envReferences([start.container]), ...volumeReferences(start.spec.volumes)];
  const objects = new Map<string, KubeObject>();
  for (const { resource, name } of references) {
    const type = { group: '', version: 'v1', resource };
    const outcome = await start.api.get({ type, namespace: start.pod.metadata.namespace, name });
    if (outcome.ok) objects.set(`${resource}/${name}`, outcome.value);
    else if (outcome.status.reason !== 'NotFound') throw new Failure('StorageFailed', outcome.status.message);
  }
  return objects;
}
