// The content of PersistentVolumes on this node. Those of Slipway's own driver are directories, one for each claim that they were made
// for (<namespace>/<name>/<uid>, the volume's handle): made when the first Pod mounts it, removed when the volume is released and
// its reclaim policy says so. Others are places of the machine that an administrator named.
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, Failure, isJsonObject, type JsonObject, type KubeObject, type Log, type ObjectApi } from '../../base/mod.ts';
import { DIRECTORY_DRIVER, PERSISTENT_VOLUMES, textAt } from '../../api/mod.ts';
import type { Informer } from '../../client/mod.ts';

export interface PersistentVolumesOptions {
  readonly api: ObjectApi;
  readonly volumes: Informer;
  /** Of all directories. */
  readonly directory: string;
  readonly log: Log;
}

/** Where the content of a claim lies, as a volume of a Pod names it. */
export type VolumeSource =
  /** Slipway's own: it exists, and its files are for whoever mounts it. */
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'hostPath'; readonly hostPath: JsonObject };

/** Where the files of a bound claim lie. */
export interface ClaimDirectory {
  readonly namespace: string;
  readonly claim: string;
  readonly path: string;
}

/** It holds a volume until its content is removed, or is known to stay. */
const PROVISIONER_FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer';
/** Any user of a container may write there. */
const DIRECTORY_MODE = 0o777;
/** A path is never built from an unchecked word. */
const HANDLE = /^[a-z0-9][a-z0-9.-]{0,252}\/[a-z0-9][a-z0-9.-]{0,252}\/[a-z0-9][a-z0-9-]{0,63}$/i;

export class PersistentVolumes {
  readonly #options: PersistentVolumesOptions;
  #settling: Promise<void> = Promise.resolve();

  constructor(options: PersistentVolumesOptions) {
    this.#options = options;
  }

  /** Throws Failure `VolumeNotReady` for a claim that has no volume yet, and `VolumeUnsupported`. */
  async sourceOf(claim: KubeObject): Promise<VolumeSource> {
    const { name } = claim.metadata;
    const volumeName = textAt(claim.spec, '', 'volumeName');
    if (volumeName === '' || textAt(claim, '', 'status', 'phase') !== 'Bound') {
      throw new Failure('VolumeNotReady', `persistentvolumeclaim "${name}" has no volume yet; \`kubectl describe pvc ${name}\` says what it waits for`);
    }
    const found = await this.#options.api.get({ type: PERSISTENT_VOLUMES, name: volumeName });
    if (!found.ok) throw new Failure('VolumeNotReady', `the volume of persistentvolumeclaim "${name}" can't be read: ${found.status.message}`);
    const { spec = {} } = found.value;
    const path = this.#directoryOf(found.value);
    if (path !== undefined) {
      await mkdir(path, { recursive: true });
      await chmod(path, DIRECTORY_MODE);
      return { kind: 'directory', path };
    }
    if (isJsonObject(spec['hostPath'])) return { kind: 'hostPath', hostPath: spec['hostPath'] };
    if (isJsonObject(spec['local'])) return { kind: 'hostPath', hostPath: { path: spec['local']['path']!, type: 'Directory' } };
    throw new Failure('VolumeUnsupported', `the PersistentVolume "${volumeName}" is of a kind that this node does not have; it has hostPath, local, and what the StorageClass "standard" makes`);
  }

  /** Of all bound claims whose volumes are of this driver; one that no Pod has used yet is not on disk. */
  claimDirectories(): readonly ClaimDirectory[] {
    return this.#options.volumes.list().flatMap((volume) => {
      const path = textAt(volume, '', 'status', 'phase') === 'Bound' ? this.#directoryOf(volume) : undefined;
      return path === undefined ? [] : [{ namespace: textAt(volume.spec, '', 'claimRef', 'namespace'), claim: textAt(volume.spec, '', 'claimRef', 'name'), path }];
    });
  }

  /** Carries out the reclaim policy of a volume that has lost its claim. Never rejects; volumes follow one another. */
  settle(volume: KubeObject): void {
    this.#settling = this.#settling.then(() => this.#settleNow(volume)).catch((error: unknown) =>
      this.#options.log.warn('the directory of a volume could not be removed', { volume: volume.metadata.name, error: describeError(error) }),
    );
  }

  /** Of all volumes that there are. */
  settleAll(): void {
    for (const volume of this.#options.volumes.list()) this.settle(volume);
  }

  async #settleNow(volume: KubeObject): Promise<void> {
    const { finalizers = [], deletionTimestamp, name, uid = '' } = volume.metadata;
    const path = this.#directoryOf(volume);
    const phase = textAt(volume, '', 'status', 'phase');
    const isOver = phase === 'Released' || (deletionTimestamp !== undefined && phase !== 'Bound');
    if (path === undefined || !isOver || !finalizers.includes(PROVISIONER_FINALIZER)) return;
    const isDeleted = textAt(volume.spec, '', 'persistentVolumeReclaimPolicy') === 'Delete';
    if (!isDeleted && deletionTimestamp === undefined) return;
    const { api } = this.#options;
    if (isDeleted) await rm(path, { recursive: true, force: true, maxRetries: 3 });
    const deleted = isDeleted ? await api.delete({ type: PERSISTENT_VOLUMES, name }, { preconditions: { uid } }) : undefined;
    // What was changed meanwhile comes again.
    const current = deleted?.ok === true ? deleted.value : volume;
    const rest = (current.metadata.finalizers ?? []).filter((finalizer) => finalizer !== PROVISIONER_FINALIZER);
    const metadata = { uid, resourceVersion: current.metadata.resourceVersion ?? '', finalizers: rest.length === 0 ? null : rest };
    await api.patch({ type: PERSISTENT_VOLUMES, name }, 'merge', { metadata });
  }

  /** Undefined for a volume that is not of this driver. */
  #directoryOf({ spec, metadata }: KubeObject): string | undefined {
    if (textAt(spec, '', 'csi', 'driver') !== DIRECTORY_DRIVER) return undefined;
    const handle = textAt(spec, '', 'csi', 'volumeHandle');
    if (!HANDLE.test(handle)) throw new Failure('VolumeUnsupported', `the PersistentVolume "${metadata.name}" has a handle that is no place of this node`);
    return join(this.#options.directory, handle);
  }
}
