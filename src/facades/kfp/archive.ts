// The one text file that counts inside a zip or tar.gz: `pipeline.yaml`, else the first file. Nothing is written to disk;
// sizes are limited before anything is inflated, and an archive that tries to escape is refused all the same.
import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { Failure } from '../../base/mod.ts';
import { invalid } from './refusal.ts';
import { quote } from './request-message.ts';

const PREFERRED_NAME = 'pipeline.yaml';
const ENTRY_COUNT_MAX = 1_000;
/** Size of the chosen file, and of a whole unpacked tar. */
const UNPACKED_BYTES_MAX = 32 * 1024 * 1024;

export interface ArchiveEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Throws a refusal for an archive that is broken, empty, too large, or has paths that lead out of it. */
export function readZip(bytes: Uint8Array): ArchiveEntry {
  const files: { name: string; size: number }[] = [];
  unzip(bytes, (file) => {
    if (!file.name.endsWith('/')) files.push({ name: file.name, size: file.originalSize });
    checkEntry(file.name, files.length);
    return false;
  });
  const chosen = choose(files);
  if (chosen.size > UNPACKED_BYTES_MAX) throw tooLarge(chosen.name);
  let isTaken = false;
  const unpacked = unzip(bytes, (file) => {
    const isChosen = !isTaken && file.name === chosen.name;
    isTaken ||= isChosen;
    return isChosen;
  });
  const content = unpacked[chosen.name];
  if (content === undefined) throw invalid('uploadfile is a zip archive that cannot be read');
  return { name: chosen.name, bytes: content };
}

export function readTarGzip(bytes: Uint8Array): ArchiveEntry {
  const tar = gunzip(bytes);
  const files: { name: string; size: number; start: number }[] = [];
  for (let offset = 0; offset + TAR_BLOCK_BYTES <= tar.length; ) {
    const header = tar.subarray(offset, offset + TAR_BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) break;
    const entry = readTarHeader(header);
    const start = offset + TAR_BLOCK_BYTES;
    if (start + entry.size > tar.length) throw brokenTar();
    if (entry.isFile) files.push({ name: entry.name, size: entry.size, start });
    checkEntry(entry.name, files.length);
    offset = start + Math.ceil(entry.size / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
  }
  const { name, start, size } = choose(files);
  return { name, bytes: tar.subarray(start, start + size) };
}

type ZipFilter = NonNullable<NonNullable<Parameters<typeof unzipSync>[1]>['filter']>;

function unzip(bytes: Uint8Array, filter: ZipFilter): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw invalid(`uploadfile is a zip archive that cannot be read: ${(error as Error).message}`);
  }
}

function gunzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge('the archive');
    throw invalid(`uploadfile is a gzip file that cannot be read: ${(error as Error).message}`);
  }
}

function choose<T extends { readonly name: string }>(files: readonly T[]): T {
  const chosen = files.find((file) => file.name === PREFERRED_NAME || file.name.endsWith(`/${PREFERRED_NAME}`)) ?? files[0];
  if (chosen === undefined) throw invalid('uploadfile is an archive without files');
  return chosen;
}

function checkEntry(name: string, count: number): void {
  const isEscaping = name.startsWith('/') || name.includes('\\') || name.includes('\0') || name.split('/').includes('..');
  if (isEscaping) throw invalid(`uploadfile has an entry ${quote(name)} that leads out of the archive`);
  if (count > ENTRY_COUNT_MAX) throw invalid(`uploadfile is an archive with more than ${ENTRY_COUNT_MAX} files`);
}

const TAR_BLOCK_BYTES = 512;

/** POSIX ustar: name 0..100, size 124..136 (octal), type 156, magic 257..262, prefix 345..500. */
function readTarHeader(header: Uint8Array): { name: string; size: number; isFile: boolean } {
  const text = (start: number, end: number) => Buffer.from(header.subarray(start, end)).toString('utf8').split('\0')[0] ?? '';
  const sizeText = text(124, 136).trim();
  if (text(257, 262) !== 'ustar' || !/^[0-7]{1,12}$/.test(sizeText)) throw brokenTar();
  const prefix = text(345, 500);
  const name = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  const type = text(156, 157);
  return { name, size: Number.parseInt(sizeText, 8), isFile: type === '0' || type === '' };
}

function brokenTar(): Failure {
  return invalid('uploadfile is a gzip file, but not of a tar archive');
}

function tooLarge(name: string): Failure {
  return invalid(`uploadfile: ${quote(name)} unpacks to more than ${UNPACKED_BYTES_MAX} bytes`);
}
