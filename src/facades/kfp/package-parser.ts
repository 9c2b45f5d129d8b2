// Small text files are parsed at once; large ones and archives in a worker, which hostile input can neither keep busy nor
// fill up for the rest of the server.
import { Worker } from 'node:worker_threads';
import { describeError, type Clock, type Log } from '../../base/mod.ts';
import type { PackageOutcome } from './package-worker.ts';
import { isGzip, isZip } from './archive.ts';
import { parsePackage, type PipelinePackage } from './pipeline-package.ts';
import { invalid, refusal } from './refusal.ts';
import { createTurnstile } from './turnstile.ts';

/** Text up to this size is parsed in a few milliseconds. */
const INLINE_BYTES_MAX = 128 * 1024;
const PARSE_TIME_MS_MAX = 60_000;
const WORKER_MEMORY_MIB_MAX = 1_024;
/** Workers at the same time, and requests that may wait for one. */
const WORKER_COUNT_MAX = 2;
const WAITING_COUNT_MAX = 16;

export interface PackageParser {
  /** Throws a refusal that says what is wrong with the file. */
  parse(fileName: string, bytes: Uint8Array): Promise<PipelinePackage>;
}

export function createPackageParser({ clock, log }: { clock: Clock; log: Log }): PackageParser {
  const turnstile = createTurnstile({ insideMax: WORKER_COUNT_MAX, waitingMax: WAITING_COUNT_MAX, busy: 'too many pipelines are being uploaded; try again later' });
  return {
    async parse(fileName, bytes) {
      const isSmall = bytes.length <= INLINE_BYTES_MAX && !isZip(bytes) && !isGzip(bytes);
      if (isSmall) return parsePackage(fileName, bytes);
      return turnstile.pass(async () => {
        try {
          const outcome = await parseInWorker(fileName, bytes, clock);
          if (outcome.ok) return outcome.parsed;
          throw invalid(outcome.message);
        } catch (error) {
          log.debug?.('a pipeline package was refused', { fileName, error: describeError(error) });
          throw error;
        }
      });
    },
  };
}

function parseInWorker(fileName: string, bytes: Uint8Array, clock: Clock): Promise<PackageOutcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('package-worker.ts', import.meta.url), {
      workerData: { fileName, bytes },
      resourceLimits: { maxOldGenerationSizeMb: WORKER_MEMORY_MIB_MAX },
    });
    const cancelDeadline = clock.schedule(PARSE_TIME_MS_MAX, () => {
      void worker.terminate();
      reject(invalid(`uploadfile took longer than ${PARSE_TIME_MS_MAX} ms to parse`));
    });
    worker.once('message', resolve);
    worker.once('error', (error: NodeJS.ErrnoException) => {
      const isTooLarge = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reject(isTooLarge ? invalid('uploadfile needs too much memory to parse') : error);
    });
    worker.once('exit', () => {
      cancelDeadline();
      reject(refusal('Internal', 'the pipeline could not be parsed'));
    });
  });
}
