// The files that tidy looks at, and what a rule says about one of them.
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TreeFile {
  /** Relative to the root, with '/'. */
  readonly path: string;
  readonly text: string;
  readonly sizeBytes: number;
}

export interface Complaint {
  readonly path: string;
  /** 1 is the first line; undefined when the file as a whole is meant. */
  readonly line?: number;
  /** What is wrong and what to do instead. */
  readonly sentence: string;
}

const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.slipway', '.cache', '__pycache__', 'dist']);
/** Endings of files that are not text; they are checked for their size only. */
const BINARY_ENDINGS = ['.png', '.ico', '.gz', '.zip', '.pb', '.woff2', '.jpg'];

/** All files below `root`, in path order, without what npm, git and Slipway itself leave there. Symbolic links are left out. */
export function readTree(root: string): readonly TreeFile[] {
  return paths(root, '').map((path) => {
    const full = join(root, path);
    const text = BINARY_ENDINGS.some((ending) => path.endsWith(ending)) ? '' : readFileSync(full, 'utf8');
    return { path, text, sizeBytes: lstatSync(full).size };
  });
}

function paths(root: string, folder: string): string[] {
  const found: string[] = [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) found.push(...paths(root, path));
    else if (entry.isFile() && !entry.name.endsWith('.log')) found.push(path);
  }
  return found;
}

export function isTypeScript(file: TreeFile): boolean {
  return file.path.endsWith('.ts') || file.path.endsWith('.tsx');
}

/** Tests, benchmarks, campaigns and what only they use. */
export function isTestCode(path: string): boolean {
  return /\.(test|bench)\.tsx?$/.test(path) || path.includes('/testing/') || /^(sim|conformance)\//.test(path);
}

export function isGenerated(path: string): boolean {
  return path.includes('/generated/') || /\.generated\.[a-z]+$/.test(path) || path === 'package-lock.json';
}

export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
