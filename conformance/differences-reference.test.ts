import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { differencesReference } from './differences-reference.ts';
import { KNOWN_SESSION_DIFFERENCES } from './sessions/known-differences.ts';
import { idOf } from './sessions/command-session.ts';
import { KUBECTL_COMMANDS } from './sessions/kubectl-commands.ts';

test('the page of differences says what the lists say', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/reference/differences.md'), 'utf8');
  assert.equal(page, differencesReference(), 'stale: run node tools/generate-differences-reference.ts');
});

test('every known difference of the session belongs to one of its commands', () => {
  const ids = KUBECTL_COMMANDS.map(idOf);
  const unknown = KNOWN_SESSION_DIFFERENCES.flatMap(({ commands }) => commands).filter((command) => !ids.includes(command));
  assert.deepEqual(unknown, []);
});
