// Writes members of a backup: a tar archive whose last member holds the checksums of all others.
import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { createTarPacker, type TarHeader } from 'modern-tar';
import { checksumLine } from './checksums.ts';
import { CHECKSUMS } from './contents.ts';

const CHUNK_BYTES = 256 * 1024;
const FILLER = new Uint8Array(CHUNK_BYTES);
const PRIVATE_MODE = 0o600;

export class BackupWriter {
  readonly #packer = createTarPacker();
  readonly #onBytes: (count: number) => void;
  readonly #checksums: string[] = [];
  #sizeBytes = 0;

  constructor(onBytes: (count: number) => void) {
    this.#onBytes = onBytes;
  }

  /** The archive. Reading sets the pace. */
  get archive(): ReadableStream<Uint8Array> {
    return this.#packer.readable;
  }

  get fileCount(): number {
    return this.#checksums.length;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  addText(name: string, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    return this.#addFile({ name, size: bytes.length, mode: PRIVATE_MODE }, [bytes]);
  }

  /**
   * As it is now; what is written meanwhile may be in it or not, and a file that shrinks is filled up with zeros. False when
   * it is not there any more, or no regular file.
   */
  async addFileAt(name: string, path: string): Promise<boolean> {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(whenGone);
    if (file === undefined) return false;
    try {
      const facts = await file.stat();
      if (!facts.isFile()) return false;
      const { size } = facts;
      const content = size === 0 ? [] : file.createReadStream({ start: 0, end: size - 1, highWaterMark: CHUNK_BYTES, autoClose: false });
      await this.#addFile({ ...headerOf(name, facts), size }, content);
      return true;
    } finally {
      await file.close();
    }
  }

  async addDirectory(name: string, facts: Stats): Promise<void> {
    await this.#packer.controller.add({ ...headerOf(`${name}/`, facts), type: 'directory' }).close();
  }

  async addLink(name: string, facts: Stats, target: string): Promise<void> {
    await this.#packer.controller.add({ ...headerOf(name, facts), type: 'symlink', linkname: target }).close();
  }

  async finish(): Promise<void> {
    await this.addText(CHECKSUMS, this.#checksums.join(''));
    this.#packer.controller.finalize();
  }

  fail(error: unknown): void {
    this.#packer.controller.error(error);
  }

  async #addFile(header: TarHeader, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const writer = this.#packer.controller.add({ ...header, type: 'file' }).getWriter();
    const hash = createHash('sha256');
    let leftBytes = header.size;
    const take = async (piece: Uint8Array) => {
      hash.update(piece);
      leftBytes -= piece.length;
      await writer.write(piece);
      this.#onBytes(piece.length);
    };
    for await (const chunk of content) await take(chunk.subarray(0, leftBytes));
    while (leftBytes > 0) await take(FILLER.subarray(0, leftBytes));
    await writer.close();
    this.#sizeBytes += header.size;
    this.#checksums.push(checksumLine(hash.digest('hex'), header.name));
  }
}

function headerOf(name: string, { mode, mtime, uid, gid }: Stats): TarHeader {
  return { name, size: 0, mode: mode & 0o7777, mtime, uid, gid };
}

function whenGone(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP' || error.code === 'ENXIO') return undefined;
  throw error;
}
