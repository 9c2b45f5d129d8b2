// Times as Go's meta/v1 prints them: UTC, whole seconds (Time) or microseconds (MicroTime).

const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;

/** The canonical text; undefined when the text is no RFC 3339 time. Finer fractions are cut off. */
export function normaliseTime(text: string, precision: 'seconds' | 'microseconds'): string | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, date, time, fraction = '', offset] = match;
  const epochMs = Date.parse(`${date}T${time}${offset!.toUpperCase()}`);
  if (!Number.isFinite(epochMs)) return undefined;
  const whole = new Date(epochMs).toISOString().slice(0, 19);
  return precision === 'seconds' ? `${whole}Z` : `${whole}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
}
