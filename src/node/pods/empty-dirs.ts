// Volumes that are empty at first and go with their Pod: on disk or, with medium Memory or when they show a Secret, in the machine's
// shared memory.
import { chmod, mkdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../base/mod.ts';
import { parseQuantity, quantityToNumber } from '../../expr/mod.ts';
import type { PodDirectory } from './pod-directory.ts';
import { usedBytes } from './volume-usage.ts';

/** Any user of a container may write there. */
const DIRECTORY_MODE = 0o777;
/** Left for the files of a volume that shows objects, each of which has at most 1 MiB. */
const FILES_BYTES = 8 * 1024 ** 2;

/** Makes the directory. Memory that is too small for the volume's limit is not used. */
export async function makeEmptyDirectory(volume: JsonObject, directory: PodDirectory): Promise<string> {
  const path = await placeOf(volume, directory);
  await mkdir(path, { recursive: true });
  await chmod(path, DIRECTORY_MODE);
  return path;
}

export function hasSizeLimits(volumes: readonly JsonObject[]): boolean {
  return volumes.some((volume) => sizeLimitOf(volume) !== undefined);
}

/** The kubelet's sentence about the first volume that holds more than it may. */
export async function findExcess(volumes: readonly JsonObject[], directory: PodDirectory): Promise<string | undefined> {
  for (const volume of volumes) {
    const limit = sizeLimitOf(volume);
    if (limit === undefined) continue;
    const bytes = Math.max(...(await Promise.all(placesOf(volume, directory).map(usedBytes))));
    if (bytes > limit.bytes) return `Usage of EmptyDir volume "${String(volume['name'])}" exceeds the limit "${limit.text}". `;
  }
  return undefined;
}

function placesOf(volume: JsonObject, directory: PodDirectory): readonly string[] {
  const name = String(volume['name']);
  const onDisk = directory.volume(name);
  return isInMemory(volume) ? [join(directory.memoryPath, name), onDisk] : [onDisk];
}

/** Where the volume is, or would be made. */
export async function placeOf(volume: JsonObject, directory: PodDirectory): Promise<string> {
  const [first = '', other = first] = placesOf(volume, directory);
  if (!isInMemory(volume)) return first;
  const isThere = (path: string) => stat(path).then(() => true, () => false);
  if ((await isThere(first)) || (await isThere(other))) return (await isThere(first)) ? first : other;
  const room = await statfs('/dev/shm').catch(() => undefined);
  const needed = isJsonObject(volume['emptyDir']) ? (sizeLimitOf(volume)?.bytes ?? 0) : FILES_BYTES;
  return room !== undefined && room.bavail * room.bsize >= needed ? first : other;
}

/** As with a kubelet, what may be secret reaches no disk. */
function isInMemory({ emptyDir, secret, projected, downwardAPI }: JsonObject): boolean {
  return (isJsonObject(emptyDir) && emptyDir['medium'] === 'Memory') || [secret, projected, downwardAPI].some(isJsonObject);
}

function sizeLimitOf({ emptyDir }: JsonObject): { readonly bytes: number; readonly text: string } | undefined {
  const text = isJsonObject(emptyDir) ? emptyDir['sizeLimit'] : undefined;
  const parsed = typeof text === 'string' ? parseQuantity(text) : undefined;
  const bytes = parsed?.ok === true ? quantityToNumber(parsed.value) : 0;
  return bytes > 0 ? { bytes, text: String(text) } : undefined;
}
