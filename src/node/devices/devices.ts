// The devices of this node and the Pods that have them, each device one Pod at a time. What a Pod has is written into its directory
// before it starts, so that the next server knows it, too.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, isJsonObject, type KubeObject } from '../../base/mod.ts';
import { isGpu } from '../../api/mod.ts';
import { shareOf, wantedDevices, type DeviceIds } from './device-shares.ts';

export interface DevicesOptions {
  readonly offered: DeviceIds;
  /** Pods that ask for more GPUs than are offered run without. */
  readonly isGpuOptional: boolean;
  /** Directory of all Pods' directories. */
  readonly podsDirectory: string;
}

export interface ContainerDevices {
  /** Variables that tell a program its devices; they win over those of the Pod. */
  readonly env: Readonly<Record<string, string>>;
  /** Ids of the GPUs that it has, for a container engine, which shows a container no others. */
  readonly gpus: readonly string[];
  /** What it does without, in a sentence. */
  readonly warning?: string;
}

const FILE = 'devices.json';
export const NVIDIA_GPU = 'nvidia.com/gpu';

export class Devices {
  readonly #options: DevicesOptions;
  /** By the uid of a Pod. */
  readonly #held = new Map<string, { readonly name: string; readonly devices: DeviceIds }>();

  constructor(options: DevicesOptions) {
    this.#options = options;
  }

  get offered(): DeviceIds {
    return this.#options.offered;
  }

  /** What an earlier server gave to a Pod that is still here. */
  restore(pod: KubeObject): void {
    const devices = readDevices(this.#fileOf(pod));
    if (devices !== undefined) this.#held.set(pod.metadata.uid!, { name: nameOf(pod), devices });
  }

  /**
   * Gives the Pod its devices, once, and tells those of one container. Throws Failure `OutOf<resource>` when the node has fewer, and
   * `DevicesTaken` when others have them now.
   */
  take(pod: KubeObject, container: string): ContainerDevices {
    const uid = pod.metadata.uid!;
    const wanted = wantedDevices(pod);
    const missing = [...wanted.keys()].filter((resource) => wanted.get(resource)! > this.#offeredCount(resource));
    const refused = missing.find((resource) => !(this.#options.isGpuOptional && isGpu(resource)));
    if (refused !== undefined) throw new Failure(`OutOf${refused}`, this.#outOf(refused, wanted.get(refused)!));
    const held = this.#held.get(uid) ?? this.#give(pod, new Map([...wanted].filter(([resource]) => !missing.includes(resource))));
    const warning = missing.length === 0 ? {} : { warning: `it asks for ${missing.join(' and ')}, of which this machine has too few, and runs without (--gpu cpu-fallback)` };
    const share = shareOf(pod, container, held.devices);
    return { env: this.#env(share), gpus: share.get(NVIDIA_GPU) ?? [], ...warning };
  }

  /** Once everything of the Pod has ended. */
  release(podUid: string): void {
    this.#held.delete(podUid);
  }

  #give(pod: KubeObject, wanted: ReadonlyMap<string, number>) {
    const devices = new Map([...wanted].map(([resource, count]) => [resource, this.#free(resource, count)]));
    const held = { name: nameOf(pod), devices };
    if (devices.size === 0) return held;
    mkdirSync(join(this.#options.podsDirectory, pod.metadata.uid!), { recursive: true });
    writeFileSync(this.#fileOf(pod), JSON.stringify(Object.fromEntries(devices)), { flush: true });
    this.#held.set(pod.metadata.uid!, held);
    return held;
  }

  #free(resource: string, count: number): readonly string[] {
    const holders = [...this.#held.values()].filter(({ devices }) => devices.has(resource));
    const taken = new Set(holders.flatMap(({ devices }) => devices.get(resource) ?? []));
    const free = (this.offered.get(resource) ?? []).filter((id) => !taken.has(id));
    if (free.length >= count) return free.slice(0, count);
    throw new Failure('DevicesTaken', `it waits for ${count} ${resource}: ${holders.map(({ name }) => name).join(', ')} ${holders.length === 1 ? 'has' : 'have'} them`);
  }

  #env(share: DeviceIds): Readonly<Record<string, string>> {
    const env: Record<string, string> = {};
    for (const [resource, ids] of share) if (resource !== NVIDIA_GPU) env[variableOf(resource)] = ids.join(',');
    // Without the variable a program would see the GPUs of others.
    if (this.#offeredCount(NVIDIA_GPU) > 0 || this.#options.isGpuOptional) env['CUDA_VISIBLE_DEVICES'] = (share.get(NVIDIA_GPU) ?? []).join(',');
    return env;
  }

  #offeredCount(resource: string): number {
    return this.offered.get(resource)?.length ?? 0;
  }

  #outOf(resource: string, count: number): string {
    const has = this.#offeredCount(resource) === 0 ? 'no such device' : `${this.#offeredCount(resource)} of them`;
    const wayOut = isGpu(resource) ? '; run it on a machine that has them, or start Slipway with --gpu cpu-fallback to run it without' : '';
    return `it asks for ${count} ${resource}, and this machine has ${has}${wayOut}`;
  }

  #fileOf(pod: KubeObject): string {
    return join(this.#options.podsDirectory, pod.metadata.uid!, FILE);
  }
}

/** `example.com/fpga` is told in EXAMPLE_COM_FPGA. */
function variableOf(resource: string): string {
  return resource.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}

function nameOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function readDevices(file: string): DeviceIds | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isJsonObject(content)) return undefined;
    return new Map(Object.entries(content).map(([resource, ids]) => [resource, Array.isArray(ids) ? ids.map(String) : []]));
  } catch {
    return undefined; // it has none
  }
}
