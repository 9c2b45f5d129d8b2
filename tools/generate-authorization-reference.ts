// Writes docs/reference/authorization.md from the routes and kinds; a test of `main` fails when it is stale.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorizationReference } from '../src/main/mod.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-authorization-'));
try {
  writeFileSync(new URL('../docs/reference/authorization.md', import.meta.url), await authorizationReference(directory));
} finally {
  rmSync(directory, { recursive: true, force: true });
}
