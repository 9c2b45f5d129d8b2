// The Kubelet port: logs of containers, of Pods that run here and of those that ended; commands in running ones; their ports.
import type { Socket } from 'node:net';
import { hasEnded } from '../api/mod.ts';
import { describeError, Failure, failureStatus, isJsonObject, objectsOf, success, type AttachOptions, type ContainerLogOptions, type ContainerSession, type ExecOptions, type JsonObject, type Kubelet, type KubeObject, type Outcome } from '../base/mod.ts';
import type { LogKey, Logs } from '../logs/mod.ts';
import { NOT_STARTED, type ContainerState } from './pods/container-state.ts';
import { outputSession } from './runtimes/container-session.ts';
import type { Runtime } from './runtimes/runtime.ts';

export interface KubeletOptions {
  readonly logs: Logs;
  /** State of a container of a Pod that has a worker here; undefined otherwise. */
  readonly containerState: (podUid: string, container: string) => ContainerState | undefined;
  /** Throws Failure `SupervisorLost` before the node has started. */
  readonly runtime: () => Runtime;
  /** A connection to a port of a Pod. Throws Failure. */
  readonly dial: (podUid: string, port: number) => Promise<Socket>;
  readonly nowMs: () => number;
}

export function createKubelet(options: KubeletOptions): Kubelet {
  return {
    async readLog(pod, log) {
      const container = chooseContainer(pod, log.container);
      if (!container.ok) return container;
      const found = await findAttempt(options, pod, container.value, log.previous === true);
      if (!found.ok) return found;
      const { key, isEnded } = found.value;
      return success(
        options.logs.read(key, {
          follow: log.follow === true && !hasEnded(pod),
          isEnded,
          timestamps: log.timestamps === true,
          ...(log.tailLines === undefined ? {} : { tailLines: log.tailLines }),
          ...sinceOf(log, options.nowMs()),
          ...(log.limitBytes === undefined ? {} : { limitBytes: log.limitBytes }),
          ...(log.signal === undefined ? {} : { signal: log.signal }),
        }),
      );
    },
    exec: (pod, exec) => execIn(options, pod, exec),
    attach: (pod, attach) => attachTo(options, pod, attach),
    async connect(pod, port) {
      if (!isRunning(pod)) return { ok: false, status: failureStatus('BadRequest', `pod ${pod.metadata.name} is not running`) };
      return connectTo(options, pod, port);
    },
  };
}

async function execIn(options: KubeletOptions, pod: KubeObject, exec: ExecOptions): Promise<Outcome<ContainerSession>> {
  const running = findRunning(options, pod, exec.container, 'no command can be run in it');
  if (!running.ok) return running;
  const { podUid, container, restart } = running.value;
  return trying(container, 'no command can be run in', () => options.runtime().openSession(`${podUid}/${container}/${restart}`, exec));
}

async function trying(container: string, refusal: string, open: () => Promise<ContainerSession>): Promise<Outcome<ContainerSession>> {
  try {
    return success(await open());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const reason = error.reason === 'NotFound' ? 'BadRequest' : 'InternalError';
    return { ok: false, status: failureStatus(reason, `${refusal} container ${container}: ${describeError(error)}`) };
  }
}

async function attachTo(options: KubeletOptions, pod: KubeObject, attach: AttachOptions): Promise<Outcome<ContainerSession>> {
  const running = findRunning(options, pod, attach.container, 'nothing can be attached to it');
  if (!running.ok) return running;
  const key = running.value;
  const runtime = options.runtime();
  const { stdin, stdinOnce } = containersOf(pod).find(({ name }) => name === key.container) ?? {};
  const id = `${key.podUid}/${key.container}/${key.restart}`;
  if (attach.hasStdin && stdin !== true) {
    const message = `container ${key.container} takes no input (its spec has no stdin: true): attach without --stdin, or run a command in it (kubectl exec -i)`;
    return { ok: false, status: failureStatus('BadRequest', message) };
  }
  const isEnded = () => hasContainerEnded(options, key);
  return trying(key.container, 'nothing can be attached to', async () => {
    const session = await runtime.attach(id, { hasStdin: attach.hasStdin, endsInput: stdinOnce === true });
    return session ?? outputSession((signal) => options.logs.read(key, { follow: true, tailLines: 0, isEnded, signal }));
  });
}

/** One that waits counts the attempt that comes: it may have begun to write before it is known to run. */
function hasContainerEnded({ containerState }: KubeletOptions, { podUid, container, restart }: LogKey): boolean {
  const now = containerState(podUid, container);
  return now === undefined || now.phase === 'terminated' || now.restartCount !== restart;
}

