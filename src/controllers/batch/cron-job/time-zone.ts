// The wall clock of a time zone.

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the wall clock of the zone (a name of the IANA database) is ahead of UTC at that moment. */
export function zoneOffsetMs(timeZone: string, atMs: number): number {
  if (timeZone === 'UTC') return 0;
  const name = formatOf(timeZone).formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? [];
  const offsetMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -offsetMs : offsetMs;
}

/** One for each zone that is asked for: making one takes longer than a hundred uses. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, known);
  return known;
}
