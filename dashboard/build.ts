// Builds the pages into dashboard/dist: `npm run build`. Every text file gets a gzip and a brotli twin, so that the
// server compresses nothing. The new build takes the place of the old one at once, and its stamp says what it was made from
// (bin/dashboard.mjs compares it at every start).
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { dashboardStamp, DIST, STAMP_NAME } from '../bin/dashboard.mjs';

const COMPRESSED = /\.(js|css|html|svg)$/;
/** Smaller files would gain nothing. */
const COMPRESSED_BYTES_MIN = 512;
/** 11 takes four times as long for two percent. */
const BROTLI_QUALITY = 9;

const stamp = dashboardStamp();
const place = `${DIST}.${process.pid}`;
try {
  mkdirSync(place, { recursive: true });
  await build({ configFile: join(import.meta.dirname, 'vite.config.ts'), logLevel: 'warn', build: { outDir: place } });
  for (const entry of readdirSync(place, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && COMPRESSED.test(entry.name)) compress(join(entry.parentPath, entry.name));
  }
  writeFileSync(join(place, STAMP_NAME), stamp);
  rmSync(DIST, { recursive: true, force: true });
  renameSync(place, DIST);
} finally {
  rmSync(place, { recursive: true, force: true });
}

function compress(path: string): void {
  const bytes = readFileSync(path);
  if (bytes.length < COMPRESSED_BYTES_MIN) return;
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }));
}
