// slipway restore
import { formatSize } from '../../base/mod.ts';
import { armCrashPointsFrom, parseConfig, restoreBackup } from '../../main/mod.ts';
import { EXIT, type Command } from '../command.ts';
import { formatDuration } from '../format.ts';
import { createByteCounter } from '../progress/byte-counter.ts';

export const restoreCommand: Command = {
  name: 'restore',
  operands: 'FILE',
  operandCount: { min: 1, max: 1 },
  summary: 'Put what "slipway backup" wrote into a data directory.',
  details:
    'Every byte is verified before anything is replaced; a restore that is interrupted leaves what was there, or is finished by the next start. Runs that were active go on; a step that was running then is lost, and runs again where its retries allow it.',
  options: [
    { name: 'force', sentence: 'Replace what is in the directory; it is moved to "replaced" below it.' },
    { name: 'data-dir', value: 'DIR', sentence: 'Data directory to restore into; made when it is not there.' },
  ],
  examples: [
    ['slipway restore slipway-20261129-120000.tar.zst', 'Into the empty data directory of this user.'],
    ['slipway restore today.tar.zst --data-dir /tmp/look', 'Into another directory; then look at it beside what runs:'],
    ['slipway up --data-dir /tmp/look --port 8081', 'Runs that were active go on there, too.'],
  ],
  async run(input, terminal) {
    const { clock, signal } = terminal;
    const [file = ''] = input.operands;
    const { dataDir } = parseConfig({ 'data-dir': input.text('data-dir') }, terminal.environment);
    armCrashPointsFrom(terminal.environment);
    const startedMs = clock.steadyMs();
    const counter = createByteCounter('Unpacking and verifying', terminal);
    try {
      const { manifest, fileCount, sizeBytes, replaced } = await restoreBackup({ file, dataDir, isForced: input.has('force'), onProgress: counter.count, signal });
      counter.close();
      terminal.out(`${dataDir} is as ${manifest.dataDir} was at ${manifest.createdAt}: ${fileCount} files, ${formatSize(sizeBytes)} (${formatDuration(clock.steadyMs() - startedMs)})\n`);
      if (replaced !== undefined) terminal.out(`What was there before is in ${replaced}; remove it when you no longer need it.\n`);
      terminal.out(`Start it with: slipway up --data-dir ${dataDir}\n`);
    } finally {
      counter.close();
    }
    return EXIT.success;
  },
};
