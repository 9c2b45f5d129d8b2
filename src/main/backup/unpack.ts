// Unpacks a backup into an empty directory and checks every byte of it on the way.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, chown, lchown, lutimes, mkdir, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createTarDecoder, type ParsedTarEntry, type TarHeader } from 'modern-tar';
import { describeError, Failure, isJsonObject } from '../../base/mod.ts';
import { parseChecksums } from './checksums.ts';
import { decompressorOf } from './compression.ts';
import { BACKUP_FORMAT, CHECKSUMS, DATABASE, KEPT_DIRECTORIES, KEPT_FILES, MANIFEST, type BackupSummary, type Manifest, type OnProgress } from './contents.ts';

export interface UnpackOptions {
  readonly file: string;
  /** Is there, empty, and nobody else's to write. */
  readonly directory: string;
  readonly onProgress: OnProgress;
  /** An abort rejects with the signal's reason; what was unpacked so far stays. */
  readonly signal: AbortSignal;
}

/** Of the manifest and the list of checksums: a line for each file. */
const TEXT_BYTES_MAX = 512 * 1024 * 1024;

/** Throws Failure `BackupDamaged`, which names the member, and `BackupNewer`; then the directory holds a part of it. */
export async function unpackBackup(options: UnpackOptions): Promise<BackupSummary> {
  const decompressor = await decompressorOf(options.file);
  const unpacking = new Unpacking(options);
  const decoder = createTarDecoder({ strict: true });
  const feeding = pipeline(createReadStream(options.file), decompressor, Writable.fromWeb(decoder.writable), { signal: options.signal });
  try {
    await Promise.all([feeding, unpacking.takeAll(decoder.readable)]);
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOSPC') throw new Failure('StorageFull', `there is no room for the backup in ${options.directory}`, { cause: error });
    throw unpacking.torn(describeError(error));
  }
  return unpacking.summary();
}

class Unpacking {
  readonly #options: UnpackOptions;
  readonly #checksums = new Map<string, string>();
  readonly #directories = new Set<string>(['.']);
  readonly #madeDirectories: { readonly header: TarHeader; readonly path: string }[] = [];
  #manifest: Manifest | undefined;
  #isWhole = false;
  #member = MANIFEST;
  #sizeBytes = 0;

  constructor(options: UnpackOptions) {
    this.#options = options;
  }

