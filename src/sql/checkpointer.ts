// Moves the write-ahead log into the database. That stalls its thread for tens of milliseconds, so a worker does it, with a
// connection of its own. The worker stays for the next time: to start one takes 35 ms of processor time, to keep it 10 MB.
import { Worker } from 'node:worker_threads';

export interface Checkpointer {
  /**
   * Resolves when what can be moved was moved; rejects with SQLite's error. One at a time. With `truncate` the log is empty
   * afterwards, if nobody has written to it meanwhile and nobody reads it for a tenth of a second.
   */
  checkpoint(mode: 'passive' | 'truncate'): Promise<void>;
  /** Resolves when the worker is gone. */
  close(): Promise<void>;
}

/** A worker that nobody has asked for this long ends. */
const IDLE_MS_MAX = 20_000;
/** For readers, before the log is left as it is. */
const READERS_MS_MAX = 100;

const SOURCE = `
  const { parentPort, workerData: { path, idleMsMax, readersMsMax } } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  let idle;
  parentPort.on('message', (mode) => {
    clearTimeout(idle);
    let error;
    try {
      const connection = new DatabaseSync(path, { timeout: readersMsMax });
      connection.exec('PRAGMA wal_checkpoint(' + mode + ')');
      connection.close();
    } catch (thrown) {
      error = String(thrown);
    }
    parentPort.postMessage({ error });
    idle = setTimeout(() => parentPort.close(), idleMsMax);
  });`;

/** Of the database at `path`. */
export function checkpointerOf(path: string): Checkpointer {
  let worker: Worker | undefined;
  const running = () => {
    if (worker !== undefined) return worker;
    const started = new Worker(SOURCE, { eval: true, workerData: { path, idleMsMax: IDLE_MS_MAX, readersMsMax: READERS_MS_MAX }, resourceLimits: { maxOldGenerationSizeMb: 32 } });
    started.unref();
    started.once('exit', () => {
      if (worker === started) worker = undefined;
    });
    return (worker = started);
  };
  return {
    checkpoint: (mode) =>
      new Promise((resolve, reject) => {
        const asked = running();
        const settle = (then: () => void) => {
          asked.off('message', answer).off('error', fail).off('exit', end);
          then();
        };
        const answer = ({ error }: { readonly error?: string }) => settle(() => (error === undefined ? resolve() : reject(new Error(error))));
        const fail = (error: Error) => settle(() => reject(error));
        // It went home just then: the log is as long as before, and the next look at it asks again.
        const end = () => settle(resolve);
        asked.on('message', answer).on('error', fail).on('exit', end);
        asked.postMessage(mode);
      }),
    async close() {
      await worker?.terminate();
    },
  };
}
