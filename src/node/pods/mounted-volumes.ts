// The volumes of one Pod: made once for all its containers, after a failure anew; what is made of objects and tokens follows them.
import { describeError, toRfc3339, type Clock, type JsonObject, type KubeObject, type Log, type ObjectApi } from '../../base/mod.ts';
import type { Logs } from '../../logs/mod.ts';
import { findExcess, hasSizeLimits } from './empty-dirs.ts';
import type { PersistentVolumes } from './persistent-volumes.ts';
import type { PodDirectory } from './pod-directory.ts';
import { fetchReferences } from './references.ts';
import type { PodSpec } from './pod-spec.ts';
import { PodTokens } from './pod-tokens.ts';
import { prepareVolumes, writeObjectVolumes, type PreparedVolumes } from './pod-volumes.ts';
import { findStorageExcess, hasStorageLimits } from './storage-limits.ts';
import { StorageWatch } from './storage-watch.ts';
import { fileSourceOf, volumeReferences, type FileFacts } from './volume-files.ts';

export interface MountedVolumesOptions {
  readonly api: ObjectApi;
  readonly pod: () => KubeObject;
  readonly spec: () => PodSpec;
  /** What the node has for Pods. */
  readonly allocatable: () => JsonObject;
  readonly directory: PodDirectory;
  readonly persistentVolumes: PersistentVolumes;
  readonly logs: Logs;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** A volume, or the Pod, holds more than its limit: a sentence. */
  readonly onExcess: (excess: string) => void;
  /** Asks for the next call of `refresh`. */
  readonly onMeasured: () => void;
}

const NO_VOLUMES: PreparedVolumes = new Map();
/** What could not be had is asked for again in this time. */
const RETRY_MS = 10_000;

export class MountedVolumes {
  readonly #options: MountedVolumesOptions;
  readonly #tokens: PodTokens;
  readonly #storage: StorageWatch;
  #prepared: Promise<PreparedVolumes> | undefined;
  /** A Pod that an earlier server started has files of unknown age. */
  #isOutdated = true;
  #retryAtMs = 0;
  #writeCount = 0;

  constructor(options: MountedVolumesOptions) {
    this.#options = options;
    this.#tokens = new PodTokens(options);
    this.#storage = new StorageWatch({ ...options, findExcess: () => this.#findExcess() });
  }

  /** Throws what `prepareVolumes` throws. */
  async ensure(): Promise<PreparedVolumes> {
    if (this.#options.spec().volumes.length === 0) return NO_VOLUMES;
    this.#prepared ??= this.#prepare().catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  /** Whether a volume shows this object. */
  refersTo(resource: string, name: string): boolean {
    return volumeReferences(this.#options.spec().volumes).some((reference) => reference.resource === resource && reference.name === name);
  }

  /** Whether a volume shows labels and annotations of the Pod. */
  get showsMetadata(): boolean {
    return this.#options.spec().volumes.some(({ downwardAPI, projected }) => downwardAPI !== undefined || JSON.stringify(projected ?? '').includes('"downwardAPI"'));
  }

  /** The objects have changed: the next `refresh` writes them. */
  outdate(): void {
    this.#isOutdated = true;
    this.#retryAtMs = 0;
  }

  /** Writes what is due, begins to measure what has a limit, and says when to call again, by the steady clock. */
  async refresh(): Promise<number> {
    const { spec, pod } = this.#options;
    const atMs = await this.#refreshFiles();
    return hasSizeLimits(spec().volumes) || hasStorageLimits(pod()) ? Math.min(atMs, this.#storage.look()) : atMs;
  }

  async #findExcess(): Promise<string | undefined> {
    const { spec, pod, directory, logs } = this.#options;
    return (await findExcess(spec().volumes, directory)) ?? (hasStorageLimits(pod()) ? findStorageExcess(pod(), directory, logs) : undefined);
  }

  /** What is missing leaves the files as they are. */
  async #refreshFiles(): Promise<number> {
    const { spec, pod, clock, log } = this.#options;
    if (!spec().volumes.some((volume) => fileSourceOf(volume) !== undefined)) return Number.POSITIVE_INFINITY;
    const dueMs = Math.max(this.#retryAtMs, this.#isOutdated ? 0 : this.#tokensDueMs());
    if (clock.steadyMs() < dueMs) return dueMs;
    try {
      await this.#write(await this.#facts());
    } catch (error) {
      log.warn('volumes of a Pod could not be renewed', { pod: pod().metadata.name, error: describeError(error) });
      this.outdate();
      this.#retryAtMs = clock.steadyMs() + RETRY_MS;
      return this.#retryAtMs;
    }
    return this.#isOutdated ? 0 : this.#tokensDueMs();
  }

  #tokensDueMs(): number {
    return this.#options.clock.steadyMs() + this.#tokens.dueInMs();
  }

  async #prepare(): Promise<PreparedVolumes> {
    const { spec, directory, persistentVolumes } = this.#options;
    const facts = await this.#facts();
    const prepared = await prepareVolumes(spec().volumes, facts, { directory, persistentVolumes });
    await this.#write(facts);
    return prepared;
  }

  async #write(facts: FileFacts): Promise<void> {
    await writeObjectVolumes(this.#options.spec().volumes, facts, this.#options.directory, this.#versionName());
  }

  #versionName(): string {
    const { clock } = this.#options;
    const stamp = toRfc3339(clock.now()).replaceAll(/[-:TZ]/g, '_');
    return `${stamp}.${String(clock.now() % 1000).padStart(3, '0')}-${++this.#writeCount}`;
  }

  async #facts(): Promise<FileFacts> {
    const { spec, pod, api, allocatable, signal } = this.#options;
    const { volumes } = spec();
    // What changes from here on asks for another look.
    this.#isOutdated = false;
    const objects = await fetchReferences({ api, pod: pod(), signal }, volumeReferences(volumes));
    return { pod: pod(), allocatable: allocatable(), objects, tokens: await this.#tokens.all(volumes) };
  }
}
