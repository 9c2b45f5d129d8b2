// The disk fills while runs go on: refusals in a sentence, nothing that was acknowledged is lost, and when there is room again
// everything goes on. Needs root, for a small file system of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../src/base/mod.ts';
import { Installation } from '../../sim/installation.ts';
import { shellPipeline } from '../system/support/shell-pipeline.ts';

const SIZE = '48m';
const PIPELINE = shellPipeline('full', [{ name: 'one', script: 'echo one' }, { name: 'two', script: 'echo two' }]);

/** Resolves with what was seen, in a sentence. Throws when a promise is broken; undefined where it can't be tried. */
export async function fillDisk(): Promise<string | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-full-'));
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', directory]);
  if (mount.status !== 0) {
    rmdirSync(directory);
    return undefined;
  }
  const installation = new Installation(directory);
  try {
    await installation.start();
    return await tryFull(installation);
  } finally {
    await installation.remove().catch(() => undefined); // its directory is a mount: it goes below
    spawnSync('umount', ['-l', directory]);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function tryFull(installation: Installation): Promise<string> {
  const acknowledged: string[] = [];
  const refusals: string[] = [];
  const submit = async () => {
    const response = await fetch(`${installation.url}/apis/v2beta1/runs`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ display_name: 'full', pipeline_spec: PIPELINE }) });
    const text = await response.text();
    if (response.ok) acknowledged.push((JSON.parse(text) as { run_id: string }).run_id);
    else refusals.push(`${response.status} ${text}`);
  };
  for (let count = 0; count < 3; count++) await submit();
  assert.equal(refusals.length, 0, refusals[0]);
  const filler = join(installation.dataDir, 'filler');
  fillUp(filler);
  await until('a write to be refused', async () => (await submit(), refusals.length > 0), { timeoutMs: 120_000 });
  assert.match(refusals[0]!, new RegExp(`disk is full.*free some space on the disk of ${installation.dataDir}`), 'the refusal says which disk and what to do');
  assert.equal((await fetch(`${installation.url}/healthz`)).status, 200, 'reads go on');
  assert.equal((await fetch(`${installation.url}/apis/v2beta1/runs`)).status, 200, 'reads go on');
  assert.ok(installation.isRunning);
  rmSync(filler);
  const before = acknowledged.length;
  await until('writes to be taken again', async () => (await submit(), acknowledged.length > before), { timeoutMs: 60_000, intervalMs: 200 });
  const ends = await Promise.all(acknowledged.map(async (runId) => installation.waitForRun(runId, 180_000)));
  for (const { state, error } of ends) assert.ok(state === 'SUCCEEDED' || (error?.message ?? '') !== '', `a run ended ${state} without a sentence`);
  assert.equal(ends.at(-1)?.state, 'SUCCEEDED', 'the first run after there was room');
  const failed = ends.filter(({ state }) => state !== 'SUCCEEDED');
  return `${refusals.length} writes refused (${refusals[0]!.slice(0, 160)}); all ${ends.length} acknowledged runs ended, ${failed.length} of them failed${failed.length === 0 ? '' : ` (${failed[0]!.error?.message})`}`;
}

/** To the last block. */
function fillUp(file: string): void {
  for (let blockBytes = 1024 * 1024; blockBytes >= 4096; blockBytes /= 4) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(blockBytes), { flag: 'a' });
    } catch {
      // No room for so much: less, then.
    }
  }
  assert.ok(statfsSync(file).bavail < 8, 'the disk is full');
}
