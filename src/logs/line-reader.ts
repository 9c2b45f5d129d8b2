// Reads the physical lines of a log in batches, file after file, from a place on, to the end of what is there or for as long
// as its container lives. Memory is bounded by one block and one unfinished line.
import type { Clock, Log } from '../base/mod.ts';
import { parseCriLine, type CriLine } from './cri-line.ts';
import { FileChanges } from './file-changes.ts';
import { openFirst, openNext, type OpenLogFile } from './log-files.ts';

export interface ReadLinesOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly follow: boolean;
  readonly isEnded: () => boolean;
  readonly tailLines?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const BLOCK_BYTES = 64 * 1024;
/** A longer line is handed on in pieces of this size, as partial lines. */
export const LINE_BYTES_MAX = 1024 * 1024;
const NEWLINE = 0x0a;

/** A file that does not exist is empty; when following, it is waited for. An abort ends the iteration without an error. */
export async function* readLines(path: string, options: ReadLinesOptions): AsyncGenerator<readonly CriLine[], void, void> {
  const changes = options.follow ? new FileChanges(path, options) : undefined;
  const source = new LogReader(path, options.tailLines);
  try {
    for (;;) {
      // Asked before reading: what was written before the end is then surely read.
      const isFinal = !options.follow || options.isEnded();
      if (await source.open()) {
        for (let batch = await source.read(); batch !== undefined; batch = await source.read()) {
          if (options.signal?.aborted === true) return;
          if (batch.length > 0) yield batch;
        }
      }
      if (options.signal?.aborted === true) return;
      if (isFinal) break;
      await changes!.next(options.signal);
    }
    const rest = source.takeRest();
    if (rest !== undefined) yield [rest];
  } finally {
    changes?.close();
    await source.close();
  }
}

class LogReader {
  readonly #path: string;
  readonly #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #file: OpenLogFile | undefined;
  /** The one after it, as soon as nobody writes to it any more. */
  #next: OpenLogFile | undefined;
  #offset = 0;
  #tailLines: number | undefined;
  /** Bytes of a line whose newline was not read yet. */
  #carry: Buffer[] = [];
  #carryBytes = 0;

  constructor(path: string, tailLines: number | undefined) {
    this.#path = path;
    this.#tailLines = tailLines;
  }

  /** False when there is no such log (yet). */
  async open(): Promise<boolean> {
    if (this.#file !== undefined) return true;
    const first = await openFirst(this.#path, this.#tailLines);
    // A tail is that of what is there at the start.
    this.#tailLines = undefined;
    this.#file = first;
    this.#offset = first?.offset ?? 0;
    return first !== undefined;
  }

  /** Lines of the next block; undefined at the end of what is there. */
  async read(): Promise<readonly CriLine[] | undefined> {
    const { bytesRead } = await this.#file!.handle.read(this.#block, 0, BLOCK_BYTES, this.#offset);
    if (bytesRead === 0) return this.#advance();
    this.#offset += bytesRead;
    const lines: CriLine[] = [];
    // Copied once: lines are views into their block and outlive the next read.
    const block = Buffer.from(this.#block.subarray(0, bytesRead));
    let start = 0;
    for (let end = block.indexOf(NEWLINE); end >= 0; end = block.indexOf(NEWLINE, start)) {
      lines.push(parseCriLine(this.#joined(block.subarray(start, end))));
      start = end + 1;
    }
    if (start < block.length) this.#keep(block.subarray(start), lines);
    return lines;
  }

  /** An empty batch when it goes on; a file that was full is read to its end once more before the next one begins. */
  async #advance(): Promise<readonly CriLine[] | undefined> {
    if (this.#next === undefined) {
      this.#next = await openNext(this.#path, this.#file!);
      return this.#next === undefined ? undefined : [];
    }
    await this.#file!.handle.close();
    this.#file = this.#next;
    this.#next = undefined;
    this.#offset = 0;
    return [];
  }

  #joined(last: Buffer): Buffer {
    if (this.#carry.length === 0) return last;
    const line = Buffer.concat([...this.#carry, last]);
    this.#carry = [];
    this.#carryBytes = 0;
    return line;
  }

  #keep(piece: Buffer, lines: CriLine[]): void {
    this.#carry.push(piece);
    this.#carryBytes += piece.length;
    if (this.#carryBytes < LINE_BYTES_MAX) return;
    lines.push({ ...parseCriLine(this.#joined(Buffer.alloc(0))), isPartial: true });
  }

  /** What a writer that died left without a newline. */
  takeRest(): CriLine | undefined {
    if (this.#carry.length === 0) return undefined;
    return { ...parseCriLine(this.#joined(Buffer.alloc(0))), isPartial: true };
  }

  async close(): Promise<void> {
    await this.#file?.handle.close();
    await this.#next?.handle.close();
    this.#file = undefined;
    this.#next = undefined;
  }
}
