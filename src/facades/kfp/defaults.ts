// protojson leaves out fields that have their default value.

/** Every field may be left out; the type says what it is when it is there. */
export type Sparse<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** A copy without '', 0, false, undefined, empty lists and empty objects. Only the top level is looked at. */
export function omitDefaults<T extends object>(message: T): Sparse<T> {
  return Object.fromEntries(Object.entries(message).filter(([, value]) => !isDefault(value))) as Sparse<T>;
}

function isDefault(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
