// The bytes of an artifact that is a step's log: they are read from where logs are kept, for as long as they are kept.
import { Readable } from 'node:stream';
import { isLogArtifact, LOG_POD_METADATA, STEP_CONTAINER } from '../../api/mod.ts';
import type { Blobs } from '../../blobs/mod.ts';
import type { Artifact } from '../../records/mod.ts';
import type { SlipwayOptions } from './context.ts';

export type ArtifactBytes = Pick<Blobs, 'statInside' | 'openRead'>;

/** Of a longer log the beginning; all of it is to be had from the step's own log. */
const LOG_BYTES_MAX = 16 * 1024 * 1024;

export async function bytesOf({ blobs, logs }: SlipwayOptions, artifact: Artifact, signal: AbortSignal): Promise<ArtifactBytes> {
  const podUid = artifact.metadata[LOG_POD_METADATA];
  if (!isLogArtifact(artifact) || typeof podUid !== 'string') return blobs;
  const chunks: Uint8Array[] = [];
  const key = { podUid, container: STEP_CONTAINER, restart: 0 };
  for await (const chunk of logs.read(key, { timestamps: false, limitBytes: LOG_BYTES_MAX, signal })) chunks.push(chunk);
  const text = Buffer.concat(chunks);
  return {
    statInside: (_uri, path) => Promise.resolve(path === '' ? { path, isDirectory: false, sizeBytes: text.length } : undefined),
    openRead: (_uri, _path, range) => Promise.resolve(Readable.from([text.subarray(range?.start ?? 0, (range?.end ?? text.length) + 1)])),
  };
}
