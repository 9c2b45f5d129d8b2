// Archives as streams: ustar headers (POSIX.1-1988), with an extended header (POSIX.1-2001) for names and sizes that don't fit.

export interface TarFile {
  /** Relative, with slashes. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** Exactly `sizeBytes` bytes; fewer are filled up with zeros, more are cut off. */
  content(): Promise<AsyncIterable<Uint8Array>>;
}

const BLOCK_BYTES = 512;
const NAME_BYTES_MAX = 100;
/** Eleven octal digits. */
const USTAR_SIZE_MAX = 8 ** 11 - 1;

export async function* tarArchive(files: AsyncIterable<TarFile>): AsyncGenerator<Uint8Array> {
  for await (const file of files) {
    yield header(file);
    let leftBytes = file.sizeBytes;
    if (leftBytes > 0) {
      for await (const chunk of await file.content()) {
        yield chunk.length <= leftBytes ? chunk : chunk.subarray(0, leftBytes);
        leftBytes -= chunk.length;
        if (leftBytes <= 0) break;
      }
    }
    // A file that became shorter while it was read.
    for (; leftBytes > 0; leftBytes -= FILLER.length) yield FILLER.subarray(0, Math.min(leftBytes, FILLER.length));
    yield padding(file.sizeBytes);
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

const FILLER = Buffer.alloc(64 * 1024);

function header({ path, sizeBytes, modifiedAtMs }: TarFile): Buffer {
  const isLong = Buffer.byteLength(path) > NAME_BYTES_MAX || sizeBytes > USTAR_SIZE_MAX || !/^[\x20-\x7e]*$/.test(path);
  const plain = headerBlock(Buffer.from(path).subarray(0, NAME_BYTES_MAX), Math.min(sizeBytes, USTAR_SIZE_MAX), modifiedAtMs, '0');
  if (!isLong) return plain;
  const records = Buffer.concat([paxRecord('path', path), paxRecord('size', String(sizeBytes))]);
  const extended = headerBlock(Buffer.from('PaxHeader'), records.length, modifiedAtMs, 'x');
  return Buffer.concat([extended, records, padding(records.length), plain]);
}

function headerBlock(name: Buffer, sizeBytes: number, modifiedAtMs: number, type: '0' | 'x'): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.set(name, 0);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${octal(sizeBytes, 11)}\0`, 124);
  block.write(`${octal(Math.max(0, Math.floor(modifiedAtMs / 1000)), 11)}\0`, 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

function padding(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}
