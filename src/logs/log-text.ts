// From physical lines to what a reader wants: the text as the kubelet serves it, or whole lines as values.
import { epochMsOf, type CriLine, type LogStream } from './cri-line.ts';
import { LINE_BYTES_MAX } from './line-reader.ts';

export interface LogLine {
  readonly timestamp: string;
  readonly stream: LogStream;
  readonly text: string;
}

const NEWLINE = Buffer.from('\n');

/** Drops lines stamped before `sinceMs`. Stamps only grow, so nothing is compared after the first line that stays. */
export async function* since(batches: AsyncIterable<readonly CriLine[]>, sinceMs: number | undefined): AsyncGenerator<readonly CriLine[]> {
  let isReached = sinceMs === undefined;
  for await (const batch of batches) {
    const first = isReached ? 0 : batch.findIndex((line) => epochMsOf(line.timestamp) >= sinceMs!);
    if (first < 0) continue;
    isReached = true;
    yield first === 0 ? batch : batch.slice(first);
  }
}

/** One chunk for each batch; a partial line is delivered at once, its newline follows with its last piece. */
export async function* asText(
  batches: AsyncIterable<readonly CriLine[]>,
  { timestamps, limitBytes }: { timestamps: boolean; limitBytes: number | undefined },
): AsyncGenerator<Uint8Array> {
  let bytesLeft = limitBytes ?? Number.POSITIVE_INFINITY;
  let isAtLineStart = true;
  if (bytesLeft <= 0) return;
  for await (const batch of batches) {
    const pieces: Uint8Array[] = [];
    for (const line of batch) {
      if (timestamps && isAtLineStart && line.timestamp !== '') pieces.push(Buffer.from(`${line.timestamp} `, 'latin1'));
      pieces.push(line.text);
      if (!line.isPartial) pieces.push(NEWLINE);
      isAtLineStart = !line.isPartial;
    }
    const chunk = Buffer.concat(pieces);
    if (chunk.length === 0) continue;
    yield chunk.length <= bytesLeft ? chunk : chunk.subarray(0, bytesLeft);
    bytesLeft -= chunk.length;
    if (bytesLeft <= 0) return;
  }
}

/** Whole lines: partial pieces of one stream are joined, up to LINE_BYTES_MAX. Ends after `limitBytes` bytes of text. */
export async function* asLines(batches: AsyncIterable<readonly CriLine[]>, limitBytes?: number): AsyncGenerator<LogLine> {
  const joiner = new PartialLines();
  let bytesLeft = limitBytes ?? Number.POSITIVE_INFINITY;
  for await (const batch of batches) {
    for (const line of batch) {
      const whole = joiner.add(line);
      if (whole === undefined) continue;
      if (bytesLeft <= 0) return;
      yield toLogLine(whole, bytesLeft);
      bytesLeft -= whole.text.length + 1;
    }
  }
  for (const rest of joiner.takeAll()) {
    if (bytesLeft <= 0) return;
    yield toLogLine(rest, bytesLeft);
    bytesLeft -= rest.text.length + 1;
  }
}

function toLogLine(line: CriLine, bytesMax: number): LogLine {
  const bytes = line.text.subarray(0, Math.min(line.text.length, bytesMax));
  return { timestamp: line.timestamp, stream: line.stream, text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8') };
}

class PartialLines {
  readonly #pieces: Record<LogStream, CriLine[]> = { stdout: [], stderr: [] };
  readonly #bytes: Record<LogStream, number> = { stdout: 0, stderr: 0 };

  /** The whole line when this piece ends it. */
  add(line: CriLine): CriLine | undefined {
    const pieces = this.#pieces[line.stream];
    if (!line.isPartial && pieces.length === 0) return line;
    pieces.push(line);
    this.#bytes[line.stream] += line.text.length;
    if (line.isPartial && this.#bytes[line.stream] < LINE_BYTES_MAX) return undefined;
    return this.#take(line.stream);
  }

  takeAll(): readonly CriLine[] {
    return (['stdout', 'stderr'] as const).map((stream) => this.#take(stream)).filter((line) => line !== undefined);
  }

  /** The joined pieces with the stamp of the first one. */
  #take(stream: LogStream): CriLine | undefined {
    const pieces = this.#pieces[stream];
    const first = pieces[0];
    if (first === undefined) return undefined;
    this.#pieces[stream] = [];
    this.#bytes[stream] = 0;
    return { ...first, isPartial: false, text: Buffer.concat(pieces.map((piece) => piece.text)) };
  }
}
