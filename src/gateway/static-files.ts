// The dashboard's built files: a closed set, listed once at start, so no path of a request is ever joined to a directory. Bytes
// are read when they are asked for: they are asked for once per browser and would only take memory in between.
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { sha256Hex } from '../base/mod.ts';
import type { Route, WebRequest, WebResponse } from '../web/mod.ts';

const CONTENT_TYPE: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * Nothing from elsewhere, no inline script, no framing. Frames show what users wrote, on origins of their own: names below
 * localhost and below the configured domain.
 */
function contentSecurityPolicy(contentDomain: string): string {
  const frames = [...new Set(['localhost', contentDomain])].flatMap((domain) => [`http://*.${domain}:*`, `https://*.${domain}:*`]);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    `frame-src ${frames.join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The build writes a digest of the content into the name of everything below this folder. */
const IMMUTABLE_FOLDER = 'assets/';
/** Made at build time, the best first. */
const ENCODINGS = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const;

interface StaticFileOptions {
  readonly contentDomain: string;
  /** Answers those who want no page at `/`. */
  readonly answerAtRoot?: (request: WebRequest) => WebResponse | undefined;
}

/** One route per file; index.html is served at `/`. Without a build, `/` says how to get one. */
export async function staticFileRoutes(directory: string, { contentDomain, answerAtRoot = () => undefined }: StaticFileOptions): Promise<readonly Route[]> {
  const policy = contentSecurityPolicy(contentDomain);
  const paths = new Set(await filesBelow(directory));
  if (!paths.has('index.html')) return [staticRoute('/', async (request) => answerAtRoot(request) ?? NOT_BUILT)];
  const served = [...paths].filter((path) => CONTENT_TYPE[extname(path)] !== undefined);
  const routes = await Promise.all(served.map((path) => fileRoute(directory, path, policy, ENCODINGS.filter(({ ending }) => paths.has(path + ending)))));
  return routes.map((route) => (route.path === '/' ? { ...route, handle: async (request) => answerAtRoot(request) ?? route.handle(request) } : route));
}

async function filesBelow(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory, { recursive: true })).map((path) => path.replaceAll('\\', '/'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function fileRoute(directory: string, path: string, policy: string, encodings: readonly (typeof ENCODINGS)[number][]): Promise<Route> {
  const etag = `"${sha256Hex(await readFile(join(directory, path))).slice(0, 32)}"`;
  const headers = {
    'content-type': CONTENT_TYPE[extname(path)]!,
    'content-security-policy': policy,
    'cache-control': path.startsWith(IMMUTABLE_FOLDER) ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept, accept-encoding',
    etag,
  };
  return staticRoute(path === 'index.html' ? '/' : `/${path}`, async (request) => {
    if (request.headers['if-none-match'] === etag) return { status: 304, headers };
    const accepted = String(request.headers['accept-encoding'] ?? '').split(/\s*,\s*/);
    const encoding = encodings.find(({ name }) => accepted.includes(name));
    const body = await readFile(join(directory, path + (encoding?.ending ?? '')));
    return { status: 200, headers: encoding === undefined ? headers : { ...headers, 'content-encoding': encoding.name }, body };
  });
}

const NOT_BUILT: WebResponse = {
  status: 503,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: 'The pages of the dashboard are not built. Run `npm run build` in the directory of Slipway and start it again.\nThe API is there all the same.\n',
};

function staticRoute(path: string, handle: (request: WebRequest) => Promise<WebResponse>): Route {
  const why = 'the pages hold no data; everything they show comes through the API';
  return { method: 'GET', path, origin: 'dashboard', authorization: { kind: 'public', why }, bodyBytesMax: 0, handle };
}
