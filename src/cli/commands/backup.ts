// slipway backup
import { resolve } from 'node:path';
import { formatSize } from '../../base/mod.ts';
import { parseConfig, writeBackup } from '../../main/mod.ts';
import { EXIT, type Command } from '../command.ts';
import { formatDuration } from '../format.ts';
import { createByteCounter } from '../progress/byte-counter.ts';

export const backupCommand: Command = {
  name: 'backup',
  operands: '[FILE]',
  operandCount: { min: 0, max: 1 },
  summary: 'Write everything worth keeping into one file, also while runs go on.',
  details:
    'Runs, objects, artifacts, logs, volumes, keys and recipes; not environments, which are built again. FILE ends in .tar.zst, .tar.gz or .tar (default slipway-TIME.tar.zst) and holds the keys of this installation: keep it private.',
  options: [
    { name: 'force', sentence: 'Replace FILE when it is there.' },
    { name: 'data-dir', value: 'DIR', sentence: 'Data directory to back up.' },
  ],
  examples: [
    ['slipway backup', 'Into a new file here, named after the time.'],
    ['slipway backup /backups/today.tar.zst --force', 'For cron: replaces the last one when the new one is whole.'],
    ['tar -tf slipway-20261129-120000.tar.zst', 'What is in it; after unpacking, sha256sum --check SHA256SUMS verifies it.'],
  ],
  async run(input, terminal) {
    const { clock, signal } = terminal;
    const { dataDir } = parseConfig({ 'data-dir': input.text('data-dir') }, terminal.environment);
    const startedMs = clock.steadyMs();
    const file = resolve(input.operands[0] ?? `slipway-${timeInName(clock.now())}.tar.zst`);
    const counter = createByteCounter('Backing up', terminal);
    try {
      const { fileCount, sizeBytes } = await writeBackup({ dataDir, file, isForced: input.has('force'), clock, onProgress: counter.count, signal });
      counter.close();
      terminal.out(`${file} holds ${dataDir}: ${fileCount} files, ${formatSize(sizeBytes)} unpacked (${formatDuration(clock.steadyMs() - startedMs)})\n`);
    } finally {
      counter.close();
    }
    return EXIT.success;
  },
};

/** 20261129-120000 */
function timeInName(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
