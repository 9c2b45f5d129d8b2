// The server's side of SPDY/3.1 as Kubernetes' clients speak it ("SPDY Protocol 3.1"): streams that the client opens, data both
// ways, pings. They know no flow control, so neither does this: a stream that is not read holds up the connection.
import { Duplex } from 'node:stream';
import { Failure } from '../../base/mod.ts';
import { HeaderReader, HeaderWriter, type SpdyHeaders } from './spdy-headers.ts';

const [SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GO_AWAY] = [1, 2, 3, 6, 7] as const;
const VERSION = 3;
const CONTROL_BIT = 0x80_00;
const FLAG_FIN = 1;
const STATUS_REFUSED_STREAM = 3;
const STATUS_CANCEL = 5;
const HEAD_BYTES = 8;
/** Of a SYN_STREAM before its header block: its id, the one it belongs to, priority and slot. */
const SYN_STREAM_HEAD_BYTES = 10;
/** Clients send pieces of 32 KiB. */
const DATA_BYTES_MAX = 1024 * 1024;
const CONTROL_BYTES_MAX = 16 * 1024;
const STREAM_COUNT_MAX = 1000;
/** How much of a stream waits to be read before the connection is. */
const UNREAD_BYTES_MAX = 256 * 1024;

export class SpdyConnection {
  /** Resolves when the connection is closed, by whichever side. */
  readonly closed: Promise<void>;
  readonly #socket: Duplex;
  readonly #reader = new HeaderReader();
  readonly #writer = new HeaderWriter();
  readonly #streams = new Map<number, SpdyStream>();
  readonly #onStream: (stream: SpdyStream) => void;
  #lastStreamId = 0;

  /** Each stream is handed out once, when the client opens it; whoever gets it reads it. */
  constructor(socket: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#socket = socket;
    this.#onStream = onStream;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => socket.destroy());
    // What is no SPDY, and a client that went away, end the same way.
    void this.#receive()
      .catch(() => undefined)
      .finally(() => this.#end());
  }

  /** Says that it ends, sends what was written, closes. Idempotent. */
  close(): void {
    if (this.#socket.writableEnded || this.#socket.destroyed) return;
    this.#socket.end(controlFrame(GO_AWAY, [this.#lastStreamId, 0]));
  }

  /** Used by streams. Calls back when the socket took it. */
  send(frame: Buffer, done: (error?: Error | null) => void): void {
    if (this.#socket.writableEnded) done(new Failure('ConnectionClosed', 'the connection is closed'));
    else this.#socket.write(frame, done);
  }

  forget(streamId: number): void {
    this.#streams.delete(streamId);
  }

  async #receive(): Promise<void> {
    let received: Buffer = Buffer.alloc(0);
    for await (const chunk of this.#socket as AsyncIterable<Buffer>) {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      for (let size = frameSize(received); size !== undefined && received.length >= size; size = frameSize(received)) {
        await this.#take(received.subarray(0, size));
        received = received.subarray(size);
      }
    }
  }

  async #take(frame: Buffer): Promise<void> {
    const isFinal = (frame[4]! & FLAG_FIN) !== 0;
    const content = frame.subarray(HEAD_BYTES);
    if ((frame.readUInt16BE(0) & CONTROL_BIT) === 0) return this.#streams.get(frame.readUInt32BE(0))?.accept(content, isFinal);
    const kind = frame.readUInt16BE(2);
    if (kind === SYN_STREAM) await this.#open(content, isFinal);
    else if (kind === PING) this.#socket.write(frame);
    else if (kind === RST_STREAM && content.length >= 4) this.#streams.get(content.readUInt32BE(0))?.destroy();
    // SETTINGS, WINDOW_UPDATE, HEADERS and GOAWAY change nothing here.
  }

