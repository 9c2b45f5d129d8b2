// GET /slipway/v1/artifacts/{artifact_id}/archive?path=…: a directory as tar.gz, made while it is read.
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Artifact } from '../../records/mod.ts';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { kfpRoute } from '../kfp/context.ts';
import { refusal } from '../kfp/refusal.ts';
import { quote } from '../kfp/request-message.ts';
import { attachment, INERT_HEADERS } from './artifact-content.ts';
import { requestedArtifact, requestedPath, ROOT_PATH, type SlipwayOptions } from './context.ts';
import { fileNameOf, findPlace } from './stored-file.ts';
import { tarArchive, type TarFile } from './tar.ts';

/** Models are mostly incompressible: the fastest level is enough for the text among it. */
const GZIP_LEVEL = 1;

export function artifactArchiveRoutes(options: SlipwayOptions): Route[] {
  return [kfpRoute('GET', `${ROOT_PATH}/artifacts/{artifact_id}/archive`, (request) => readArchive(options, request))];
}

async function readArchive(options: SlipwayOptions, request: WebRequest): Promise<WebResponse> {
  const artifact = requestedArtifact(options.records, request);
  const path = requestedPath(request);
  const place = await findPlace(options.blobs, artifact, path);
  if (place.kind !== 'directory') throw refusal('FailedPrecondition', `${quote(path === '' ? artifact.uri : path)} is no directory: read it from …/content`);
  const name = fileNameOf(artifact, path);
  const body = createGzip({ level: GZIP_LEVEL });
  // Whoever reads the body hears of what goes wrong, and whoever goes away lets go of the file that is just read.
  pipeline(Readable.from(tarArchive(filesBelow(options, artifact, path, name))), body, () => undefined);
  const headers = { ...INERT_HEADERS, 'content-type': 'application/gzip', 'content-disposition': attachment(`${name}.tar.gz`), 'cache-control': 'private, no-store' };
  return { status: 200, headers, body };
}

async function* filesBelow({ blobs }: SlipwayOptions, artifact: Artifact, path: string, name: string): AsyncGenerator<TarFile> {
  const prefix = path === '' ? '' : `${path}/`;
  for await (const entry of blobs.walk(artifact.uri, path)) {
    if (entry.isDirectory) continue;
    yield {
      path: `${name}/${entry.path.slice(prefix.length)}`,
      sizeBytes: entry.sizeBytes,
      modifiedAtMs: artifact.createdAtMs,
      content: () => blobs.openRead(artifact.uri, entry.path, { start: 0, end: Math.max(0, entry.sizeBytes - 1) }),
    };
  }
}
