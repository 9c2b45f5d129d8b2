// Limits of local storage (ephemeral-storage): what containers write into their /tmp and logs, and the Pod's volumes on disk.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { objectsOf, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { amountOf, podAmounts } from '../../api/mod.ts';
import { formatQuantity, quantityToNumber } from '../../expr/mod.ts';
import type { Logs } from '../../logs/mod.ts';
import type { PodDirectory } from './pod-directory.ts';
import { usedBytes } from './volume-usage.ts';

const RESOURCE = 'ephemeral-storage';

export function hasStorageLimits(pod: KubeObject): boolean {
  return containersOf(pod).some((container) => amountOf(container, 'limits', RESOURCE) !== undefined);
}

/** The kubelet's sentence about the first limit that is exceeded. */
export async function findStorageExcess(pod: KubeObject, directory: PodDirectory, logs: Logs): Promise<string | undefined> {
  const measured = await Promise.all(
    containersOf(pod).map(async (container) => ({ name: String(container['name']), limit: amountOf(container, 'limits', RESOURCE), bytes: await usageOf(pod, String(container['name']), directory, logs) })),
  );
  // As the kubelet counts: what those that have a limit may take together is all that the Pod may.
  const whole = podAmounts(pod.spec, 'limits').get(RESOURCE);
  const totalBytes = measured.reduce((sum, { bytes }) => sum + bytes, await usedBytes(join(directory.path, 'volumes')));
  if (whole !== undefined && totalBytes > quantityToNumber(whole)) return `Pod ephemeral local storage usage exceeds the total limit of containers ${formatQuantity(whole)}. `;
  const large = measured.find(({ limit, bytes }) => limit !== undefined && bytes > quantityToNumber(limit));
  return large === undefined ? undefined : `Container ${large.name} exceeded its local ephemeral storage limit "${formatQuantity(large.limit!)}". `;
}

/** Sidecars among them: they run as long as the others do. */
function containersOf({ spec }: KubeObject): readonly JsonObject[] {
  return [...objectsOf(spec?.['containers']), ...objectsOf(spec?.['initContainers']).filter(({ restartPolicy }) => restartPolicy === 'Always')];
}

/** Bytes of local storage by container; the Pod's volumes count for the first one. */
export async function storageUsage(pod: KubeObject, directory: PodDirectory, logs: Logs): Promise<readonly { readonly container: string; readonly bytes: number }[]> {
  const volumes = await usedBytes(join(directory.path, 'volumes'));
  return Promise.all(
    containersOf(pod).map(async ({ name }, index) => ({ container: String(name), bytes: (await usageOf(pod, String(name), directory, logs)) + (index === 0 ? volumes : 0) })),
  );
}

async function usageOf(pod: KubeObject, container: string, directory: PodDirectory, logs: Logs): Promise<number> {
  const names = await readdir(directory.path).catch(() => []);
  const written = await Promise.all(names.filter((name) => name.startsWith(`tmp.${container}.`)).map((name) => usedBytes(join(directory.path, name))));
  return [...written, await logs.sizeOf(pod.metadata.uid!, container)].reduce((sum, bytes) => sum + bytes, 0);
}
