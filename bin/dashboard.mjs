// Whether the pages of the dashboard are built from the sources that are here. Plain JavaScript for any Node from 18 on, because
// the launcher asks before it has found the right one.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = join(ROOT, 'dashboard');
export const DIST = join(SOURCES, 'dist');
export const STAMP_NAME = 'stamp';
/** Folders and files of dashboard/ that don't get into the pages. */
const LEFT_OUT = /^(dist|test$|node_modules|README)/;

/** True also where there are no sources: an installed package brings the pages with it. */
export function isDashboardBuilt() {
  if (!existsSync(join(SOURCES, 'src'))) return true;
  try {
    return readFileSync(join(DIST, STAMP_NAME), 'utf8') === dashboardStamp();
  } catch {
    return false; // not built yet, or cut short
  }
}

/** A digest of everything that the pages are made from; a few milliseconds. */
export function dashboardStamp() {
  const hash = createHash('sha256');
  for (const path of [join(ROOT, 'package-lock.json'), ...sourceFiles(SOURCES, LEFT_OUT)]) {
    hash.update(path.slice(ROOT.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @param {RegExp} [leftOut]
 * @returns {string[]}
 */
function sourceFiles(folder, leftOut = /\.test\.tsx?$/) {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !leftOut.test(name));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sourceFiles(path) : [path];
  });
}
