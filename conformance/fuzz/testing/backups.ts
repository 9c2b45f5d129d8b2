// Backups of somebody else: whatever is in one, it is unpacked into its directory alone, or refused in words.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../../src/base/mod.ts';
import { unpackBackup } from '../../../src/main/testing/entrances.ts';
import type { Entrance } from '../entrance.ts';

const BLOCK_BYTES = 512;
const SUM_AT = 148;
const SUM_BYTES = 8;
const USTAR_AT = 257;

export const backupEntrance: Entrance = {
  name: 'backup',
  words: ['ustar\x0000', 'manifest.json', 'SHA256SUMS', 'slipway.db', 'artifacts/', 'volumes/', '../', '/', '\0', '2', '1', 'L', 'x', '0000644\0', '77777777777\0', '30 path=../../out\n', '"format":2'],
  change: (input, _random, change) => withRightSums(change(input)),
  open() {
    const home = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
    const [file, directory] = [join(home, 'b.tar'), join(home, 'unpacked')];
    const { signal } = new AbortController();
    return Promise.resolve({
      async attempt(input: Buffer) {
        rmSync(directory, { recursive: true, force: true });
        mkdirSync(directory);
        writeFileSync(file, input);
        let outcome: 'taken' | 'refused' = 'taken';
        try {
          await unpackBackup({ file, directory, onProgress: () => undefined, signal });
        } catch (error) {
          if (!(error instanceof Failure) || !['BackupDamaged', 'BackupNewer', 'BackupUnreadable'].includes(error.reason)) throw error;
          outcome = 'refused';
        }
        const around = readdirSync(home).toSorted();
        if (around.join() !== 'b.tar,unpacked') throw new Error(`it wrote elsewhere: ${around.join(' ')}`);
        return outcome;
      },
      close: async () => rmSync(home, { recursive: true, force: true }),
    });
  },
};

/** A header that was changed is seldom read on when its checksum is the old one. */
function withRightSums(input: Buffer): Buffer {
  const bytes = Buffer.from(input);
  for (let at = 0; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) {
    const block = bytes.subarray(at, at + BLOCK_BYTES);
    if (block.toString('latin1', USTAR_AT, USTAR_AT + 5) !== 'ustar') continue;
    block.fill(' ', SUM_AT, SUM_AT + SUM_BYTES);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, SUM_AT, 'latin1');
  }
  return bytes;
}
