// The golden files as tests read them, and the lists of the differences that are known. SLIPWAY_WRITE_DIFFERENCES=1 writes those
// lists anew: after a repair one gets shorter, and the change shows which answers became right.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Difference } from '../referee/difference.ts';

export interface CaseDifference extends Difference {
  /** The name of the case, with the number of the answer where a case has several. */
  readonly case: string;
}

const KNOWN = 'known-differences';

export function readCases<T>(name: string): readonly T[] {
  return readJson(join(import.meta.dirname, 'cases', `${name}.json`)) as T[];
}

/** Answers by name of case. */
export function readGolden<T>(name: string): Readonly<Record<string, T>> {
  return readJson(join(import.meta.dirname, `${name}.json`)) as Record<string, T>;
}

/** Fails at a difference that is not in the list. */
export function assertKnown(file: string, found: readonly CaseDifference[]): void {
  const lines = new Map(found.map((each) => [`${each.case}: ${each.path}`, each]));
  const path = join(import.meta.dirname, KNOWN, `${file}.json`);
  if (process.env['SLIPWAY_WRITE_DIFFERENCES'] === '1') {
    writeFileSync(path, `${JSON.stringify([...lines.keys()].toSorted(), null, 1)}\n`);
    return;
  }
  const known = new Set(readJson(path) as string[]);
  const fresh = [...lines].filter(([line]) => !known.has(line));
  const text = fresh.map(([line, { theirs, ours }]) => `${line}\n  upstream: ${JSON.stringify(theirs)}\n  ours:     ${JSON.stringify(ours)}`);
  assert.deepEqual(text, [], `${file}: answers that differ from those of upstream:\n${text.join('\n')}`);
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
