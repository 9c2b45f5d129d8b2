// Uploads as hostile clients make them: forms, archives that lead out of themselves, archives that unpack to gigabytes.
import { gzipSync } from 'node:zlib';
import { zipSync, type Zippable } from 'fflate';

const BOUNDARY = 'slipway-boundary';
export const FORM_TYPE = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` };
const TAR_BLOCK_BYTES = 512;

/** A form with one file. */
export function form(fileName: string, content: string | Uint8Array, field = 'uploadfile'): Buffer {
  return Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${field}"; filename="${fileName}"\r\nContent-Type: application/octet-stream\r\n\r\n`),
    Buffer.from(content),
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}

export function zip(files: Readonly<Record<string, Uint8Array | string>>): Uint8Array {
  const entries = Object.entries(files).map(([name, content]) => [name, Buffer.from(content)] as const);
  return zipSync(Object.fromEntries(entries) as Zippable);
}

/** The size that the central directory tells is changed to `sizeBytes`: the archive lies about what it unpacks to. */
export function withDeclaredSize(archive: Uint8Array, sizeBytes: number): Buffer {
  const bytes = Buffer.from(archive);
  const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  bytes.writeUInt32LE(sizeBytes, central + 24);
  return bytes;
}

export interface TarEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** '0' is a file, '2' a symbolic link. */
  readonly type?: string;
  readonly link?: string;
}

export function tarGzip(entries: readonly TarEntry[]): Buffer {
  return gzipSync(Buffer.concat([...entries.flatMap(tarBlocks), Buffer.alloc(2 * TAR_BLOCK_BYTES)]));
}

function tarBlocks({ name, content = '', type = '0', link = '' }: TarEntry): readonly Buffer[] {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(TAR_BLOCK_BYTES);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(link, 157);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, bytes, Buffer.alloc((TAR_BLOCK_BYTES - (bytes.length % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES)];
}
