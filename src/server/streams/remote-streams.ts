// The client's ends of a command's streams, whichever protocol carries them.
import type { Readable, Writable } from 'node:stream';
import type { JsonObject } from '../../base/mod.ts';

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

export interface RemoteStreams {
  /** What the client types; absent when it has no input to give. */
  readonly stdin?: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  onResize(listener: (size: TerminalSize) => void): void;
  /** The last word, a Status; then the connection closes. Call it when stdout and stderr have been written. */
  finish(status: JsonObject): void;
  /** Resolves when the connection is closed, by whichever side. */
  readonly closed: Promise<void>;
}

/** As clients send it: {"Width": 80, "Height": 24}. Undefined when it says no size. */
export function parseTerminalSize(text: string): TerminalSize | undefined {
  try {
    const { Width: columns, Height: rows } = JSON.parse(text) as Record<string, unknown>;
    return isSize(rows) && isSize(columns) ? { rows, columns } : undefined;
  } catch {
    return undefined; // a client's mistake about its window must not end its command
  }
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 0x1_00_00;
}
