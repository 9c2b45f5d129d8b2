// Addresses for Pods where there are no network namespaces: each has one of the loopback interface's, where the machine has
// many (Linux), else they share one. A program that listens on all addresses takes its port from all Pods.
import type { KubeObject } from '../../base/mod.ts';
import { LOOPBACK, textAt } from '../../api/mod.ts';
import type { PodAddress } from './pod-address.ts';

const PREFIX = '127.88.';
const NUMBER_MIN = 2;
const NUMBER_MAX = 65_534;

export class LoopbackAddresses {
  readonly #taken = new Map<number, string>();
  #next = NUMBER_MIN;

  take(pod: KubeObject, reason: string): PodAddress {
    if (process.platform !== 'linux') return { kind: 'loopback', ip: LOOPBACK, reason };
    while (this.#taken.has(this.#next)) this.#next = this.#next >= NUMBER_MAX ? NUMBER_MIN : this.#next + 1;
    const number = this.#next++;
    this.#taken.set(number, pod.metadata.uid!);
    return { kind: 'loopback', ip: `${PREFIX}${number >> 8}.${number & 255}`, reason };
  }

  /** What an earlier server gave a Pod, by its status. */
  adopt(pod: KubeObject): PodAddress | undefined {
    const ip = textAt(pod, '', 'status', 'podIP');
    if (!ip.startsWith(PREFIX)) return undefined;
    const [high = 0, low = 0] = ip.slice(PREFIX.length).split('.').map(Number);
    this.#taken.set(high * 256 + low, pod.metadata.uid!);
    return { kind: 'loopback', ip, reason: 'the Pod was started without a network namespace' };
  }

  release(podUid: string): void {
    for (const [number, uid] of this.#taken) if (uid === podUid) this.#taken.delete(number);
  }
}
