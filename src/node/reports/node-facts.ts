// What reports about the node are made of, gathered once for each.
import { totalmem, uptime, cpus } from 'node:os';
import { statfs } from 'node:fs/promises';
import { objectsOf, type Clock, type JsonObject, type KubeObject, type Outcome, type UsageMeter } from '../../base/mod.ts';
import { fieldOf } from '../../api/mod.ts';
import type { NodeStats } from '../node-stats.ts';
import type { ClaimUsage } from '../pods/claim-usage.ts';
import { readMachineUse } from '../usage-meter.ts';

export interface ContainerFacts {
  readonly name: string;
  readonly image: string;
  readonly startedAt: string | undefined;
  /** Since its start. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
  /** Undefined where nobody looked twice. */
  readonly cpuNanocores: number | undefined;
}

export interface PodFacts {
  readonly pod: KubeObject;
  /** Those that run. */
  readonly containers: readonly ContainerFacts[];
}

export interface DiskFacts {
  readonly capacityBytes: number;
  readonly availableBytes: number;
  readonly fileCountMax: number;
  readonly freeFileCount: number;
}

export interface NodeFacts {
  readonly nodeName: string;
  readonly nowMs: number;
  readonly machine: { readonly startedAtMs: number; readonly cpuMs: number; readonly cpuNanocores: number | undefined; readonly memoryBytes: number; readonly memoryBytesMax: number; readonly processorCount: number };
  /** Of the file system on which Pods write. */
  readonly disk: DiskFacts;
  readonly pods: readonly PodFacts[];
  readonly claims: readonly ClaimUsage[];
}

export interface NodeFactsOptions {
  readonly nodeName: string;
  /** Those that are bound here. */
  readonly pods: () => readonly KubeObject[];
  /** Throws Failure while there is no supervisor. */
  readonly stats: () => Promise<NodeStats>;
  readonly usage: UsageMeter;
  readonly claimUsage: () => readonly ClaimUsage[];
  readonly directory: string;
  readonly clock: Clock;
}

/** With `withRates` it may take a second. */
export async function gatherFacts(options: NodeFactsOptions, withRates: boolean): Promise<NodeFacts> {
  const { nodeName, stats, claimUsage, directory, clock } = options;
  const rates = withRates ? valueOf(await options.usage.measure()) : undefined;
  const [{ containers }, { blocks, bavail, bsize, files, ffree }] = await Promise.all([stats(), statfs(directory)]);
  const nanocores = new Map(rates?.containers.map(({ podUid, container, cpuNanocores }) => [`${podUid}/${container}`, cpuNanocores]));
  const byPod = Map.groupBy(containers, ({ podUid }) => podUid);
  const nowMs = clock.now();
  return {
    nodeName,
    nowMs,
    machine: { ...readMachineUse(), startedAtMs: nowMs - uptime() * 1000, cpuNanocores: rates?.node.cpuNanocores, memoryBytesMax: totalmem(), processorCount: cpus().length },
    disk: { capacityBytes: blocks * bsize, availableBytes: bavail * bsize, fileCountMax: files, freeFileCount: ffree },
    pods: options.pods().map((pod) => ({
      pod,
      containers: (byPod.get(pod.metadata.uid ?? '') ?? []).map(({ podUid, container: name, cpuMs, privateBytes }) => ({
        name,
        ...published(pod, name),
        cpuMs,
        memoryBytes: privateBytes,
        cpuNanocores: nanocores.get(`${podUid}/${name}`),
      })),
    })),
    claims: claimUsage(),
  };
}

function valueOf<T>(outcome: Outcome<T>): T | undefined {
  return outcome.ok ? outcome.value : undefined;
}

function published({ status }: KubeObject, name: string): Pick<ContainerFacts, 'image' | 'startedAt'> {
  const statuses: readonly JsonObject[] = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'].flatMap((list) => objectsOf(status?.[list]));
  const found = statuses.find((candidate) => candidate['name'] === name);
  const startedAt = fieldOf(found, 'state', 'running', 'startedAt');
  return { image: String(found?.['image'] ?? ''), startedAt: typeof startedAt === 'string' ? startedAt : undefined };
}
