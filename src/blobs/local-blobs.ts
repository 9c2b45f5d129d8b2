import { chmodSync, mkdirSync, realpathSync } from 'node:fs';
import { chmod, lstat, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { Failure, type Log } from '../base/mod.ts';
import { localPathOfUri, segmentsOfInnerPath, segmentsOfUri } from './artifact-uri.ts';
import { findWithoutLinks, openInside, resolveInside, whenMissing } from './contained-path.ts';
import { LateSync } from './late-sync.ts';
import { sealArtifact, type Seal } from './seal.ts';
import { walkBelow } from './walk.ts';

export interface BlobEntry {
  /** Path below the artifact, '' for the artifact itself. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** 0 for a directory. */
  readonly sizeBytes: number;
}

export interface Blobs {
  /** Default pipeline root of the installation, for example minio://mlpipeline/v2/artifacts. */
  readonly defaultRootUri: string;
  /** Path on this machine; throws Failure `InvalidUri` for a scheme that is not stored here or a path that escapes. */
  localPathOf(uri: string): string;
  /** Makes the directory of a task root (idempotent) and returns its local path. */
  prepare(taskRootUri: string): Promise<string>;
  /**
   * After the step: fixes what is there and tells its size. `exists` false when nothing was written. Idempotent. Small
   * artifacts are durable when it resolves, large ones soon afterwards.
   */
  seal(uri: string): Promise<Seal>;
  /** Undefined when there is nothing, or something that is no file or directory (a link, a socket). */
  stat(uri: string): Promise<BlobEntry | undefined>;
  /** The same for a path below the artifact, following links that stay inside; '' is the artifact. */
  statInside(uri: string, path: string): Promise<BlobEntry | undefined>;
  /** Entries below a directory artifact, recursively, by path, at most `countMax`; the entry itself for a file artifact. */
  list(uri: string, countMax: number): Promise<readonly BlobEntry[]>;
  /** What lies directly in a directory of the artifact, at most `countMax`; `isCut` when there is more. */
  entries(uri: string, path: string, countMax: number): Promise<{ readonly entries: readonly BlobEntry[]; readonly isCut: boolean }>;
  /** Everything below a directory of the artifact, as it is found; paths are below the artifact. */
  walk(uri: string, path: string): AsyncIterable<BlobEntry>;
  /** `path` below the artifact; '' for a file artifact. Both ends of `range` are included. Throws Failure `NotFound`. */
  openRead(uri: string, path: string, range?: { readonly start: number; readonly end?: number }): Promise<Readable>;
  /** Idempotent. Also removes directories above it that became empty, up to the bucket. */
  delete(uri: string): Promise<void>;
}

export function openLocalBlobs(options: { directory: string; defaultRootUri: string; log: Log }): Blobs {
  segmentsOfUri(options.defaultRootUri);
  mkdirSync(options.directory, { recursive: true });
  return new LocalBlobs(realpathSync(options.directory), options.defaultRootUri, options.log);
}

/** A step may run as any user. Others than root do not get into the data directory. */
const TASK_ROOT_MODE = 0o777;

class LocalBlobs implements Blobs {
  readonly defaultRootUri: string;
  readonly #root: string;
  readonly #log: Log;
  readonly #late: LateSync;

  constructor(root: string, defaultRootUri: string, log: Log) {
    this.#root = root;
    this.defaultRootUri = defaultRootUri;
    this.#log = log;
    this.#late = new LateSync(log);
  }

  localPathOf(uri: string): string {
    return localPathOfUri(this.#root, uri);
  }

  async prepare(taskRootUri: string): Promise<string> {
    const path = this.localPathOf(taskRootUri);
    try {
      // At once: every step waits for it, and a trip to the thread pool takes longer than two directories.
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw new Failure('ArtifactUnwritable', `The directory for ${taskRootUri} cannot be made.`, { cause: error });
    }
    if ((await findWithoutLinks(this.#root, segmentsOfUri(taskRootUri))) !== 'found') throw outside(taskRootUri);
    chmodSync(path, TASK_ROOT_MODE);
    return path;
  }

  async seal(uri: string): Promise<Seal> {
    const segments = segmentsOfUri(uri);
    const parent = await findWithoutLinks(this.#root, segments.slice(0, -1));
    if (parent === 'link') throw outside(uri);
    return parent === 'missing' ? { exists: false, sizeBytes: 0 } : sealArtifact(this.localPathOf(uri), this.#late, this.#log);
  }

  async stat(uri: string): Promise<BlobEntry | undefined> {
    if ((await findWithoutLinks(this.#root, segmentsOfUri(uri))) !== 'found') return undefined;
    const facts = await lstat(this.localPathOf(uri)).catch(whenMissing);
    if (facts?.isDirectory() === true) return { path: '', isDirectory: true, sizeBytes: 0 };
    return facts?.isFile() === true ? { path: '', isDirectory: false, sizeBytes: facts.size } : undefined;
  }

  async statInside(uri: string, path: string): Promise<BlobEntry | undefined> {
    const inner = segmentsOfInnerPath(path);
    if (inner.length === 0) return this.stat(uri);
    if ((await findWithoutLinks(this.#root, segmentsOfUri(uri))) !== 'found') return undefined;
    const real = await resolveInside(this.localPathOf(uri), inner);
    const facts = real === undefined ? undefined : await stat(real).catch(whenMissing);
    if (facts?.isDirectory() === true) return { path, isDirectory: true, sizeBytes: 0 };
    return facts?.isFile() === true ? { path, isDirectory: false, sizeBytes: facts.size } : undefined;
  }

  async list(uri: string, countMax: number): Promise<readonly BlobEntry[]> {
    const self = await this.stat(uri);
    if (self === undefined || countMax <= 0) return [];
    if (!self.isDirectory) return [self];
    const entries: BlobEntry[] = [];
    for await (const entry of this.walk(uri, '')) {
      entries.push(entry);
      if (entries.length >= countMax) break;
    }
    return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async entries(uri: string, path: string, countMax: number): Promise<{ entries: readonly BlobEntry[]; isCut: boolean }> {
    const entries: BlobEntry[] = [];
    for await (const entry of this.#entriesBelow(uri, path, 1)) {
      if (entries.length >= countMax) return { entries, isCut: true };
      entries.push(entry);
    }
    return { entries, isCut: false };
  }

  walk(uri: string, path: string): AsyncIterable<BlobEntry> {
    return this.#entriesBelow(uri, path, Infinity);
  }

  async *#entriesBelow(uri: string, path: string, levels: number): AsyncGenerator<BlobEntry> {
    const inner = segmentsOfInnerPath(path);
    if ((await this.statInside(uri, path))?.isDirectory !== true) return;
    const artifact = this.localPathOf(uri);
    // The real place: the walk itself follows no links.
    const root = (await resolveInside(artifact, inner)) ?? artifact;
    for await (const { segments, facts } of walkBelow(root, levels)) {
      const entryPath = [...inner, ...segments].join('/');
      if (facts.isDirectory()) yield { path: entryPath, isDirectory: true, sizeBytes: 0 };
      else if (facts.isFile()) yield { path: entryPath, isDirectory: false, sizeBytes: facts.size };
      else if (facts.isSymbolicLink()) yield* await fileBehindLink(artifact, [...inner, ...segments]);
    }
  }

  async openRead(uri: string, path: string, range?: { start: number; end?: number }): Promise<Readable> {
    const inner = segmentsOfInnerPath(path);
    const isThere = (await findWithoutLinks(this.#root, segmentsOfUri(uri))) === 'found';
    const file = isThere ? await openInside(this.localPathOf(uri), inner) : undefined;
    if (file === undefined) {
      throw new Failure('NotFound', `There is no file ${path === '' ? '' : `${JSON.stringify(path)} in `}${uri}.`, { fields: { uri, path } });
    }
    return file.createReadStream({ ...range, autoClose: true });
  }

  async delete(uri: string): Promise<void> {
    const segments = segmentsOfUri(uri);
    const parent = await findWithoutLinks(this.#root, segments.slice(0, -1));
    if (parent === 'link') throw outside(uri);
    if (parent === 'missing') return;
    const path = this.localPathOf(uri);
    await removeTree(path);
    await removeEmptyParents(join(this.#root, segments[0]!, segments[1]!), path);
  }
}

async function fileBehindLink(root: string, segments: readonly string[]): Promise<readonly BlobEntry[]> {
  const real = await resolveInside(root, segments);
  const facts = real === undefined ? undefined : await stat(real).catch(whenMissing);
  return facts?.isFile() === true ? [{ path: segments.join('/'), isDirectory: false, sizeBytes: facts.size }] : [];
}

async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EACCES' && code !== 'EPERM') throw new Failure('ArtifactNotRemoved', `${path} cannot be removed.`, { cause: error });
    await openDirectories(path);
    await rm(path, { recursive: true, force: true });
  }
}

/** A step may have made directories that even their owner can't change; they must be writable to be emptied. */
async function openDirectories(path: string): Promise<void> {
  await chmod(path, 0o700);
  for await (const { path: inner, facts } of walkBelow(path)) {
    if (facts.isDirectory()) await chmod(inner, 0o700);
  }
}

async function removeEmptyParents(bucket: string, path: string): Promise<void> {
  for (let parent = dirname(path); parent.startsWith(bucket + sep); parent = dirname(parent)) {
    try {
      await rmdir(parent);
    } catch {
      // Not empty: everything above it is in use too.
      return;
    }
  }
}

function outside(uri: string): Failure {
  return new Failure('InvalidUri', `The way to ${uri} leads through a symbolic link, which is never followed.`, { fields: { uri } });
}
