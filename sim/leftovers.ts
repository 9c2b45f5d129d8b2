// What a server that was killed again and again may not leave behind: directories of attempts that never ran, halves of files, places
// that nobody comes back to.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ARTIFACTS = 'artifacts/minio/mlpipeline/v2/artifacts';
/** There or not, as SQLite needs them. */
const OF_SQLITE = /^(slipway|lock)\.db-/;
/** Only while a server runs, or since some moment; the next one that writes them takes the place of a half. */
const NOW_AND_THEN = /^(server\.json|refused-preloads\.json|.*\.new$)/;
/** Below a place of the directory. */
const HALF = /\/.*\.(new|partial|tmp)$/;
/** What must not grow with the number of starts; the names in it differ from start to start. */
const COUNTED_PLACES = ['supervisor', 'environments'];

/** Throws when there is more than the executions of steps account for: each has one directory for its artifacts and one log. */
export function checkLeftovers(dataDir: string, executionCount: number): void {
  const attempts = levelBelow(join(dataDir, ARTIFACTS), ['pipeline', 'run', 'task']);
  assert.ok(attempts.length > 0 && attempts.length <= executionCount, `${attempts.length} directories of attempts for ${executionCount} executions`);
  const logs = levelBelow(join(dataDir, 'logs'), ['of the same first letters']);
  assert.ok(logs.length > 0 && logs.length <= executionCount, `${logs.length} logs for ${executionCount} executions`);
  const halves = readdirSync(dataDir, { recursive: true }).map(String).filter((name) => HALF.test(name) && !name.startsWith('environments/'));
  assert.deepEqual(halves, [], 'halves of files');
}

/** Names in the data directory, and how much is in those places that are made anew at each start. */
export function entriesOf(dataDir: string): readonly string[] {
  const names = readdirSync(dataDir).filter((name) => !OF_SQLITE.test(name) && !NOW_AND_THEN.test(name));
  return [...names, ...COUNTED_PLACES.map((place) => `${place}: ${readdirSync(join(dataDir, place)).length} entries`)].toSorted();
}

/** Paths of what lies so many levels below. */
function levelBelow(root: string, levels: readonly string[]): readonly string[] {
  return levels.reduce((paths) => paths.flatMap((path) => readdirSync(path).map((name) => join(path, name))), readdirSync(root).map((name) => join(root, name)));
}