/** The running attempt of a container. */
function findRunning(options: KubeletOptions, pod: KubeObject, wanted: string | undefined, refusal: string): Outcome<LogKey> {
  const container = chooseContainer(pod, wanted);
  if (!container.ok) return container;
  const podUid = pod.metadata.uid ?? '';
  const state = options.containerState(podUid, container.value);
  if (state?.phase === 'running') return success({ podUid, container: container.value, restart: state.restartCount });
  const why = state?.phase === 'waiting' ? `is waiting to start: ${state.reason}` : 'has ended';
  const { name, namespace } = pod.metadata;
  return { ok: false, status: failureStatus('BadRequest', `container ${container.value} of pod ${name}_${namespace} ${why}; ${refusal}`) };
}

function isRunning(pod: KubeObject): boolean {
  return pod.status?.['phase'] === 'Running';
}

async function connectTo({ dial }: KubeletOptions, pod: KubeObject, port: number): Promise<Outcome<Socket>> {
  try {
    return success(await dial(pod.metadata.uid ?? '', port));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ok: false, status: failureStatus('InternalError', `nothing answers at port ${port} of the pod: ${describeError(error)}`) };
  }
}

function containersOf(pod: KubeObject): readonly JsonObject[] {
  return ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) => objectsOf(pod.spec?.[list]));
}

function chooseContainer(pod: KubeObject, wanted: string | undefined): Outcome<string> {
  const main = objectsOf(pod.spec?.['containers']).map((container) => String(container['name']));
  const init = objectsOf(pod.spec?.['initContainers']).map((container) => String(container['name']));
  const bad = (message: string): Outcome<string> => ({ ok: false, status: failureStatus('BadRequest', message) });
  if (wanted !== undefined && wanted !== '') {
    return containersOf(pod).some(({ name }) => name === wanted) ? success(wanted) : bad(`container ${wanted} is not valid for pod ${pod.metadata.name}`);
  }
  if (main.length === 1) return success(main[0]!);
  const orInit = init.length === 0 ? '' : ` or one of the init containers: [${init.join(' ')}]`;
  return bad(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${main.join(' ')}]${orInit}`);
}

interface Attempt {
  readonly key: LogKey;
  readonly isEnded: () => boolean;
}

async function findAttempt(options: KubeletOptions, pod: KubeObject, container: string, isPrevious: boolean): Promise<Outcome<Attempt>> {
  const podUid = pod.metadata.uid ?? '';
  const state = () => options.containerState(podUid, container);
  const restarts = (await options.logs.keysOf(podUid)).filter((key) => key.container === container).map(({ restart }) => restart);
  const newest = restarts.length === 0 ? -1 : Math.max(...restarts);
  // The next attempt's log is there before its container is known to run.
  const restart = isPrevious ? Math.max(state()?.restartCount ?? 0, newest) - 1 : newest;
  if (!restarts.includes(restart)) return { ok: false, status: failureStatus('BadRequest', whyNoLog(pod, container, isPrevious, state())) };
  const key = { podUid, container, restart };
  return success({ key, isEnded: () => hasContainerEnded(options, key) });
}

function whyNoLog(pod: KubeObject, container: string, isPrevious: boolean, state: ContainerState | undefined): string {
  const { name } = pod.metadata;
  if (isPrevious) return `previous terminated container "${container}" in pod "${name}" not found`;
  if (state?.phase === 'terminated' && state.termination.startedAtMs === undefined) {
    const { reason, message } = state.termination;
    return `container "${container}" in pod "${name}" never started: ${message === undefined ? reason : `${reason}: ${message}`}`;
  }
  const reason = waitingReason(pod, container, state);
  if (reason === undefined) return `the log of container "${container}" in pod "${name}" is not kept any more`;
  return `container "${container}" in pod "${name}" is waiting to start: ${reason}`;
}

/** By what the node knows, else by the published status; undefined when it has started. */
function waitingReason(pod: KubeObject, container: string, state: ContainerState | undefined): string | undefined {
  // Of one whose turn has not come only the status says why.
  if (state?.phase === 'waiting' && state !== NOT_STARTED) return state.message === undefined ? state.reason : `${state.reason}: ${state.message}`;
  const statuses = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'].flatMap((list) => objectsOf(pod.status?.[list]));
  const published = statuses.find((candidate) => candidate['name'] === container)?.['state'];
  if (!isJsonObject(published)) return 'ContainerCreating';
  return isJsonObject(published['waiting']) ? String(published['waiting']['reason']) : undefined;
}

function sinceOf(log: ContainerLogOptions, nowMs: number): { sinceMs?: number } {
  if (log.sinceTime !== undefined) return { sinceMs: Date.parse(log.sinceTime) };
  return log.sinceSeconds === undefined ? {} : { sinceMs: nowMs - log.sinceSeconds * 1000 };
}
