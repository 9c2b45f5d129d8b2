// Volumes of a Pod: emptyDir, configMap, secret, projected, downwardAPI and hostPath, as directories below the Pod's own
// directory, and the bind mounts that show them to a container.
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure, isJsonObject, type JsonObject, type KubeObject } from '../../base/mod.ts';
import type { ContainerMount } from '../supervisor/protocol.ts';
import { podField, type ReferencedObjects } from './pod-env.ts';
import { objectsOf, type ContainerSpec } from './pod-spec.ts';

/** Bytes of a file in a volume, by path below the volume. */
type VolumeFiles = ReadonlyMap<string, { readonly bytes: Buffer; readonly mode: number }>;

const DEFAULT_MODE = 0o644;

/** Names of ConfigMaps and Secrets that volumes refer to. */
export function volumeReferences(volumes: readonly JsonObject[]): readonly { readonly resource: 'configmaps' | 'secrets'; readonly name: string }[] {
  return volumes.flatMap((volume) => {
    const parts = isJsonObject(volume['projected']) ? objectsOf(volume['projected']['sources']) : [volume];
    return parts.flatMap((part) => {
      const found: { resource: 'configmaps' | 'secrets'; name: string }[] = [];
      const configMap = part['configMap'];
      if (isJsonObject(configMap)) found.push({ resource: 'configmaps', name: String(configMap['name']) });
      const secret = part['secret'];
      if (isJsonObject(secret)) found.push({ resource: 'secrets', name: String(secret['secretName'] ?? secret['name']) });
      return found;
    });
  });
}

/** Makes the volumes on disk and returns the host directory of each. Throws Failure `VolumeNotReady` naming the volume. */
export async function prepareVolumes(
  pod: KubeObject,
  volumes: readonly JsonObject[],
  objects: ReferencedObjects,
  directory: string,
): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  for (const volume of volumes) {
    const name = String(volume['name']);
    const hostPath = volume['hostPath'];
    if (isJsonObject(hostPath)) {
      paths.set(name, String(hostPath['path']));
      continue;
    }
    const path = join(directory, 'volumes', name);
    await mkdir(path, { recursive: true });
    await chmod(path, 0o777);
    paths.set(name, path);
    for (const [relative, file] of filesOf(pod, volume, objects)) await writeVolumeFile(path, relative, file.bytes, file.mode);
  }
  return paths;
}

export function mountsOf(container: ContainerSpec, volumePaths: ReadonlyMap<string, string>): readonly ContainerMount[] {
  return container.volumeMounts.map((mount) => {
    const source = volumePaths.get(mount.name);
    if (source === undefined) throw new Failure('VolumeNotReady', `volumeMounts names the volume "${mount.name}", which the Pod does not have`);
    return {
      source: mount.subPath === undefined ? source : join(source, mount.subPath),
      target: mount.mountPath,
      readOnly: mount.readOnly,
    };
  });
}

async function writeVolumeFile(root: string, relative: string, bytes: Buffer, mode: number): Promise<void> {
  if (relative.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new Failure('VolumeNotReady', `the path "${relative}" leaves its volume`);
  }
  const file = join(root, relative);
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  await writeFile(file, bytes, { mode });
}

function filesOf(pod: KubeObject, volume: JsonObject, objects: ReferencedObjects): VolumeFiles {
  if (isJsonObject(volume['projected'])) {
    const projected = volume['projected'];
    const mode = typeof projected['defaultMode'] === 'number' ? projected['defaultMode'] : DEFAULT_MODE;
    return new Map(objectsOf(projected['sources']).flatMap((source) => [...sourceFiles(pod, volume, source, objects, mode)]));
  }
  return sourceFiles(pod, volume, volume, objects, DEFAULT_MODE);
}

function sourceFiles(pod: KubeObject, volume: JsonObject, source: JsonObject, objects: ReferencedObjects, mode: number): VolumeFiles {
  const name = String(volume['name']);
  const configMap = source['configMap'];
  if (isJsonObject(configMap)) return objectFiles(name, configMap, objects, 'configmaps', String(configMap['name']), mode);
  const secret = source['secret'];
  if (isJsonObject(secret)) return objectFiles(name, secret, objects, 'secrets', String(secret['secretName'] ?? secret['name']), mode);
  const downward = source['downwardAPI'];
  if (isJsonObject(downward)) return downwardFiles(pod, downward, mode);
  const known = ['emptyDir', 'serviceAccountToken'];
  if (known.some((kind) => source[kind] !== undefined)) return new Map();
  const kinds = Object.keys(source).filter((key) => key !== 'name');
  throw new Failure('VolumeNotReady', `the volume "${name}" is a ${kinds.join(', ')}, which does not run on this node yet`);
}

function objectFiles(
  volume: string,
  source: JsonObject,
  objects: ReferencedObjects,
  resource: 'configmaps' | 'secrets',
  objectName: string,
  projectedMode: number,
): VolumeFiles {
  const object = objects.get(`${resource}/${objectName}`);
  if (object === undefined) {
    if (source['optional'] === true) return new Map();
    const word = resource === 'secrets' ? 'secret' : 'configmap';
    throw new Failure('VolumeNotReady', `MountVolume.SetUp failed for volume "${volume}" : ${word} "${objectName}" not found`);
  }
  const mode = typeof source['defaultMode'] === 'number' ? source['defaultMode'] : projectedMode;
  const bytes = bytesOf(object);
  const items = objectsOf(source['items']);
  if (items.length === 0) return new Map([...bytes].map(([key, value]) => [key, { bytes: value, mode }]));
  return new Map(
    items.map((item) => {
      const value = bytes.get(String(item['key']));
      if (value === undefined) {
        throw new Failure('VolumeNotReady', `MountVolume.SetUp failed for volume "${volume}" : references non-existent key: ${String(item['key'])}`);
      }
      return [String(item['path']), { bytes: value, mode: typeof item['mode'] === 'number' ? item['mode'] : mode }];
    }),
  );
}

function bytesOf(object: KubeObject): ReadonlyMap<string, Buffer> {
  const isSecret = object.kind === 'Secret';
  const found = new Map<string, Buffer>();
  for (const [field, encoding] of [['data', isSecret ? 'base64' : 'utf8'], ['binaryData', 'base64']] as const) {
    const data = object[field];
    if (isJsonObject(data)) for (const [key, value] of Object.entries(data)) found.set(key, Buffer.from(String(value), encoding));
  }
  return found;
}

function downwardFiles(pod: KubeObject, source: JsonObject, mode: number): VolumeFiles {
  const files = objectsOf(source['items']).flatMap((item) => {
    const field = item['fieldRef'];
    if (!isJsonObject(field)) return [];
    return [[String(item['path']), { bytes: Buffer.from(podField(pod, String(field['fieldPath']))), mode }] as const];
  });
  return new Map(files);
}
