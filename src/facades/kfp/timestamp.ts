// google.protobuf.Timestamp in JSON: RFC 3339 in UTC, without a fraction when it is zero.

/** What upstream writes for a time that has not come yet. */
export const EPOCH_TIMESTAMP = '1970-01-01T00:00:00Z';

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('.000Z', 'Z');
}

/** Milliseconds since the epoch, cut off; undefined when the text is no time. */
export function parseTimestamp(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined;
  const epochMs = Date.parse(text.toUpperCase());
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
