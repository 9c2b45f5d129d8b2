// Durations as Go writes them: `1h30m`, `15.017s`, `-300ms`, `0`.

const UNIT_MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, 'μs': 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const DURATION = new RegExp(`^[+-]?(?:0|(?:${PART.source})+)$`);

/** In ms; undefined when the text is no duration. */
export function goDurationMs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const sum = [...text.matchAll(PART)].reduce((ms, [, count, unit = '']) => ms + Number(count) * (UNIT_MS[unit] ?? 0), 0);
  return text.startsWith('-') ? -sum : sum;
}
