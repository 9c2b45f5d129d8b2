// blobs: artifact bytes. An artifact is the place where its step wrote it; nothing is hashed or copied on the way. A URI
// scheme://bucket/key maps to one directory tree below the data directory, and no client-given path leaves it.
import type { Readable } from 'node:stream';

export interface BlobEntry {
  /** Path below the artifact, '' for the artifact itself. */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly sizeBytes: number;
}

export interface Blobs {
  /** Default pipeline root of the installation, for example minio://mlpipeline/v2/artifacts. */
  readonly defaultRootUri: string;
  /** Path on this machine; throws Failure `InvalidUri` for a scheme that is not stored here or a path that escapes. */
  localPathOf(uri: string): string;
  /** Makes the directory of a task root (idempotent) and returns its local path. */
  prepare(taskRootUri: string): Promise<string>;
  /** After the step: fixes what is there and tells its size. `exists` false when nothing was written. Idempotent. */
  seal(uri: string): Promise<{ readonly exists: boolean; readonly sizeBytes: number }>;
  stat(uri: string): Promise<BlobEntry | undefined>;
  /** Entries below a directory artifact, recursively, at most `countMax`. */
  list(uri: string, countMax: number): Promise<readonly BlobEntry[]>;
  /** `path` below the artifact; '' for a file artifact. Throws Failure `NotFound`. */
  openRead(uri: string, path: string, range?: { readonly start: number; readonly end?: number }): Promise<Readable>;
  delete(uri: string): Promise<void>;
}
