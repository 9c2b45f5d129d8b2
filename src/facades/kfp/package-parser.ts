// Small texts are parsed at once; large files, archives and bodies in a worker, which hostile input can neither keep busy nor
// fill up for the rest of the server.
import { Worker } from 'node:worker_threads';
import { describeError, isJsonObject, type Clock, type Json, type Log } from '../../base/mod.ts';
import { rememberPipeline } from '../../ir/mod.ts';
import type { JobOutcome, PackageJob, ReadBody } from './package-worker.ts';
import { isGzip, isZip } from './archive.ts';
import { documentIn, parsePackage, type PipelinePackage } from './pipeline-package.ts';
import { invalid, refusal } from './refusal.ts';
import { readJson } from './request-message.ts';
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
  /** The body of a new run. The pipeline in a large one is read already when it comes. Throws a refusal that says what is wrong. */
  readBody(bytes: Buffer): Promise<Json>;
}

export function createPackageParser({ clock, log }: { clock: Clock; log: Log }): PackageParser {
  const turnstile = createTurnstile({ insideMax: WORKER_COUNT_MAX, waitingMax: WAITING_COUNT_MAX, busy: 'too many pipelines are being uploaded; try again later' });
  const perform = <T>(job: PackageJob): Promise<T> =>
    turnstile.pass(async () => {
      try {
        const outcome = await performInWorker<T>(job, clock);
        if (outcome.ok) return outcome.value;
        throw invalid(outcome.message);
      } catch (error) {
        log.debug?.('a pipeline was refused', { kind: job.kind, error: describeError(error) });
        throw error;
      }
    });
  return {
    async parse(fileName, bytes) {
      const isSmall = bytes.length <= INLINE_BYTES_MAX && !isZip(bytes) && !isGzip(bytes);
      if (isSmall) return parsePackage(fileName, bytes);
      const parsed = await perform<PipelinePackage>({ kind: 'file', fileName, bytes });
      rememberPipeline(parsed.document, parsed.pipeline);
      return parsed;
    },
    async readBody(bytes) {
      if (bytes.length <= INLINE_BYTES_MAX) return readJson(bytes);
      const { body, pipeline } = await perform<ReadBody>({ kind: 'body', bytes });
      const document = isJsonObject(body) ? documentIn(body) : undefined;
      if (document !== undefined && pipeline !== undefined) rememberPipeline(document, pipeline);
      return body;
    },
  };
}

function performInWorker<T>(job: PackageJob, clock: Clock): Promise<JobOutcome<T>> {
  const what = job.kind === 'file' ? 'uploadfile' : 'the body';
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('package-worker.ts', import.meta.url), {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_MEMORY_MIB_MAX },
    });
    const cancelDeadline = clock.schedule(PARSE_TIME_MS_MAX, () => {
      void worker.terminate();
      reject(invalid(`${what} took longer than ${PARSE_TIME_MS_MAX} ms to parse`));
    });
    worker.once('message', resolve);
    worker.once('error', (error: NodeJS.ErrnoException) => {
      const isTooLarge = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reject(isTooLarge ? invalid(`${what} needs too much memory to parse`) : error);
    });
    worker.once('exit', () => {
      cancelDeadline();
      reject(refusal('Internal', 'the pipeline could not be parsed'));
    });
  });
}
