// Gives the running containers of one Pod other amounts of CPU and memory, as their spec says by now.
import { describeError, type Clock, type JsonObject, type KubeObject } from '../../base/mod.ts';
import type { Amounts } from '../../api/mod.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { containerLimits } from './container-limits.ts';
import type { ContainerStops } from './container-stops.ts';
import type { PodContainers } from './pod-containers.ts';
import type { PodEvents } from './pod-events.ts';
import type { PodSpec } from './pod-spec.ts';
import { resizedContainers, resizeObstacle, type ResizedContainer } from './resize-plan.ts';

export interface PodResizeOptions {
  readonly podUid: string;
  readonly pod: () => KubeObject;
  readonly spec: () => PodSpec;
  readonly containers: PodContainers;
  readonly stops: ContainerStops;
  readonly events: PodEvents;
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** What the node has for Pods. */
  readonly allocatable: () => JsonObject;
  /** What other Pods on the node have asked for. */
  readonly requestsOfOthers: (podUid: string) => Amounts;
  readonly processesPerContainerMax: number;
}

/** What is not to be had now is asked for again in this time. */
const RETRY_MS = 5_000;

export class PodResize {
  readonly #options: PodResizeOptions;
  #condition: { readonly type: 'PodResizePending' | 'PodResizeInProgress'; readonly reason?: string; readonly message?: string } | undefined;

  constructor(options: PodResizeOptions) {
    this.#options = options;
  }

  /** A condition of the Pod as long as it has not what it asks for. */
  get condition(): JsonObject | undefined {
    return this.#condition;
  }

  /** When to look again, by the steady clock. */
  async follow(): Promise<number> {
    const { spec, containers, allocatable, requestsOfOthers, podUid, pod } = this.#options;
    const resized = resizedContainers(spec(), containers.states);
    if (resized.length === 0) return this.#settle();
    const obstacle = resizeObstacle(pod(), containers.states, { allocatable: allocatable(), others: requestsOfOthers(podUid) });
    if (obstacle !== undefined) {
      this.#refuse('PodResizePending', obstacle, `Resize${obstacle.reason}`, `Pod resize ${obstacle.reason}`);
      return this.#soon();
    }
    if (this.#condition?.type !== 'PodResizeInProgress') {
      this.#condition = { type: 'PodResizeInProgress' };
      this.#options.events.resized('ResizeStarted', this.#sentence('Pod resize started'));
    }
    let [hasFailed, isUnderWay] = [false, false];
    for (const change of resized) {
      if (change.startsAgain) {
        this.#startAgain(change);
        isUnderWay = true;
      } else if (!(await this.#give(change))) {
        hasFailed = true;
      }
    }
    if (hasFailed) return this.#soon();
    return isUnderWay ? Number.POSITIVE_INFINITY : this.#settle();
  }

  #settle(): number {
    if (this.#condition?.type === 'PodResizeInProgress') this.#options.events.resized('ResizeCompleted', this.#sentence('Pod resize completed'));
    this.#condition = undefined;
    return Number.POSITIVE_INFINITY;
  }

  #startAgain({ container: { name }, restartCount }: ResizedContainer): void {
    const { containers, stops, events, spec } = this.#options;
    if (stops.has({ name, restartCount })) return;
    containers.renewNext(name);
    events.renewed(name);
    stops.begin(name, restartCount, spec().terminationGracePeriodSeconds * 1000);
  }

  async #give({ container: { name, resources }, restartCount, hasOtherLimits }: ResizedContainer): Promise<boolean> {
    const { runtime, containers, podUid, pod, processesPerContainerMax } = this.#options;
    try {
      if (hasOtherLimits) await runtime.limit(`${podUid}/${name}/${restartCount}`, containerLimits(pod(), name, processesPerContainerMax));
      containers.resized(name, resources);
      return true;
    } catch (error) {
      this.#refuse('PodResizeInProgress', { reason: 'Error', message: `container ${name} keeps its limits: ${describeError(error)}` }, 'ResizeError', 'Pod resize error');
      return false;
    }
  }

  #refuse(type: 'PodResizePending' | 'PodResizeInProgress', { reason, message }: { readonly reason: string; readonly message: string }, event: string, title: string): void {
    this.#condition = { type, reason, message };
    this.#options.events.warn('', event, this.#sentence(title, message), `${event} ${message}`);
  }

  /** In upstream's form, which tools read. */
  #sentence(title: string, error?: string): string {
    const { pod, spec } = this.#options;
    const told = (list: PodSpec['containers']) => list.map(({ name, resources }) => ({ name, resources }));
    const { initContainers, containers } = spec();
    const summary = { ...(initContainers.length === 0 ? {} : { initContainers: told(initContainers) }), containers: told(containers), generation: pod().metadata.generation, error };
    return `${title}: ${JSON.stringify(summary)}`;
  }

  #soon(): number {
    return this.#options.clock.steadyMs() + RETRY_MS;
  }
}
