// Volumes of a Pod as directories below its own directory, or places of the machine, and the bind mounts that show them to
// its containers.
import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath, stat, writeFile } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { describeError, Failure, isJsonObject, type JsonObject } from '../../base/mod.ts';
import type { ContainerMount } from '../supervisor/protocol.ts';
import { replaceFiles } from './atomic-files.ts';
import { makeEmptyDirectory, placeOf } from './empty-dirs.ts';
import type { PersistentVolumes, VolumeSource } from './persistent-volumes.ts';
import type { PodDirectory } from './pod-directory.ts';
import { expandWith, type ReferencedObjects } from './pod-env.ts';
import type { ContainerSpec, VolumeMount } from './pod-spec.ts';
import { volumeOwnersOf } from './volume-owners.ts';
import { fileSourceOf, filesOf, type FileFacts } from './volume-files.ts';

export interface PreparedVolume {
  /** On this machine. */
  readonly path: string;
  /** Volumes of objects can't be written by containers. */
  readonly isReadOnly: boolean;
}

export type PreparedVolumes = ReadonlyMap<string, PreparedVolume>;

export interface VolumePlaces {
  readonly directory: PodDirectory;
  readonly persistentVolumes: PersistentVolumes;
}

/** Permissions of a file, and the bit by which what is made in a directory has its group. */
const PERMISSIONS = 0o2777;
/** Kinds that are an empty directory which goes with the Pod. */
const OWN_DIRECTORIES = ['emptyDir', 'ephemeral'] as const;

/**
 * Makes the volumes on disk. Idempotent. Throws Failure `VolumeNotReady` when something is missing that may still come, and
 * `VolumeUnsupported`.
 */
export async function prepareVolumes(volumes: readonly JsonObject[], { pod, objects }: FileFacts, places: VolumePlaces): Promise<PreparedVolumes> {
  const owners = volumeOwnersOf(pod);
  const prepared = new Map<string, PreparedVolume>();
  for (const volume of volumes) {
    const name = String(volume['name']);
    const hostPath = volume['hostPath'];
    if (isJsonObject(hostPath)) {
      prepared.set(name, { path: await prepareHostPath(name, hostPath), isReadOnly: false });
      continue;
    }
    const claim = volume['persistentVolumeClaim'];
    if (isJsonObject(claim)) {
      const source = await sourceOfClaim(claim, objects, places.persistentVolumes);
      if (source.kind === 'directory') await owners?.giveAll(source.path);
      const path = source.kind === 'directory' ? source.path : await prepareHostPath(name, source.hostPath);
      prepared.set(name, { path, isReadOnly: claim['readOnly'] === true });
      continue;
    }
    const hasFiles = fileSourceOf(volume) !== undefined;
    if (!hasFiles && !OWN_DIRECTORIES.some((kind) => isJsonObject(volume[kind]))) throw unsupported(name, volume);
    const path = await makeEmptyDirectory(volume, places.directory);
    await owners?.give(path);
    prepared.set(name, { path, isReadOnly: hasFiles });
  }
  return prepared;
}

/** Brings the files of volumes that are made of objects up to date. Throws Failure `VolumeNotReady` when one is missing. */
export async function writeObjectVolumes(volumes: readonly JsonObject[], facts: FileFacts, directory: PodDirectory, versionName: string): Promise<void> {
  const owners = volumeOwnersOf(facts.pod);
  for (const volume of volumes) {
    if (fileSourceOf(volume) !== undefined) await replaceFiles(await placeOf(volume, directory), filesOf(facts, volume), { versionName, give: owners?.give });
  }
}

/** Throws Failure `VolumeNotReady` when a mount can't be shown, and `SubPathRefused`. `env` is for the sub-paths with $(VAR) in them. */
export async function mountsOf(
  container: ContainerSpec,
  volumes: PreparedVolumes,
  env: Readonly<Record<string, string>>,
): Promise<readonly ContainerMount[]> {
  const mounts: ContainerMount[] = [];
  for (const mount of container.volumeMounts) {
    const volume = volumes.get(mount.name);
    if (volume === undefined) throw new Failure('VolumeNotReady', `the container mounts the volume "${mount.name}", which the Pod does not have`);
    const subPath = mount.subPathExpr === undefined ? mount.subPath : expandSubPath(mount.subPathExpr, mount, env);
    mounts.push({
      source: subPath === undefined ? volume.path : await subPathOf(volume, subPath, mount),
      target: join('/', mount.mountPath),
      readOnly: mount.readOnly || volume.isReadOnly,
    });
  }
  return mounts;
}

