import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Failure, silentLog, systemClock, until } from '../../base/mod.ts';
import { createRunProcess, type RunProcess } from '../environments/run-process.ts';
import { ClaimUsageWatch } from './claim-usage.ts';
import type { ClaimDirectory } from './persistent-volumes.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-claims-'));
after(() => rmSync(root, { recursive: true }));
const MIB = 2 ** 20;

const claimOf = (claim: string): ClaimDirectory => ({ namespace: 'default', claim, path: join(root, claim) });

/** A watch whose rests end when the test says so; `rests` are their lengths. */
function watchOf(directories: () => readonly ClaimDirectory[], run: RunProcess) {
  const rests: number[] = [];
  let wake = (): void => undefined;
  const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => ((wake = resolve), rests.push(delayMs)));
  const watch = new ClaimUsageWatch({ directories, run, clock: { ...systemClock, sleep }, log: silentLog });
  return { watch, rests, round: (count: number) => until(`round ${count}`, () => rests.length >= count), wake: () => wake() };
}

test('a claim has the bytes on disk of its files; what is not there has none, and what is bound no more is not told', async () => {
  const [full, unused] = [claimOf('full'), claimOf('unused')];
  await mkdir(join(full.path, 'deep'), { recursive: true });
  writeFileSync(join(full.path, 'deep', 'file'), Buffer.alloc(2 * MIB, 1));
  let directories = [full, unused];
  const { watch, round, wake } = watchOf(() => directories, createRunProcess(systemClock));
  watch.start();
  await round(1);
  const [usage, ...others] = watch.list();
  assert.deepEqual([usage?.namespace, usage?.claim, others], ['default', 'full', []]);
  assert.ok(usage!.usedBytes >= 2 * MIB && usage!.usedBytes < 2.1 * MIB, String(usage!.usedBytes));
  writeFileSync(join(full.path, 'more'), Buffer.alloc(MIB, 1));
  wake();
  await round(2);
  assert.ok(watch.list()[0]!.usedBytes >= 3 * MIB);
  directories = [unused];
  assert.deepEqual(watch.list(), []);
  watch.stop();
});

test('one that takes too long keeps its figure, and its neighbours are measured; a long round is followed by a long rest', async () => {
  let isSlow = false;
  const run: RunProcess = async (_command, [, path], { onLine }) => {
    if (path!.endsWith('large') && isSlow) {
      await systemClock.sleep(800);
      throw new Failure('Timeout', 'du took longer than 60 s.');
    }
    onLine?.(`${isSlow ? 8 : 4}\t${path}`);
    return { exitCode: 0, lines: [] };
  };
  const { watch, rests, round, wake } = watchOf(() => [claimOf('large'), claimOf('small')], run);
  watch.start();
  await round(1);
  isSlow = true;
  wake();
  await round(2);
  assert.deepEqual(watch.list().map(({ claim, usedBytes }) => [claim, usedBytes]), [['large', 4096], ['small', 8192]]);
  assert.equal(rests[0], 15_000);
  assert.ok(rests[1]! >= 16_000, String(rests[1]));
  watch.stop();
});
