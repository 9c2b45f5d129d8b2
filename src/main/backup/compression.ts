// How the bytes of a backup are compressed: by the end of its name when it is written, by its first bytes when it is read.
import { open } from 'node:fs/promises';
import { PassThrough, type Duplex } from 'node:stream';
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { Failure } from '../../base/mod.ts';

/** Each frame ends with a checksum of its content. */
const ZSTD = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

const ENDINGS: readonly (readonly [ending: string, compressor: () => Duplex])[] = [
  ['.tar.zst', () => createZstdCompress(ZSTD)],
  ['.tar.gz', () => createGzip()],
  ['.tgz', () => createGzip()],
  ['.tar', () => new PassThrough()],
];

/** Throws Failure `BadBackupName`. */
export function compressorFor(file: string): Duplex {
  const found = ENDINGS.find(([ending]) => file.endsWith(ending));
  if (found !== undefined) return found[1]();
  throw new Failure('BadBackupName', `the name ${file} says nothing about compression; let it end in ${ENDINGS.map(([ending]) => ending).join(', ')}`);
}

/** Throws Failure `BackupUnreadable` when there is no such file. */
export async function decompressorOf(file: string): Promise<Duplex> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
      if (buffer.readUInt32LE() === 0xfd2fb528) return createZstdDecompress();
      return buffer.readUInt16BE() === 0x1f8b ? createGunzip() : new PassThrough();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new Failure('BackupUnreadable', `${file} can not be read; check its name`, { cause: error });
  }
}