function unsupported(name: string, volume: JsonObject): Failure {
  const kinds = Object.keys(volume).filter((key) => key !== 'name').join(', ');
  const known = 'emptyDir, ephemeral, persistentVolumeClaim, configMap, secret, projected, downwardAPI and hostPath';
  return new Failure('VolumeUnsupported', `the volume "${name}" is of the kind ${kinds}, which this node does not have; it has ${known}`);
}

async function sourceOfClaim({ claimName }: JsonObject, objects: ReferencedObjects, volumes: PersistentVolumes): Promise<VolumeSource> {
  const claim = objects.get(`persistentvolumeclaims/${String(claimName)}`);
  if (claim === undefined) throw new Failure('VolumeNotReady', `persistentvolumeclaim "${String(claimName)}" not found`);
  return volumes.sourceOf(claim);
}

async function prepareHostPath(name: string, { path, type }: JsonObject): Promise<string> {
  const place = String(path);
  const isMissing = !(await exists(place));
  if (isMissing && (type === 'DirectoryOrCreate' || isUntyped(type))) await made(name, place, mkdir(place, { recursive: true }));
  if (isMissing && type === 'FileOrCreate') await made(name, place, writeFile(place, '', { flag: 'a' }));
  const facts = await stat(place).catch(() => undefined);
  const isFitting = facts !== undefined && isOfType(facts, type);
  if (isFitting) return place;
  const found = facts === undefined ? `${place} does not exist` : `${place} is not a ${String(type)}`;
  throw new Failure('VolumeNotReady', `MountVolume.SetUp failed for volume "${name}" : hostPath type check failed: ${found}`);
}

/** Nobody says what it is: container runtimes make a directory where nothing is. */
function isUntyped(type: unknown): boolean {
  return type === undefined || type === '';
}

async function made(name: string, place: string, making: Promise<unknown>): Promise<void> {
  await making.catch((error: unknown) => {
    throw new Failure('VolumeNotReady', `MountVolume.SetUp failed for volume "${name}" : ${place} can not be made: ${describeError(error)}`);
  });
}

function exists(place: string): Promise<boolean> {
  return stat(place).then(() => true, () => false);
}

function isOfType(facts: Awaited<ReturnType<typeof stat>>, type: unknown): boolean {
  switch (type) {
    case 'Directory':
    case 'DirectoryOrCreate':
      return facts.isDirectory();
    case 'File':
    case 'FileOrCreate':
      return facts.isFile();
    case 'Socket':
      return facts.isSocket();
    case 'CharDevice':
      return facts.isCharacterDevice();
    case 'BlockDevice':
      return facts.isBlockDevice();
    default:
      return true;
  }
}

function expandSubPath(expression: string, { name }: VolumeMount, env: Readonly<Record<string, string>>): string {
  return expandWith(expression, (variable) => {
    if (Object.hasOwn(env, variable)) return env[variable];
    throw new Failure('SubPathRefused', `failed to expand subPathExpr "${expression}" of volumeMount "${name}": the container has no variable ${variable}`);
  });
}

/** A place below the volume; a missing directory is made, as open as the volume. Links that lead out of the volume are not followed. */
async function subPathOf(volume: PreparedVolume, subPath: string, { name }: VolumeMount): Promise<string> {
  const refuse = (why: string) => new Failure('SubPathRefused', `failed to prepare subPath "${subPath}" for volumeMount "${name}" : ${why}`);
  const segments = normalize(subPath).split(sep).filter((segment) => segment !== '' && segment !== '.');
  if (subPath.startsWith('/') || segments.includes('..')) throw refuse('it leaves the volume');
  const root = await realpath(volume.path);
  let here = root;
  for (const segment of segments) {
    const next = join(here, segment);
    const isThere = (await lstat(next).catch(() => undefined)) !== undefined;
    if (!isThere && volume.isReadOnly) throw refuse('there is no such file');
    if (!isThere) await makeLike(root, next);
    here = await realpath(next).catch(() => '');
    if (!here.startsWith(root + sep)) throw refuse('a link leads out of the volume');
  }
  return here;
}

/** Who may write to the volume may write there, whatever this process masks. By its descriptor: a container may put a link in its place. */
async function makeLike(root: string, directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    // Another container of the Pod was faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  await using made = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  await made.chmod((await stat(root)).mode & PERMISSIONS);
}
