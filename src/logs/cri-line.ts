// One line of a log file in CRI format: `<RFC3339Nano> <stdout|stderr> <P|F> <text>`. P: the text goes on in the next line of
// the same stream; F: the text is full. Works on bytes, so that a character split over two P lines survives.

export type LogStream = 'stdout' | 'stderr';

export interface CriLine {
  /** As written, for example 2026-01-02T03:04:05.123456789Z; '' when the line has no CRI prefix. */
  readonly timestamp: string;
  readonly stream: LogStream;
  readonly isPartial: boolean;
  readonly text: Uint8Array;
}

/** Bytes at the start of a line that are enough to read its prefix: the longest timestamp, stream and tag with spaces. */
export const CRI_PREFIX_BYTES_MAX = 64;

const SPACE = 0x20;
const PARTIAL = 'P'.charCodeAt(0);
const FULL = 'F'.charCodeAt(0);
const TIMESTAMP_BYTES_MIN = 20;

/** `line` has no newline at its end. A line without a CRI prefix comes back whole: no byte of a user's log is dropped. */
export function parseCriLine(line: Uint8Array): CriLine {
  const prefix = parseCriPrefix(line);
  if (prefix === undefined) return { timestamp: '', stream: 'stdout', isPartial: false, text: line };
  return {
    timestamp: Buffer.from(line.buffer, line.byteOffset, prefix.timestampLength).toString('latin1'),
    stream: prefix.stream,
    isPartial: prefix.isPartial,
    text: line.subarray(prefix.textStart),
  };
}

interface CriPrefix {
  readonly timestampLength: number;
  readonly stream: LogStream;
  readonly isPartial: boolean;
  readonly textStart: number;
}

/** Undefined when the bytes do not start with a CRI prefix. Looks at CRI_PREFIX_BYTES_MAX bytes at most. */
export function parseCriPrefix(line: Uint8Array): CriPrefix | undefined {
  const head = line.subarray(0, CRI_PREFIX_BYTES_MAX);
  const timestampLength = head.indexOf(SPACE);
  if (timestampLength < TIMESTAMP_BYTES_MIN) return undefined;
  const tagAt = timestampLength + 1 + 'stdout'.length + 1;
  if (head.length <= tagAt || head[tagAt - 1] !== SPACE) return undefined;
  const name = Buffer.from(head.buffer, head.byteOffset + timestampLength + 1, 'stdout'.length).toString('latin1');
  if (name !== 'stdout' && name !== 'stderr') return undefined;
  const tag = head[tagAt];
  if (tag !== PARTIAL && tag !== FULL) return undefined;
  // A line of no text may lack the space after its tag.
  if (line.length > tagAt + 1 && line[tagAt + 1] !== SPACE) return undefined;
  return { timestampLength, stream: name, isPartial: tag === PARTIAL, textStart: Math.min(line.length, tagAt + 2) };
}

/** Milliseconds since the epoch of an RFC 3339 timestamp with nanoseconds; NaN when it is none. */
export function epochMsOf(timestamp: string): number {
  return Date.parse(timestamp.replace(/(\.\d{3})\d+/, '$1'));
}
