// What a browser must fetch before the first page: the size of it has a limit, and the server hands it out compressed.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DIST, isDashboardBuilt } from '../../bin/dashboard.mjs';
import { staticFileRoutes } from '../../src/gateway/mod.ts';
import type { WebRequest } from '../../src/web/mod.ts';

const INITIAL_BYTES_MAX = 350 * 1024;
const skip = isDashboardBuilt() ? false : 'the pages are not built: npm run build';
/** The fonts that English text needs; others are fetched for other scripts only. */
const FONTS = /^geist(-mono)?-latin-wght.*\.woff2$/;

test('the first page needs at most 350 KB, gzipped', { skip }, () => {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, path]) => path!);
  const fonts = readdirSync(join(DIST, 'assets')).filter((name) => FONTS.test(name)).map((name) => `assets/${name}`);
  assert.equal(fonts.length, 2);
  assert.ok(named.some((path) => path.endsWith('.js')) && named.some((path) => path.endsWith('.css')));
  const sizes = ['index.html', ...named, ...fonts].map((path) => {
    const compressed = join(DIST, `${path}.gz`);
    return statSync(existsSync(compressed) ? compressed : join(DIST, path)).size;
  });
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(total <= INITIAL_BYTES_MAX, `${total} bytes`);
  assert.ok(total > 50 * 1024, 'that is too little to be the pages');
});

test('files are handed out as they were compressed at build time, the hashed ones for ever', { skip }, async () => {
  const routes = await staticFileRoutes(DIST, { contentDomain: '' });
  const script = routes.find(({ path }) => /^\/assets\/index-.*\.js$/.test(path))!;
  const answer = (headers: Record<string, string>) => script.handle({ headers } as unknown as WebRequest);
  const brotli = await answer({ 'accept-encoding': 'gzip, deflate, br' });
  const plain = await answer({});
  assert.equal(brotli.headers?.['content-encoding'], 'br');
  assert.equal(plain.headers?.['content-encoding'], undefined);
  assert.ok((brotli.body as Uint8Array).length < (plain.body as Uint8Array).length / 2);
  assert.match(brotli.headers?.['cache-control'] ?? '', /immutable/);
  assert.equal((await answer({ 'if-none-match': brotli.headers?.['etag'] ?? '' })).status, 304);
  const page = await routes.find(({ path }) => path === '/')!.handle({ headers: {} } as unknown as WebRequest);
  assert.equal(page.headers?.['cache-control'], 'no-cache');
});
