// Waits for a file to grow, without polling where the system tells of changes. The file and even its directory may not exist
// yet. A slow poll stands behind it: notifications get lost on some file systems, and the end of a container is no file event.
import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock, Log } from '../base/mod.ts';

const POLL_MS = 500;

export class FileChanges {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #watcher: FSWatcher | undefined;
  #isDirty = false;
  #wake: (() => void) | undefined;

  constructor(path: string, { clock, log }: { clock: Clock; log: Log }) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
    this.#watch();
  }

  /** Resolves at the next change since the last call, after POLL_MS, or when `signal` aborts (without an error). */
  async next(signal?: AbortSignal): Promise<void> {
    if (this.#watcher === undefined) this.#watch();
    if (!this.#isDirty && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        const done = () => {
          cancelPoll();
          signal?.removeEventListener('abort', done);
          this.#wake = undefined;
          resolve();
        };
        const cancelPoll = this.#clock.schedule(POLL_MS, done);
        signal?.addEventListener('abort', done, { once: true });
        this.#wake = done;
      });
    }
    this.#isDirty = false;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#wake?.();
  }

  #watch(): void {
    try {
      const name = basename(this.#path);
      const watcher = watch(dirname(this.#path), { persistent: false }, (_event, fileName) => {
        if (fileName === null || fileName === name) this.#changed();
      });
      watcher.on('error', () => {
        // For example the directory was removed; the poll goes on and the next wait tries to watch again.
        watcher.close();
        if (this.#watcher === watcher) this.#watcher = undefined;
      });
      this.#watcher = watcher;
    } catch (error) {
      // No directory yet, or no inotify watch left: the poll alone serves.
      this.#log.debug?.('cannot watch a log directory, polling', { path: this.#path, error: String(error) });
    }
  }

  #changed(): void {
    this.#isDirty = true;
    this.#wake?.();
  }
}
