// The first rows of a Parquet file, read in pieces: its footer, then the pages that hold the rows.
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parquetMetadataAsync, parquetReadObjects, parquetSchema, snappyUncompress, type AsyncBuffer, type Compressors } from 'hyparquet';
import { cellOf, COLUMN_COUNT_MAX, columnTypeOf, noTable, shorten, type TableOutcome } from './table.ts';

/** Bytes of one file that a preview reads; a row group of 128 MiB is common, its pages of some columns are not. */
const READ_BYTES_MAX = 64 * 1024 * 1024;

export type ReadBytes = (start: number, end: number) => Promise<Uint8Array>;

/** All pages that a preview unpacks, together: a page of zeros is a thousandth of its size while it is packed, and there may be hundreds. */
const UNPACKED_BYTES_MAX = 512 * 1024 * 1024;

/** LZ4 is not there. Each page is unpacked to the size that the file tells, as long as all of them have room. */
export function compressorsWithin(bytesMax: number): Compressors {
  let leftBytes = bytesMax;
  const within = (unpack: (input: Uint8Array, sizeBytes: number) => Uint8Array) => (input: Uint8Array, sizeBytes: number) => {
    leftBytes -= sizeBytes;
    if (!(sizeBytes >= 0 && leftBytes >= 0)) throw new Error(`its first rows unpack to more than ${bytesMax / 2 ** 20} MiB`);
    return sizeBytes === 0 ? new Uint8Array() : unpack(input, sizeBytes);
  };
  return {
    GZIP: within((input, maxOutputLength) => gunzipSync(input, { maxOutputLength })),
    ZSTD: within((input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength })),
    BROTLI: within((input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength })),
    SNAPPY: within((input, sizeBytes) => {
      const page = new Uint8Array(sizeBytes);
      snappyUncompress(input, page);
      return page;
    }),
  };
}

export async function readParquet(read: ReadBytes, sizeBytes: number, rowCountMax: number): Promise<TableOutcome> {
  try {
    return await readRows(limitedBuffer(read, sizeBytes), rowCountMax);
  } catch (error) {
    return noTable(`The Parquet file can not be shown: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

async function readRows(file: AsyncBuffer, rowCountMax: number): Promise<TableOutcome> {
  const metadata = await parquetMetadataAsync(file);
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const columns = names.slice(0, COLUMN_COUNT_MAX);
  const rowCount = Number(metadata.num_rows);
  const rowEnd = Math.min(rowCount, rowCountMax);
  const rows = rowEnd === 0 ? [] : await parquetReadObjects({ file, metadata, columns, rowStart: 0, rowEnd, compressors: compressorsWithin(UNPACKED_BYTES_MAX), useOffsetIndex: true });
  return {
    kind: 'table',
    columns: columns.map((name) => ({ name: shorten(name), type: columnTypeOf(rows.map((row) => row[name] as unknown)) })),
    rows: rows.map((row) => columns.map((name) => cellOf(row[name]))),
    rowCount,
    columnCount: names.length,
  };
}

function limitedBuffer(read: ReadBytes, byteLength: number): AsyncBuffer {
  let leftBytes = READ_BYTES_MAX;
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const first = start < 0 ? byteLength + start : start;
      leftBytes -= end - first;
      if (leftBytes < 0) throw new Error(`its first rows are spread over more than ${READ_BYTES_MAX / 2 ** 20} MiB`);
      const bytes = await read(first, end);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
}
