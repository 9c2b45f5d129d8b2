// The programs in Go (conformance/go-clients) against the whole system: they say what must hold. To build them takes minutes, so
// they are built by `npm run referee -- clients go`; skipped where they are not built, or from another source.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Installation } from '../../sim/installation.ts';
import { GO_CLIENTS } from '../referee/binary.ts';

const SOURCE = join(dirname(import.meta.dirname), 'go-clients');
const PROGRAM_TIME_MS_MAX = 150_000;

const skip = isBuilt() ? false : 'the programs in Go are not built (npm run referee -- clients go)';

test('a session with client-go and controller-runtime', { skip }, async (t) => {
  const installation = new Installation();
  t.after(() => installation.remove());
  await installation.start();
  const { stdout } = await promisify(execFile)(GO_CLIENTS, [join(installation.dataDir, 'kubeconfig')], { timeout: PROGRAM_TIME_MS_MAX });
  assert.match(stdout, /and guard deletions\n$/);
  assert.doesNotMatch(installation.output, /"level":[56]0|request failed/);
});

function isBuilt(): boolean {
  const builtMs = statSync(GO_CLIENTS, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return readdirSync(SOURCE).every((name) => statSync(join(SOURCE, name)).mtimeMs < builtMs);
}