  async #open(content: Buffer, isFinal: boolean): Promise<void> {
    if (content.length < SYN_STREAM_HEAD_BYTES) throw new Failure('ProtocolError', 'a SYN_STREAM is too short');
    const id = content.readUInt32BE(0);
    // Read even if it is refused: all blocks are one compressed text.
    const headers = await this.#reader.read(content.subarray(SYN_STREAM_HEAD_BYTES));
    if (id <= this.#lastStreamId || id % 2 === 0) throw new Failure('ProtocolError', `a client can not open stream ${id} now`);
    this.#lastStreamId = id;
    if (this.#streams.size >= STREAM_COUNT_MAX) return void this.#socket.write(controlFrame(RST_STREAM, [id, STATUS_REFUSED_STREAM]));
    const stream = new SpdyStream(this, id, headers);
    this.#streams.set(id, stream);
    this.#socket.write(controlFrame(SYN_REPLY, [id], await this.#writer.write({})));
    this.#onStream(stream);
    if (isFinal) await stream.accept(Buffer.alloc(0), true);
  }

  #end(): void {
    for (const stream of this.#streams.values()) stream.destroy();
    this.#reader.close();
    this.#writer.close();
    this.#socket.destroy();
  }
}

/** Both directions end on their own. */
export class SpdyStream extends Duplex {
  readonly headers: SpdyHeaders;
  readonly #connection: SpdyConnection;
  readonly #id: number;
  #onDrained = (): void => {};
  #isFinal = false;

  constructor(connection: SpdyConnection, id: number, headers: SpdyHeaders) {
    super({ allowHalfOpen: true, readableHighWaterMark: UNREAD_BYTES_MAX });
    this.#connection = connection;
    this.#id = id;
    this.headers = headers;
    this.on('error', () => undefined); // the end of the connection is told by the connection
  }

  /** From the connection; resolves when more may come. */
  async accept(content: Buffer, isFinal: boolean): Promise<void> {
    // Data after the last: `readableEnded` says so only when that was read, and a push would wait for ever.
    if (this.#isFinal || this.destroyed) return;
    this.#isFinal = isFinal;
    const hasRoom = content.length === 0 || this.push(content);
    if (isFinal) this.push(null);
    else if (!hasRoom) await new Promise<void>((resolve) => (this.#onDrained = resolve));
  }

  override _read(): void {
    this.#onDrained();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#connection.send(dataFrame(this.#id, chunk, 0), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#connection.send(dataFrame(this.#id, Buffer.alloc(0), FLAG_FIN), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#onDrained();
    this.#connection.forget(this.#id);
    if (this.readableEnded && this.writableFinished) return done(error);
    this.#connection.send(controlFrame(RST_STREAM, [this.#id, STATUS_CANCEL]), () => done(error));
  }
}

/** Undefined when its head has not come. Throws Failure `ProtocolError` when it is none, or larger than any client sends. */
function frameSize(received: Buffer): number | undefined {
  if (received.length < HEAD_BYTES) return undefined;
  const first = received.readUInt16BE(0);
  const isControl = (first & CONTROL_BIT) !== 0;
  if (isControl && first !== (CONTROL_BIT | VERSION)) throw new Failure('ProtocolError', 'this is no SPDY/3');
  const length = received.readUInt32BE(4) & 0xff_ff_ff;
  if (length > (isControl ? CONTROL_BYTES_MAX : DATA_BYTES_MAX)) throw new Failure('ProtocolError', `a frame of ${length} bytes is too large`);
  return HEAD_BYTES + length;
}

function controlFrame(kind: number, numbers: readonly number[], rest: Buffer = Buffer.alloc(0)): Buffer {
  const frame = Buffer.alloc(HEAD_BYTES + numbers.length * 4);
  frame.writeUInt16BE(CONTROL_BIT | VERSION, 0);
  frame.writeUInt16BE(kind, 2);
  frame.writeUInt32BE(numbers.length * 4 + rest.length, 4);
  numbers.forEach((number, index) => frame.writeUInt32BE(number, HEAD_BYTES + index * 4));
  return Buffer.concat([frame, rest]);
}

function dataFrame(streamId: number, content: Buffer, flags: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(streamId, 0);
  head.writeUInt32BE(content.length, 4);
  head.writeUInt8(flags, 4);
  return Buffer.concat([head, content]);
}
