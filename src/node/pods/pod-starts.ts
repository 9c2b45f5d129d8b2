// The starts of one Pod's containers: each runs beside the worker, for it may take minutes, and what became of it is entered
// into the states of the containers.
import type { Clock, JsonObject, KubeObject, Log, ObjectApi } from '../../base/mod.ts';
import type { StepDocument } from '../../api/mod.ts';
import type { Blobs } from '../../blobs/mod.ts';
import type { LogKey, Logs } from '../../logs/mod.ts';
import type { Devices } from '../devices/devices.ts';
import type { PodNetworks } from '../network/pod-networks.ts';
import type { RunningProcess, Runtime } from '../runtimes/runtime.ts';
import type { SupervisorLink } from '../supervisor-link.ts';
import type { Programs } from './container-program.ts';
import { startContainer, type StartOutcome } from './container-start.ts';
import { ContainerStarts } from './container-starts.ts';
import type { MountedVolumes } from './mounted-volumes.ts';
import type { PodContainers } from './pod-containers.ts';
import type { PodDirectory } from './pod-directory.ts';
import type { PodEvents } from './pod-events.ts';
import type { ContainerSpec, PodSpec } from './pod-spec.ts';
import type { PostStarts } from './post-starts.ts';
import { SharedProcesses } from './shared-processes.ts';
import { SlotHolder } from './slot-holder.ts';
import type { Slots } from './slots.ts';
import type { PodFailure } from './step-report.ts';

export interface PodStartsOptions {
  readonly api: ObjectApi;
  readonly link: SupervisorLink;
  readonly runtime: Runtime;
  readonly programs: Programs;
  readonly logs: Logs;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly devices: Devices;
  /** What the node has for Pods. */
  readonly allocatable: () => JsonObject;
  readonly networks: PodNetworks;
  readonly processesPerContainerMax: number;
  readonly startsOfOthers: Slots;
  readonly podUid: string;
  readonly pod: () => KubeObject;
  readonly spec: () => PodSpec;
  readonly step: StepDocument | undefined;
  /** Of a step, which has it from its start to its end; others have one for each start. */
  readonly slot: SlotHolder | undefined;
  readonly directory: PodDirectory;
  readonly volumes: MountedVolumes;
  readonly containers: PodContainers;
  readonly events: PodEvents;
  readonly postStarts: PostStarts;
  readonly logKey: (container: string, restart: number) => LogKey;
  /** A container that waits says something new. */
  readonly onProgress: () => void;
  /** The Pod can't run here. */
  readonly onRefused: (failure: PodFailure) => void;
  /** Asks for a reconcile of this Pod. */
  readonly wake: (podUid: string) => void;
}

/** A container that waits for something outside is tried again in this time. */
const POSTPONE_MS = 1_000;
const LONG_POSTPONES_MS: Readonly<Record<string, number>> = {
  ImageNotRunnable: 5_000,
  EnvironmentBuildFailed: 30_000,
  LimitsRefused: 30_000,
  SandboxUnavailable: 30_000,
  VolumeUnsupported: 60_000,
  PodOSNotSupported: 300_000,
};

export class PodStarts {
  readonly #options: PodStartsOptions;
  readonly #starts: ContainerStarts;
  readonly #sharedProcesses: SharedProcesses;

  constructor(options: PodStartsOptions) {
    this.#options = options;
    this.#starts = new ContainerStarts(options.log);
    this.#sharedProcesses = new SharedProcesses(options);
  }

  begin(container: ContainerSpec, restart: number): void {
    const { startsOfOthers, podUid, pod, spec, volumes, containers, events, logKey, onProgress, wake } = this.#options;
    const slot = this.#options.slot ?? new SlotHolder(startsOfOthers);
    const run = (signal: AbortSignal) =>
      startContainer({
        ...this.#options,
        pod: pod(),
        spec: spec(),
        container,
        restart,
        volumes: () => volumes.ensure(),
        logKey: logKey(container.name, restart),
        slot,
        onProgress: (reason, message) => {
          containers.wait(container.name, reason, message);
          onProgress();
        },
        beside: (wanted) => this.#beside(wanted),
        onEvent: (reason, message) => events.tell(container.name, reason, message),
        onWarning: (reason, message) => events.warn(container.name, reason, message),
        signal,
      });
    this.#starts.begin(container.name, run, async (outcome) => {
      if (slot !== this.#options.slot) slot.release();
      this.#settle(container, restart, outcome);
      wake(podUid);
    });
  }

  has(container: string): boolean {
    return this.#starts.has(container);
  }

  names(): readonly string[] {
    return this.#starts.names();
  }

  /** Of all containers, or of this one. */
  cancel(container?: string): void {
    this.#starts.cancel(container);
  }

  /** Resolves when none of those under way now is. */
  settled(): Promise<void> {
    return this.#starts.settled();
  }

  async #beside({ target }: ContainerSpec): Promise<RunningProcess | undefined> {
    if (this.#options.spec().sharesProcesses) return this.#sharedProcesses.ensure();
    return target === undefined ? undefined : this.#options.containers.processOf(target);
  }

  #settle(container: ContainerSpec, restart: number, outcome: StartOutcome): void {
    const { containers, events, postStarts, clock, onRefused } = this.#options;
    const { name } = container;
    switch (outcome.kind) {
      case 'started':
        containers.started(container, outcome.process);
        events.started(name, container.image);
        postStarts.begin(name, restart, container.lifecycle.postStart);
        return;
      case 'postponed': {
        const retryAtMs = outcome.retryAtMs ?? clock.steadyMs() + (LONG_POSTPONES_MS[outcome.reason] ?? POSTPONE_MS);
        events.warn(name, outcome.event, outcome.message);
        containers.wait(name, outcome.reason, outcome.message, retryAtMs);
        return;
      }
      case 'start-error':
        events.warn(name, 'Failed', outcome.message);
        containers.neverStarted(container, 'StartError', outcome.message);
        return;
      case 'refused':
        onRefused({ reason: outcome.reason, message: outcome.message });
        events.warn(name, outcome.reason, outcome.message);
        containers.neverStarted(container, outcome.reason, outcome.message);
        return;
      case 'unknown':
        containers.unknown(name);
        return;
      case 'aborted':
        return;
    }
  }
}
