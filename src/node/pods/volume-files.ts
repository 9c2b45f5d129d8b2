// The files of a volume that is made from objects (configMap, secret, downwardAPI, projected); pure.
import { Failure, isJsonObject, objectsOf, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { podField, type ObjectReference, type ReferencedObjects } from './pod-env.ts';
import { tokenKey } from './pod-tokens.ts';
import { resourceField, type ResourceFacts } from './resource-field.ts';

export interface VolumeFile {
  readonly bytes: Buffer;
  readonly mode: number;
}

/** By path below the volume. */
export type VolumeFiles = ReadonlyMap<string, VolumeFile>;

const DEFAULT_MODE = 0o644;
/** Sources that make a volume of files. */
const FILE_SOURCES = ['configMap', 'secret', 'downwardAPI', 'projected'] as const;

/** What files are made of. */
export interface FileFacts extends ResourceFacts {
  readonly objects: ReferencedObjects;
  /** By `tokenKey`. */
  readonly tokens: ReadonlyMap<string, string>;
}

/** Undefined when the volume is of another kind. */
export function fileSourceOf(volume: JsonObject): (typeof FILE_SOURCES)[number] | undefined {
  return FILE_SOURCES.find((kind) => isJsonObject(volume[kind]));
}

/** Names of ConfigMaps, Secrets and claims that volumes refer to. */
export function volumeReferences(volumes: readonly JsonObject[]): readonly ObjectReference[] {
  return volumes.flatMap((volume) => {
    const parts = isJsonObject(volume['projected']) ? objectsOf(volume['projected']['sources']) : [volume];
    return parts.flatMap(({ configMap, secret, persistentVolumeClaim: claim }): ObjectReference[] => [
      ...(isJsonObject(claim) ? [{ resource: 'persistentvolumeclaims' as const, name: String(claim['claimName']) }] : []),
      ...(isJsonObject(configMap) ? [{ resource: 'configmaps' as const, name: String(configMap['name']) }] : []),
      ...(isJsonObject(secret) ? [{ resource: 'secrets' as const, name: secretNameOf(secret) }] : []),
    ]);
  });
}

/** Throws Failure `VolumeNotReady` when an object or a key is missing, or a path leaves the volume. */
export function filesOf(facts: FileFacts, volume: JsonObject): VolumeFiles {
  const context = { ...facts, volume: String(volume['name']) };
  const projected = volume['projected'];
  const files = isJsonObject(projected)
    ? new Map(objectsOf(projected['sources']).flatMap((source) => [...sourceFiles(context, source, modeOf(projected['defaultMode'], DEFAULT_MODE))]))
    : sourceFiles(context, volume, DEFAULT_MODE);
  for (const path of files.keys()) {
    const isInside = !path.startsWith('..') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
    if (!isInside) throw new Failure('VolumeNotReady', `MountVolume.SetUp failed for volume "${context.volume}" : the path "${path}" leaves the volume`);
  }
  return files;
}

interface Context extends FileFacts {
  readonly volume: string;
}

function sourceFiles(context: Context, source: JsonObject, mode: number): VolumeFiles {
  const { configMap, secret, downwardAPI, serviceAccountToken: token, clusterTrustBundle: bundle } = source;
  if (isJsonObject(configMap)) return objectFiles(context, configMap, { resource: 'configmaps', name: String(configMap['name']) }, mode);
  if (isJsonObject(secret)) return objectFiles(context, secret, { resource: 'secrets', name: secretNameOf(secret) }, mode);
  if (isJsonObject(downwardAPI)) return downwardFiles(context, downwardAPI, mode);
  if (isJsonObject(token)) return new Map([[String(token['path']), { bytes: Buffer.from(context.tokens.get(tokenKey(token)) ?? ''), mode }]]);
  // This machine has no bundles.
  if (isJsonObject(bundle) && bundle['optional'] === true) return new Map();
  throw new Failure('VolumeUnsupported', `the volume "${context.volume}" has a source that this node does not know: ${Object.keys(source).join(', ')}`);
}

function secretNameOf(secret: JsonObject): string {
  return String(secret['secretName'] ?? secret['name']);
}

function modeOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function objectFiles(context: Context, source: JsonObject, { resource, name }: ObjectReference, inheritedMode: number): VolumeFiles {
  const object = context.objects.get(`${resource}/${name}`);
  const isOptional = source['optional'] === true;
  if (object === undefined) {
    if (isOptional) return new Map();
    throw notReady(context, `${resource === 'secrets' ? 'secret' : 'configmap'} "${name}" not found`);
  }
  const mode = modeOf(source['defaultMode'], inheritedMode);
  const bytesByKey = bytesOf(object);
  const items = objectsOf(source['items']);
  if (items.length === 0) return new Map([...bytesByKey].map(([key, bytes]) => [key, { bytes, mode }]));
  const files = new Map<string, VolumeFile>();
  for (const item of items) {
    const bytes = bytesByKey.get(String(item['key']));
    if (bytes !== undefined) files.set(String(item['path']), { bytes, mode: modeOf(item['mode'], mode) });
    else if (!isOptional) throw notReady(context, `references non-existent config key: ${String(item['key'])}`);
  }
  return files;
}

function notReady({ volume }: Context, why: string): Failure {
  return new Failure('VolumeNotReady', `MountVolume.SetUp failed for volume "${volume}" : ${why}`);
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

function downwardFiles(facts: ResourceFacts, source: JsonObject, inheritedMode: number): VolumeFiles {
  const mode = modeOf(source['defaultMode'], inheritedMode);
  const files = new Map<string, VolumeFile>();
  for (const item of objectsOf(source['items'])) {
    const { fieldRef, resourceFieldRef } = item;
    const text = isJsonObject(fieldRef)
      ? podField(facts.pod, String(fieldRef['fieldPath']))
      : isJsonObject(resourceFieldRef)
        ? resourceField(facts, '', resourceFieldRef)
        : '';
    files.set(String(item['path']), { bytes: Buffer.from(text), mode: modeOf(item['mode'], mode) });
  }
  return files;
}
