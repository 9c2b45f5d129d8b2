// Worker side of table-reader.ts: reads the beginning of one table and posts the outcome. Bytes come from the main thread on
// request: it alone knows where artifacts lie.
import { parentPort, workerData } from 'node:worker_threads';
import type { TableFormat } from '../file-view.ts';
import { readDelimited } from './delimited.ts';
import { readJsonLines, readJsonTable } from './json-rows.ts';
import { readParquet, type ReadBytes } from './parquet.ts';
import { noTable, type TableOutcome } from './table.ts';

export interface TableJob {
  readonly format: TableFormat;
  readonly sizeBytes: number;
  readonly rowCountMax: number;
}

export type FromWorker =
  | { readonly kind: 'read'; readonly start: number; readonly end: number }
  | { readonly kind: 'outcome'; readonly outcome: TableOutcome };

/** Of a text only so much of its beginning is read. */
const TEXT_BYTES_MAX = 2 * 1024 * 1024;
/** JSON must be read whole. */
const JSON_BYTES_MAX = 16 * 1024 * 1024;

async function readTable({ format, sizeBytes, rowCountMax }: TableJob, read: ReadBytes): Promise<TableOutcome> {
  if (format === 'parquet') return readParquet(read, sizeBytes, rowCountMax);
  if (format === 'json') {
    if (sizeBytes > JSON_BYTES_MAX) return noTable(`JSON of more than ${JSON_BYTES_MAX / 2 ** 20} MiB is not read for a preview: download it, or write one object per line.`);
    return readJsonTable(decode(await read(0, sizeBytes)), rowCountMax);
  }
  const isCut = sizeBytes > TEXT_BYTES_MAX;
  const text = decode(await read(0, Math.min(sizeBytes, TEXT_BYTES_MAX)));
  if (format === 'jsonl') return readJsonLines(text, { isCut, rowCountMax });
  return readDelimited(text, { isCut, rowCountMax, ...(format === 'tsv' ? { delimiter: '\t' } : {}) });
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

const port = parentPort!; // This file runs as a worker only.

/** The main thread puts each piece together: 16 MiB at once would be a turn of 10 ms. */
const PIECE_BYTES_MAX = 1024 * 1024;

async function readFromMain(start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let length = 0;
  while (length < bytes.length) {
    const piece = await readPiece(start + length, Math.min(end, start + length + PIECE_BYTES_MAX));
    if (piece.length === 0) break; // the file became shorter
    bytes.set(piece, length);
    length += piece.length;
  }
  return bytes.subarray(0, length);
}

function readPiece(start: number, end: number): Promise<Uint8Array> {
  return new Promise((resolve) => {
    port.once('message', resolve);
    port.postMessage({ kind: 'read', start, end } satisfies FromWorker);
  });
}

/** One read at a time: answers carry no name. */
let last: Promise<unknown> = Promise.resolve();
const read: ReadBytes = (start, end) => {
  const next = last.then(() => readFromMain(start, end));
  last = next;
  return next;
};

const outcome = await readTable(workerData as TableJob, read); // Written by table-reader.ts only.
port.postMessage({ kind: 'outcome', outcome } satisfies FromWorker);
