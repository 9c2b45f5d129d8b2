// Finds where the last lines of a log begin by reading backwards from its end, so that a tail of a huge file costs what the
// tail costs.
import type { FileHandle } from 'node:fs/promises';
import { CRI_PREFIX_BYTES_MAX, parseCriPrefix } from './cri-line.ts';

const BLOCK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

export interface TailPlace {
  readonly offset: number;
  /** Lines that the file has too few. */
  readonly missingCount: number;
}

/**
 * Where the last `lineCount` lines of the first `sizeBytes` bytes begin. A line is a full one with the partial ones
 * before it; partial ones at the end of the file count as one line.
 */
export async function tailPlace(file: FileHandle, sizeBytes: number, lineCount: number): Promise<TailPlace> {
  if (lineCount <= 0) return { offset: sizeBytes, missingCount: 0 };
  // `window` holds a block and after it the first bytes of the block behind it: a prefix may be cut by the border.
  const window = Buffer.allocUnsafe(BLOCK_BYTES + CRI_PREFIX_BYTES_MAX);
  let linesLeft = lineCount;
  let isLast = true;
  let behind = 0;
  for (let end = sizeBytes; end > 0; ) {
    const start = Math.max(0, end - BLOCK_BYTES);
    window.copyWithin(end - start, 0, behind);
    await readFully(file, window, start, end - start);
    const filled = end - start + behind;
    for (let at = end - start - 1; at >= -1; at--) {
      const isLineStart = at === -1 ? start === 0 : window[at] === NEWLINE;
      if (!isLineStart || start + at + 1 >= sizeBytes) continue;
      // A line is counted at its last piece: a full one, or the partial one that ends the file. The tail begins behind the
      // piece that would be one line too many.
      const isPartial = parseCriPrefix(window.subarray(at + 1, filled))?.isPartial ?? false;
      if (isPartial && !isLast) continue;
      isLast = false;
      if (linesLeft === 0) {
        const offset = nextLineStart(window, at + 1, filled, start) ?? (await scanLineEnd(file, start + at + 1, sizeBytes));
        return { offset, missingCount: 0 };
      }
      linesLeft -= 1;
    }
    behind = Math.min(CRI_PREFIX_BYTES_MAX, end - start);
    end = start;
  }
  return { offset: 0, missingCount: linesLeft };
}

function nextLineStart(window: Buffer, from: number, filled: number, windowStart: number): number | undefined {
  const newline = window.subarray(0, filled).indexOf(NEWLINE, from);
  return newline < 0 ? undefined : windowStart + newline + 1;
}

/** Offset after the first newline at or after `from`; `sizeBytes` when there is none. */
async function scanLineEnd(file: FileHandle, from: number, sizeBytes: number): Promise<number> {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let at = from; at < sizeBytes; ) {
    const { bytesRead } = await file.read(block, 0, Math.min(BLOCK_BYTES, sizeBytes - at), at);
    if (bytesRead === 0) break;
    const newline = block.subarray(0, bytesRead).indexOf(NEWLINE);
    if (newline >= 0) return at + newline + 1;
    at += bytesRead;
  }
  return sizeBytes;
}

async function readFully(file: FileHandle, buffer: Buffer, position: number, length: number): Promise<void> {
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    // The file shrank under us: what is missing reads as spaces, which are no line borders.
    if (bytesRead === 0) return void buffer.fill(0x20, done, length);
    done += bytesRead;
  }
}
