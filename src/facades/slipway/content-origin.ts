// GET http://artifact-<id>.<content domain>/artifact/{ticket}/…: files of one artifact, as pages. The ticket is the
// authorization. The page may run scripts and load what it wants from elsewhere, but it has an opaque origin: no cookie, no
// storage, no window of ours to reach, no form to send, and the API refuses it by Origin and Host.
import { extname } from 'node:path';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { kfpRoute, pathParameter } from '../kfp/context.ts';
import { refusal } from '../kfp/refusal.ts';
import { quote } from '../kfp/request-message.ts';
import { CONTENT_PATH } from './content-link.ts';
import type { SlipwayOptions } from './context.ts';
import { mediaTypeOf } from './media-type.ts';
import { fileNameOf, findPlace, getFile } from './stored-file.ts';

export function contentOriginRoutes(options: SlipwayOptions): Route[] {
  // The router takes a slash at the end for none: the artifact itself has a route of its own.
  return ['', '/*'].map((rest) => ({
    ...kfpRoute('GET', `${CONTENT_PATH}/{ticket}${rest}`, (request) => readPage(options, request)),
    origin: 'content',
    authorization: { kind: 'handler', why: 'the ticket in the path names the one artifact that it opens; frames can send nothing else' },
  }));
}

async function readPage({ records, blobs, contentLinks }: SlipwayOptions, request: WebRequest): Promise<WebResponse> {
  const ticket = contentLinks.readTicket(pathParameter(request, 'ticket'), request.headers.host);
  if (ticket === undefined) throw refusal('NotFound', 'this link has ended: open the artifact in the dashboard again');
  const artifact = records.artifact(ticket.artifactId);
  if (artifact === undefined) throw refusal('NotFound', `there is no artifact ${quote(ticket.artifactId)} any more`);
  const path = await pagePath(blobs, artifact, pathParameter(request, '*').replace(/\/$/, ''));
  const { sizeBytes } = await getFile(blobs, artifact, path);
  const extension = extname(fileNameOf(artifact, path));
  // An artifact of one file is here because it is HTML, whatever its name.
  const mediaType = path === '' ? 'text/html; charset=utf-8' : mediaTypeOf(extension);
  return {
    status: 200,
    headers: {
      'content-type': mediaType,
      'content-length': String(sizeBytes),
      'content-security-policy': `sandbox allow-scripts; frame-ancestors ${ticket.dashboardOrigin}`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    },
    body: sizeBytes === 0 ? '' : await blobs.openRead(artifact.uri, path, { start: 0, end: sizeBytes - 1 }),
  };
}

async function pagePath(blobs: SlipwayOptions['blobs'], artifact: Parameters<typeof findPlace>[1], path: string): Promise<string> {
  const place = await findPlace(blobs, artifact, path);
  if (place.kind !== 'directory') return path;
  return path === '' ? 'index.html' : `${path}/index.html`;
}
