// Reads the physical lines of a log file in batches, from a place on, to the end of what is there or for as long as its
// container lives. Memory is bounded by one block and one unfinished line.
import { open, type FileHandle } from 'node:fs/promises';
import { Failure, type Clock, type Log } from '../base/mod.ts';
import { parseCriLine, type CriLine } from './cri-line.ts';
import { FileChanges } from './file-changes.ts';
import { tailOffset } from './tail-offset.ts';

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
  const source = new LogFile(path);
  try {
    let isFirst = true;
    for (;;) {
      // Asked before reading: what was written before the end is then surely read.
      const isFinal = !options.follow || options.isEnded();
      if (await source.open()) {
        if (isFirst && options.tailLines !== undefined) await source.skipToTail(options.tailLines);
        for (let batch = await source.read(); batch !== undefined; batch = await source.read()) {
          if (options.signal?.aborted === true) return;
          if (batch.length > 0) yield batch;
        }
      }
      isFirst = false;
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

class LogFile {
  readonly #path: string;
  readonly #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #handle: FileHandle | undefined;
  #offset = 0;
  /** Bytes of a line whose newline was not read yet. */
  #carry: Buffer[] = [];
  #carryBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** False when there is no such file (yet). */
  async open(): Promise<boolean> {
    if (this.#handle !== undefined) return true;
    try {
      this.#handle = await open(this.#path, 'r');
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw new Failure('LogUnreadable', `The log file ${this.#path} cannot be opened.`, { cause: error });
    }
  }

  async skipToTail(lineCount: number): Promise<void> {
    const { size } = await this.#handle!.stat();
    this.#offset = await tailOffset(this.#handle!, size, lineCount);
  }

  /** Lines of the next block; undefined at the end of what is there. */
  async read(): Promise<readonly CriLine[] | undefined> {
    const { bytesRead } = await this.#handle!.read(this.#block, 0, BLOCK_BYTES, this.#offset);
    if (bytesRead === 0) return undefined;
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
    await this.#handle?.close();
    this.#handle = undefined;
  }
}
