// Which test files a command line means. Words choose rooms or parts of paths: `engine`, `src/api`, `store.int`.
import { globSync } from 'node:fs';

export interface TestSelection {
  /** Pure tests, milliseconds each. */
  readonly unit: readonly string[];
  /** Tests with real stores, servers and processes. */
  readonly integration: readonly string[];
}

const TEST_GLOBS = ['src/**/*.test.ts', '{tools,sim,conformance,bench,dashboard}/**/*.test.ts'];

export function findTests(root: string): readonly string[] {
  return globSync(TEST_GLOBS, { cwd: root, exclude: ['**/node_modules/**'] }).toSorted();
}

/** No words: everything. A word that is a folder below src/ or at the top means that folder, any other word a part of a path. */
export function selectTests(paths: readonly string[], words: readonly string[]): TestSelection {
  const chosen = words.length === 0 ? paths : paths.filter((path) => words.some((word) => isMeant(path, word, paths)));
  return {
    unit: chosen.filter((path) => !path.endsWith('.int.test.ts')),
    integration: chosen.filter((path) => path.endsWith('.int.test.ts')),
  };
}

function isMeant(path: string, word: string, paths: readonly string[]): boolean {
  const trimmed = word.replace(/^\.\//, '').replace(/\/$/, '');
  for (const folder of [`src/${trimmed}/`, `${trimmed}/`]) {
    if (paths.some((other) => other.startsWith(folder))) return path.startsWith(folder);
  }
  return path.includes(trimmed);
}
