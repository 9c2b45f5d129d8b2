// A line that counts bytes while something long is copied, for people who watch.
import { formatSize } from '../../base/mod.ts';
import type { Terminal } from '../terminal.ts';
import { Screen } from './screen.ts';

const PERIOD_MS = 100;

export interface ByteCounter {
  count(doneBytes: number): void;
  /** Takes the line away. */
  close(): void;
}

/** Draws nothing where nobody watches. */
export function createByteCounter(what: string, { isInteractive, clock, out }: Terminal): ByteCounter {
  if (!isInteractive) return { count: () => undefined, close: () => undefined };
  const screen = new Screen(out);
  let nextMs = 0;
  return {
    count(doneBytes) {
      if (clock.steadyMs() < nextMs) return;
      nextMs = clock.steadyMs() + PERIOD_MS;
      screen.draw([`${what} ${formatSize(doneBytes)}`]);
    },
    close() {
      screen.draw([]);
      screen.close();
    },
  };
}
