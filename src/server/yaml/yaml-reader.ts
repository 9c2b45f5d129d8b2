// Reads YAML bodies: short ones on the spot, longer ones in a worker, because the parser composes a document in one turn of the loop.
import { Worker } from 'node:worker_threads';
import { failureStatus, success, type Outcome } from '../../base/mod.ts';
import { badRequest, refuse } from '../refusals.ts';
import { readYaml } from './read-yaml.ts';
import type { DocumentValue } from './values.ts';
import type { WorkerAnswer } from './yaml-worker.ts';

/** The densest text of this length takes a few milliseconds. */
const INLINE_CHARS_MAX = 8 * 1024;
/** Texts that may wait for the one that is being read. */
const WAITING_COUNT_MAX = 16;
const WORKER_MEMORY_MIB_MAX = 1_024;

export interface YamlReader {
  /** Refused with 400 when the text is no YAML, with 429 when too many wait already. An abort rejects. */
  read(text: string, signal: AbortSignal): Promise<Outcome<DocumentValue>>;
}

export function createYamlReader(): YamlReader {
  let waitingCount = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    async read(text, signal) {
      if (text.length <= INLINE_CHARS_MAX) {
        const read = readYaml(text);
        return read.ok ? success(read) : badRequest(read.message);
      }
      if (waitingCount >= WAITING_COUNT_MAX) return refuse(failureStatus('TooManyRequests', 'too many large bodies in YAML are being read; try again in a moment', { retryAfterSeconds: 1 }));
      waitingCount++;
      const turn = last.then(() => readInWorker(text, signal)).finally(() => waitingCount--);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** Its time is bounded by the number of tokens that a text may have. */
function readInWorker(text: string, signal: AbortSignal): Promise<Outcome<DocumentValue>> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(new URL('yaml-worker.ts', import.meta.url), { workerData: text, resourceLimits: { maxOldGenerationSizeMb: WORKER_MEMORY_MIB_MAX } });
    const onAbort = () => {
      reject(signal.reason as Error);
      void worker.terminate();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    worker.once('message', (answer: WorkerAnswer) => resolve(outcomeOf(answer)));
    worker.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(badRequest('the body needs too much memory to be read as YAML; send it as JSON'));
      else reject(error);
    });
    worker.once('exit', () => {
      signal.removeEventListener('abort', onAbort);
      reject(new Error('the worker that reads YAML ended without an answer'));
    });
  });
}

function outcomeOf(answer: WorkerAnswer): Outcome<DocumentValue> {
  return answer.ok ? success({ value: JSON.parse(answer.json) as unknown, repeated: answer.repeated }) : badRequest(answer.message);
}
