// What a Pod is given when its containers ask for other amounts while they run (the subresource `resize`); pure. After
// pkg/kubelet/allocation of Kubernetes.
import { jsonEquals, objectOf, objectsOf, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { fieldOf, hasEnded, plus, podAmounts, quantityOf, ZERO, type Amounts } from '../../api/mod.ts';
import type { Quantity } from '../../expr/mod.ts';
import type { ContainerState } from './container-state.ts';
import type { ContainerSpec, PodSpec } from './pod-spec.ts';

export interface ResizedContainer {
  readonly container: ContainerSpec;
  readonly restartCount: number;
  /** It gets them by starting again. */
  readonly startsAgain: boolean;
  /** Requests alone bind nobody but the scheduler. */
  readonly hasOtherLimits: boolean;
}

/** Infeasible: never on this node. Deferred: not as long as others hold what it asks for. */
export interface ResizeObstacle {
  readonly reason: 'Infeasible' | 'Deferred';
  readonly message: string;
}

const RESIZED = ['cpu', 'memory'];
const NANOS_PER_MILLI = 1_000_000n;
const NANOS_PER_UNIT = 1_000_000_000n;

/** The running containers that ask for something else than they were given. */
export function resizedContainers({ initContainers, containers }: PodSpec, states: ReadonlyMap<string, ContainerState>): readonly ResizedContainer[] {
  return [...initContainers.filter(({ isSidecar }) => isSidecar), ...containers].flatMap((container) => {
    const state = states.get(container.name);
    if (state?.phase !== 'running' || state.resources === undefined) return [];
    const given = state.resources;
    const differ = (part: string, name: string) => !jsonEquals(fieldOf(given, part, name), fieldOf(container.resources, part, name));
    const changed = RESIZED.filter((name) => differ('limits', name) || differ('requests', name));
    if (changed.length === 0) return [];
    const startsAgain = changed.some((name) => container.restartsFor.includes(name));
    return [{ container, restartCount: state.restartCount, startsAgain, hasOtherLimits: changed.some((name) => differ('limits', name)) }];
  });
}

/** Only what the Pod wants more of is looked at: less is always to be had. */
export function resizeObstacle(pod: KubeObject, states: ReadonlyMap<string, ContainerState>, room: { readonly allocatable: JsonObject; readonly others: Amounts }): ResizeObstacle | undefined {
  const [wanted, given] = [podAmounts(pod.spec, 'requests'), podAmounts(asGiven(pod, states), 'requests')];
  for (const name of RESIZED.toReversed()) {
    const [requested, before, used] = [wanted, given, room.others].map((amounts) => amounts.get(name)?.nanos ?? 0n) as [bigint, bigint, bigint];
    const capacity = quantityOf(room.allocatable[name])?.nanos ?? 0n;
    if (requested <= before) continue;
    const text = (nanos: bigint) => String(nanos / (name === 'cpu' ? NANOS_PER_MILLI : NANOS_PER_UNIT));
    if (requested > capacity) return { reason: 'Infeasible', message: `Node didn't have enough capacity: ${name}, requested: ${text(requested)}, capacity: ${text(capacity)}` };
    if (requested + used > capacity) {
      return { reason: 'Deferred', message: `Node didn't have enough resource: ${name}, requested: ${text(requested)}, used: ${text(used)}, capacity: ${text(capacity)}` };
    }
  }
  return undefined;
}

/** What these Pods have asked for altogether, as long as they have not ended. */
export function requestsOf(pods: readonly KubeObject[]): Amounts {
  const total = new Map<string, Quantity>();
  for (const pod of pods.filter((one) => !hasEnded(one))) for (const [name, amount] of podAmounts(pod.spec, 'requests')) total.set(name, plus(total.get(name) ?? ZERO, amount));
  return total;
}

function asGiven({ spec }: KubeObject, states: ReadonlyMap<string, ContainerState>): JsonObject {
  const given = (list: string) =>
    objectsOf(spec?.[list]).map((container) => {
      const state = states.get(String(container['name']));
      return state?.phase === 'running' && state.resources !== undefined ? { ...container, resources: state.resources } : container;
    });
  return { ...objectOf(spec), containers: given('containers'), initContainers: given('initContainers') };
}
