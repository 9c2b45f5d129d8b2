// Records keyed by names that users chose: a lookup must not find what every object inherits ("constructor").

export function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
