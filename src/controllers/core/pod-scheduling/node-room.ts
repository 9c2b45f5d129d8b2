// A node and the Pods that are on it, as one pass of the scheduler fills it in its mind.
import type { KubeObject } from '../../../base/mod.ts';
import { isConditionTrue } from '../../../api/mod.ts';
import { offersOf, type Milli, type PodDemand } from './demand.ts';

export class NodeRoom {
  readonly node: KubeObject;
  readonly offers: Milli;
  readonly isReady: boolean;
  readonly #pods = new Map<string, PodDemand>();
  readonly #used = new Map<string, number>();

  constructor(node: KubeObject) {
    this.node = node;
    this.offers = offersOf(node);
    this.isReady = isConditionTrue(node, 'Ready');
  }

  get name(): string {
    return this.node.metadata.name;
  }

  get pods(): ReadonlyMap<string, PodDemand> {
    return this.#pods;
  }

  used(resource: string): number {
    return this.#used.get(resource) ?? 0;
  }

  /** Below zero when Pods that nobody asked the scheduler about hold more than there is. */
  free(resource: string): number {
    return this.offered(resource) - this.used(resource);
  }

  /** A node that does not say how many Pods it takes takes all. */
  offered(resource: string): number {
    return this.offers.get(resource) ?? (resource === 'pods' ? Number.POSITIVE_INFINITY : 0);
  }

  add(demand: PodDemand): void {
    this.#pods.set(demand.uid, demand);
    for (const [resource, amount] of demand.amounts) this.#used.set(resource, this.used(resource) + amount);
  }

  remove({ uid }: PodDemand): void {
    const held = this.#pods.get(uid);
    if (held === undefined) return;
    this.#pods.delete(uid);
    for (const [resource, amount] of held.amounts) this.#used.set(resource, this.used(resource) - amount);
  }
}
