// GET /slipway/v1/artifacts/{artifact_id}/content?path=…: the bytes of one file, or a range of them.
// What a step wrote is never a page of this origin: always an attachment, no sniffing, and a policy that lets nothing in it
// run or load. <img> and fetch() don't mind; a browser that is led here saves a file.
import { extname } from 'node:path';
import type { Artifact } from '../../records/mod.ts';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { kfpRoute } from '../kfp/context.ts';
import { readByteRange } from './byte-range.ts';
import { requestedArtifact, requestedPath, ROOT_PATH, type SlipwayOptions } from './context.ts';
import { bytesOf, type ArtifactBytes } from './log-bytes.ts';
import { extensionOf, mediaTypeOf } from './media-type.ts';
import { fileNameOf, getFile, viewOfFile } from './stored-file.ts';

export function artifactContentRoutes(options: SlipwayOptions): Route[] {
  return [kfpRoute('GET', `${ROOT_PATH}/artifacts/{artifact_id}/content`, (request) => readContent(options, request))];
}

/** For everything that users wrote, on an origin that is not theirs. */
export const INERT_HEADERS = {
  'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
} as const;

async function readContent(options: SlipwayOptions, request: WebRequest): Promise<WebResponse> {
  const artifact = requestedArtifact(options.records, request);
  const blobs = await bytesOf(options, artifact, request.signal);
  const path = requestedPath(request);
  const { sizeBytes } = await getFile(blobs, artifact, path);
  const range = readByteRange(request.headers.range, sizeBytes);
  if (range.kind === 'unsatisfiable') {
    const message = `the range ${request.headers.range} lies outside of the ${sizeBytes} bytes of the file`;
    return { status: 416, headers: { 'content-range': `bytes */${sizeBytes}`, 'content-type': 'application/json' }, body: JSON.stringify({ message }) };
  }
  const headers = {
    ...INERT_HEADERS,
    ...(await namedByContent(blobs, artifact, path, sizeBytes)),
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
  };
  if (range.kind === 'all') {
    const body = sizeBytes === 0 ? '' : await blobs.openRead(artifact.uri, path, { start: 0, end: sizeBytes - 1 });
    return { status: 200, headers: { ...headers, 'content-length': String(sizeBytes) }, body };
  }
  const { start, end } = range;
  return {
    status: 206,
    headers: { ...headers, 'content-length': String(end - start + 1), 'content-range': `bytes ${start}-${end}/${sizeBytes}` },
    body: await blobs.openRead(artifact.uri, path, { start, end }),
  };
}

/** Artifacts of steps mostly have names without an extension: it is told from the first bytes then. */
async function namedByContent(blobs: ArtifactBytes, artifact: Artifact, path: string, sizeBytes: number) {
  const fileName = fileNameOf(artifact, path);
  const isNamed = extname(fileName) !== '';
  const extension = isNamed ? extname(fileName) : extensionOf(await viewOfFile(blobs, artifact, path, sizeBytes));
  return { 'content-type': mediaTypeOf(extension), 'content-disposition': attachment(isNamed ? fileName : fileName + extension) };
}

/** RFC 6266: a plain name for old clients, and the name in UTF-8. */
export function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\w.-]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
