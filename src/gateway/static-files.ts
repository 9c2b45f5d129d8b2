// The dashboard's own files, read once at start: a closed set, so no path of a request is ever joined to a directory.
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { sha256Hex } from '../base/mod.ts';
import type { Route } from '../web/mod.ts';

const CONTENT_TYPE: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Nothing from elsewhere, no inline script, no framing. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** One route per file; index.html is served at `/`. */
export async function staticFileRoutes(directory: string): Promise<readonly Route[]> {
  const names = (await readdir(directory)).filter((name) => CONTENT_TYPE[extname(name)] !== undefined);
  return Promise.all(names.map((name) => fileRoute(directory, name)));
}

async function fileRoute(directory: string, name: string): Promise<Route> {
  const bytes = await readFile(join(directory, name));
  const etag = `"${sha256Hex(bytes).slice(0, 32)}"`;
  const headers = {
    'content-type': CONTENT_TYPE[extname(name)]!,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cache-control': 'no-cache',
    etag,
  };
  return {
    method: 'GET',
    path: name === 'index.html' ? '/' : `/${name}`,
    origin: 'dashboard',
    authorization: { kind: 'public', why: 'the page holds no data; everything it shows comes through the API' },
    bodyBytesMax: 0,
    handle: async (request) =>
      request.headers['if-none-match'] === etag ? { status: 304, headers } : { status: 200, headers, body: bytes },
  };
}
