// What is stored at a place below an artifact, found without trusting the path: `blobs` refuses what leads out.
import type { Artifact } from '../../records/mod.ts';
import { refusal } from '../kfp/refusal.ts';
import { quote } from '../kfp/request-message.ts';
import type { ArtifactBytes } from './log-bytes.ts';
import { HEAD_BYTES, viewOf, type FileView } from './file-view.ts';

export type StoredPlace =
  | { readonly kind: 'file'; readonly path: string; readonly sizeBytes: number }
  | { readonly kind: 'directory'; readonly path: string }
  /** Nothing was written, or it was removed. */
  | { readonly kind: 'absent'; readonly path: string }
  /** The URI names a place that Slipway does not keep. */
  | { readonly kind: 'elsewhere'; readonly path: string };

const SCHEMES_KEPT = /^(minio|s3|gs):\/\//;

/** Throws Failure `InvalidUri` when the path could leave the artifact. */
export async function findPlace(blobs: ArtifactBytes, { uri }: Artifact, path: string): Promise<StoredPlace> {
  if (!SCHEMES_KEPT.test(uri)) return { kind: 'elsewhere', path };
  const entry = await blobs.statInside(uri, path);
  if (entry === undefined) return { kind: 'absent', path };
  return entry.isDirectory ? { kind: 'directory', path } : { kind: 'file', path, sizeBytes: entry.sizeBytes };
}

/** Throws a refusal when there is no file. */
export async function getFile(blobs: ArtifactBytes, artifact: Artifact, path: string): Promise<Extract<StoredPlace, { kind: 'file' }>> {
  const place = await findPlace(blobs, artifact, path);
  if (place.kind === 'file') return place;
  const shown = path === '' ? `the artifact ${quote(artifact.artifactId)}` : quote(path);
  if (place.kind === 'directory') throw refusal('FailedPrecondition', `${shown} is a directory: name a file in it with path, or download all of it from …/archive`);
  if (place.kind === 'elsewhere') throw refusal('FailedPrecondition', `the bytes of ${quote(artifact.uri)} are not kept by Slipway: read them where they are`);
  throw refusal('NotFound', `nothing is stored at ${quote(path === '' ? artifact.uri : `${artifact.uri}/${path}`)}`);
}

/** Name to save it under: the last part of the path or URI. */
export function fileNameOf({ uri }: Artifact, path: string): string {
  return (path === '' ? uri : path).replace(/\/+$/, '').split('/').at(-1) ?? 'artifact';
}

/** How it is best shown. */
export async function viewOfFile(blobs: ArtifactBytes, artifact: Artifact, path: string, sizeBytes: number): Promise<FileView> {
  const head = sizeBytes === 0 ? Buffer.alloc(0) : await readBytes(blobs, artifact, path, 0, Math.min(sizeBytes, HEAD_BYTES));
  return viewOf(head, fileNameOf(artifact, path), artifact.type);
}

/** From `start` up to, not including, `end`; a file that became shorter gives less. */
export async function readBytes(blobs: ArtifactBytes, { uri }: Artifact, path: string, start: number, end: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const stream = await blobs.openRead(uri, path, { start, end: end - 1 });
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk); // A file stream without encoding.
  return Buffer.concat(chunks);
}
