import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { authorizationReference } from './authorization-reference.ts';

test('the page of authorization says what the routes say', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-authorization-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const page = readFileSync(join(import.meta.dirname, '../../docs/reference/authorization.md'), 'utf8');
  assert.equal(page, await authorizationReference(directory), 'stale: run node tools/generate-authorization-reference.ts');
});
