// Tables are read in workers, which neither a large nor a hostile file can keep busy or fill up for the rest of the server.
import { Worker } from 'node:worker_threads';
import { describeError, type Clock, type Log } from '../../../base/mod.ts';
import { createTurnstile } from '../../kfp/turnstile.ts';
import { noTable, type TableOutcome } from './table.ts';
import type { FromWorker, TableJob } from './table-worker.ts';

const READ_TIME_MS_MAX = 20_000;
const WORKER_MEMORY_MIB_MAX = 512;
/** Workers at the same time, and requests that may wait for one. */
const WORKER_COUNT_MAX = 2;
const WAITING_COUNT_MAX = 32;

export interface TableReader {
  /** `read` gives the bytes from `start` up to, not including, `end`. An abort ends the worker and rejects. */
  read(job: TableJob, read: (start: number, end: number) => Promise<Uint8Array>, options: { readonly signal: AbortSignal }): Promise<TableOutcome>;
}

export function createTableReader(options: { readonly clock: Clock; readonly log: Log }): TableReader {
  const turnstile = createTurnstile({ insideMax: WORKER_COUNT_MAX, waitingMax: WAITING_COUNT_MAX, busy: 'too many tables are being read; try again in a moment' });
  return {
    read: (job, read, { signal }) =>
      turnstile.pass(async () => {
        signal.throwIfAborted();
        return readInWorker(job, read, options, signal);
      }),
  };
}

function readInWorker(
  job: TableJob,
  read: (start: number, end: number) => Promise<Uint8Array>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<TableOutcome> {
  const worker = new Worker(new URL('table-worker.ts', import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: WORKER_MEMORY_MIB_MAX },
  });
  return new Promise<TableOutcome>((resolve, reject) => {
    const cancelDeadline = clock.schedule(READ_TIME_MS_MAX, () => {
      resolve(noTable(`Reading the table took longer than ${READ_TIME_MS_MAX / 1000} s: download the file instead.`));
      void worker.terminate();
    });
    const onAbort = () => {
      reject(signal.reason as Error);
      void worker.terminate();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'outcome') resolve(message.outcome);
      else read(message.start, message.end).then((bytes) => hand(worker, bytes), (error: unknown) => {
        reject(error as Error);
        void worker.terminate();
      });
    });
    worker.once('error', (error: NodeJS.ErrnoException) => {
      log.debug?.('a table could not be read', { format: job.format, error: describeError(error) });
      const isTooLarge = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      resolve(noTable(isTooLarge ? 'The table needs too much memory to be shown: download the file instead.' : `The table can not be shown: ${error.message}.`));
    });
    worker.once('exit', () => {
      cancelDeadline();
      signal.removeEventListener('abort', onAbort);
      resolve(noTable('The table could not be read.'));
    });
  });
}

/** Bytes that are alone in their memory go over as they are; copying 16 MiB would be a long turn of the loop. */
function hand(worker: Worker, bytes: Uint8Array): void {
  const isAlone = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  worker.postMessage(bytes, isAlone ? [bytes.buffer as ArrayBuffer] : []);
}
