// The two outputs of a command on one connection, as the Docker API mixes them: frames of 8 bytes (stream, 0, 0, 0, length) and
// that many bytes of output. Pure.

export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

const HEADER_BYTES = 8;
const STDERR = 2;

export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that are whole with these bytes. */
  take(chunk: Buffer): readonly Frame[] {
    const frames: Frame[] = [];
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= HEADER_BYTES) {
      const length = bytes.readUInt32BE(4);
      if (bytes.length < HEADER_BYTES + length) break;
      frames.push({ stream: bytes[0] === STDERR ? 'stderr' : 'stdout', bytes: bytes.subarray(HEADER_BYTES, HEADER_BYTES + length) });
      bytes = bytes.subarray(HEADER_BYTES + length);
    }
    this.#rest = bytes;
    return frames;
  }
}
