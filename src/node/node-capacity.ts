// What this machine has, and what of it Pods may ask for.
import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { JsonObject } from '../base/mod.ts';
import type { DeviceIds } from './devices/device-shares.ts';

export interface Machine {
  readonly processorCount: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly diskFreeBytes: number;
}

export interface Capacity {
  readonly capacity: JsonObject;
  readonly allocatable: JsonObject;
}

/** A Pod is a few processes here, and steps of pipelines that wait for their slot are Pods of the node, too: memory ends first. */
const POD_COUNT_MAX = 500;
/** Of the memory, what the server, the supervisor and the machine itself keep. */
const RESERVED_MEMORY_BYTES_MAX = 512 * 2 ** 20;
const RESERVED_MEMORY_PART_MAX = 0.1;
const BYTES_PER_KI = 1024;

/** `directory` is where Pods write. A container that this process is in may have less memory than the machine. */
export async function readMachine(directory: string): Promise<Machine> {
  const { blocks, bavail, bsize } = await statfs(directory);
  const constrained = process.constrainedMemory();
  const memoryBytes = constrained > 0 ? Math.min(totalmem(), constrained) : totalmem();
  return { processorCount: availableParallelism(), memoryBytes, diskBytes: blocks * bsize, diskFreeBytes: bavail * bsize };
}

export function capacityOf({ processorCount, memoryBytes, diskBytes, diskFreeBytes }: Machine, devices: DeviceIds): Capacity {
  const counts = Object.fromEntries([...devices].map(([resource, ids]) => [resource, String(ids.length)]));
  const common = { cpu: String(processorCount), pods: String(POD_COUNT_MAX), ...counts };
  const reservedBytes = Math.min(RESERVED_MEMORY_BYTES_MAX, memoryBytes * RESERVED_MEMORY_PART_MAX);
  const kibi = (bytes: number) => `${Math.floor(bytes / BYTES_PER_KI)}Ki`;
  return {
    capacity: { ...common, memory: kibi(memoryBytes), 'ephemeral-storage': kibi(diskBytes) },
    allocatable: { ...common, memory: kibi(memoryBytes - reservedBytes), 'ephemeral-storage': kibi(diskFreeBytes) },
  };
}

/** As a merge patch, which also takes away what the Node no longer has. */
export function replacing(resources: JsonObject, earlier: JsonObject): JsonObject {
  return { ...Object.fromEntries(Object.keys(earlier).map((resource) => [resource, null])), ...resources };
}
