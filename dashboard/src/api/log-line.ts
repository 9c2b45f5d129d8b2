// One line of a log: `2026-01-01T00:00:00.123456789Z text`, with the colours of a terminal taken out.

export interface LogLine {
  /** RFC 3339; '' when the line has none. */
  readonly time: string;
  readonly text: string;
}

/** Escape sequences of ECMA-48 (colours, links, character sets), also cut ones, and what else has no place on a page. */
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z) ?/;

export function lineOf(line: string): LogLine {
  const time = TIME.exec(line)?.[1] ?? '';
  const text = line.replace(TIME, '').replace(ESCAPES, '');
  // A progress bar writes itself anew after each carriage return: what stands there in the end counts.
  return { time, text: text.replace(/\r$/, '').split('\r').at(-1) ?? '' };
}

/** Indexes of the lines that contain the text, in any case. */
export function findLines(lines: readonly LogLine[], wanted: string): readonly number[] {
  const lower = wanted.toLowerCase();
  return lower === '' ? [] : lines.flatMap(({ text }, index) => (text.toLowerCase().includes(lower) ? [index] : []));
}
