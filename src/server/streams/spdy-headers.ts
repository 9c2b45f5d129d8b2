// Header blocks of SPDY/3.1: names and values, compressed with zlib and a dictionary that both sides know, in one context
// for the whole connection. After the draft "SPDY Protocol 3.1", §2.6.10.
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { Failure } from '../../base/mod.ts';
import { SPDY_DICTIONARY } from './spdy-dictionary.ts';

export type SpdyHeaders = Readonly<Record<string, string>>;

const HEADER_COUNT_MAX = 64;
/** Decompressed. */
const HEADERS_BYTES_MAX = 64 * 1024;

export class HeaderReader {
  readonly #inflate: Inflate = createInflate({ dictionary: SPDY_DICTIONARY, chunkSize: HEADERS_BYTES_MAX });
  #failure: Error | undefined;
  #chunks: Buffer[] = [];

  constructor() {
    this.#inflate.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    this.#inflate.on('error', (error) => (this.#failure = error));
  }

  /** Blocks in the order of their arrival. Throws Failure `ProtocolError`. */
  async read(block: Buffer): Promise<SpdyHeaders> {
    await new Promise<void>((resolve) => {
      this.#inflate.once('error', () => resolve());
      this.#inflate.write(block, () => resolve());
    });
    this.#inflate.removeAllListeners('error').on('error', (error) => (this.#failure = error));
    if (this.#failure !== undefined) throw new Failure('ProtocolError', 'a header block can not be decompressed', { cause: this.#failure });
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    if (bytes.length > HEADERS_BYTES_MAX) throw new Failure('ProtocolError', `headers are larger than ${HEADERS_BYTES_MAX} bytes`);
    return parseHeaders(bytes);
  }

  close(): void {
    this.#inflate.destroy();
  }
}

export class HeaderWriter {
  readonly #deflate: Deflate = createDeflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH });
  #chunks: Buffer[] = [];

  constructor() {
    this.#deflate.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
  }

  async write(headers: SpdyHeaders): Promise<Buffer> {
    await new Promise<void>((resolve) => void this.#deflate.write(formatHeaders(headers), () => resolve()));
    const block = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return block;
  }

  close(): void {
    this.#deflate.destroy();
  }
}

/** Count, then name and value each with its length, all lengths in 32 bits. */
function parseHeaders(bytes: Buffer): SpdyHeaders {
  let offset = 0;
  const number = () => {
    if (offset + 4 > bytes.length) throw new Failure('ProtocolError', 'a header block ends too early');
    offset += 4;
    return bytes.readUInt32BE(offset - 4);
  };
  const text = () => {
    const length = number();
    if (offset + length > bytes.length) throw new Failure('ProtocolError', 'a header block ends too early');
    offset += length;
    return bytes.toString('utf8', offset - length, offset);
  };
  const count = number();
  if (count > HEADER_COUNT_MAX) throw new Failure('ProtocolError', `a stream has more than ${HEADER_COUNT_MAX} headers`);
  return Object.fromEntries(Array.from({ length: count }, () => [text(), text()]));
}

function formatHeaders(headers: SpdyHeaders): Buffer {
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const text = (value: string) => [number(Buffer.byteLength(value)), Buffer.from(value)];
  const entries = Object.entries(headers);
  return Buffer.concat([number(entries.length), ...entries.flatMap(([name, value]) => [...text(name), ...text(value)])]);
}