  async takeAll(entries: ReadableStream<ParsedTarEntry>): Promise<void> {
    for await (const { header, body } of entries) {
      this.#member = header.name.replace(/\/$/, '');
      if (this.#isWhole) throw this.damaged('it follows the list of checksums');
      if (header.name === CHECKSUMS) this.#compare(await readText(body));
      else await this.#take(header, body);
    }
    this.#member = CHECKSUMS;
    if (!this.#isWhole) throw this.damaged('it is missing, so the end of the backup is');
    for (const { header, path } of this.#madeDirectories.reverse()) await restoreFacts(header, path);
  }

  summary(): BackupSummary {
    return { manifest: this.#manifest!, fileCount: this.#checksums.size, sizeBytes: this.#sizeBytes };
  }

  damaged(why: string): Failure {
    return new Failure('BackupDamaged', `${this.#options.file} is damaged at its member ${JSON.stringify(this.#member)} (${why}); take another backup`);
  }

  /** Compressed data and headers are read ahead: what is wrong with them lies there or behind it. */
  torn(why: string): Failure {
    return new Failure('BackupDamaged', `${this.#options.file} is damaged at its member ${JSON.stringify(this.#member)} or after it (${why}); take another backup`);
  }

  async #take(header: TarHeader, body: ReadableStream<Uint8Array>): Promise<void> {
    if (this.#manifest === undefined && this.#member !== MANIFEST) throw this.damaged(`${MANIFEST} is not before it`);
    if (!isKept(this.#member) || !this.#directories.has(dirname(this.#member))) throw this.damaged('nothing of that name belongs there');
    // A link in the place of what is kept would lead the next start elsewhere.
    if (!this.#member.includes('/') && header.type !== typeOf(this.#member)) throw this.damaged(`it is a ${header.type}`);
    const path = join(this.#options.directory, this.#member);
    if (header.type === 'directory') {
      await mkdir(path, { mode: 0o700 });
      this.#directories.add(this.#member);
      this.#madeDirectories.push({ header, path });
    } else if (header.type === 'symlink') {
      await symlink(header.linkname ?? '', path);
    } else if (header.type === 'file') {
      await this.#takeFile(header, body, path);
    } else {
      throw this.damaged(`it is a ${header.type}`);
    }
    // A directory may be read-only: its turn comes when everything is in it.
    if (header.type !== 'directory') await restoreFacts(header, path);
    if (header.type !== 'file') await body.cancel();
  }

  async #takeFile(header: TarHeader, body: ReadableStream<Uint8Array>, path: string): Promise<void> {
    const hash = createHash('sha256');
    const texts: Uint8Array[] = [];
    const isManifest = this.#member === MANIFEST;
    const observe = (chunk: Uint8Array) => {
      hash.update(chunk);
      this.#sizeBytes += chunk.length;
      if (isManifest) texts.push(chunk);
      this.#options.onProgress(this.#sizeBytes);
    };
    await pipeline(Readable.fromWeb(body), observed(observe), createWriteStream(path, { flags: 'wx', mode: (header.mode ?? 0o600) & 0o7777 }));
    this.#checksums.set(this.#member, hash.digest('hex'));
    if (isManifest) this.#manifest = this.#parseManifest(Buffer.concat(texts).toString());
  }

  #parseManifest(text: string): Manifest {
    let manifest: unknown;
    try {
      manifest = JSON.parse(text);
    } catch {
      throw this.damaged('it is no JSON');
    }
    if (!isJsonObject(manifest) || typeof manifest['format'] !== 'number') throw this.damaged('it has no format');
    const { format, slipwayVersion } = manifest;
    if (format > BACKUP_FORMAT) throw new Failure('BackupNewer', `${this.#options.file} was written by a newer Slipway (${String(slipwayVersion)}); restore it with that one`);
    return manifest as unknown as Manifest;
  }

  #compare(text: string): void {
    const expected = parseChecksums(text);
    if (expected === undefined) throw this.damaged('it is no list of checksums');
    for (const [name, sha256] of this.#checksums) {
      this.#member = name;
      if (expected.get(name) !== sha256) throw this.damaged(expected.has(name) ? 'its content is not what was backed up' : 'it was not in the backup when that was made');
    }
    for (const name of expected.keys()) {
      this.#member = name;
      if (!this.#checksums.has(name)) throw this.damaged('it is missing');
    }
    this.#isWhole = true;
  }
}

/** Whether a backup may hold it: a path of plain segments below what is kept. */
function isKept(name: string): boolean {
  const segments = name.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..' || segment.includes('\0'))) return false;
  const [first = ''] = segments;
  if (KEPT_DIRECTORIES.some((kept) => kept === first)) return true;
  return segments.length === 1 && [MANIFEST, DATABASE, ...KEPT_FILES].includes(first);
}

/** Of a member that lies in no directory. */
function typeOf(name: string): TarHeader['type'] {
  return KEPT_DIRECTORIES.some((kept) => kept === name) ? 'directory' : 'file';
}

/** Root gives everything back to whom it belonged; another user keeps it. */
async function restoreFacts({ mtime = new Date(), uid, gid, mode = 0o600, type }: TarHeader, path: string): Promise<void> {
  const isLink = type === 'symlink';
  if (process.getuid?.() === 0 && uid !== undefined && gid !== undefined) await (isLink ? lchown(path, uid, gid) : chown(path, uid, gid));
  if (isLink) return lutimes(path, mtime, mtime);
  await chmod(path, mode & 0o7777);
  await utimes(path, mtime, mtime);
}

async function* observedBy(source: AsyncIterable<Uint8Array>, observe: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    observe(chunk);
    yield chunk;
  }
}

function observed(observe: (chunk: Uint8Array) => void) {
  return (source: AsyncIterable<Uint8Array>) => observedBy(source, observe);
}

async function readText(body: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > TEXT_BYTES_MAX) throw new Failure('BackupDamaged', `the list of checksums is larger than ${TEXT_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
