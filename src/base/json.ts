// JSON values as the house passes them around: deeply readonly, so that one parsed object can be shared by everybody.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is an object, else an object without members. */
export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The objects of a list; none if the value is no list. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The texts of a list; none if the value is no list. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Freezes a JSON value deeply and returns it. Already frozen values are believed to be deeply frozen and skipped. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

/** Whether this is a test or was started by one; what costs time and only finds bugs is done then. */
export const IS_TEST = process.env['SLIPWAY_TEST'] !== undefined || process.argv[1]?.endsWith('.test.ts') === true;

/**
 * The value, frozen deeply when a test runs: everybody shares it, so nobody may change it. Elsewhere the types alone say so: freezing
 * costs as much as parsing.
 */
export function freezeInTests<T>(value: T): T {
  return IS_TEST ? deepFreeze(value) : value;
}

/** A copy that shares nothing, as if it had come over a line: undefined members are gone. */
export function plainJson<T>(value: T): T {
  return plainCopy(value).copy;
}

/** The same, with the length of its text. */
export function plainCopy<T>(value: T): { readonly copy: T; readonly chars: number } {
  const text = JSON.stringify(value);
  return { copy: JSON.parse(text) as T, chars: text.length };
}

/** Structural equality of JSON values; key order does not matter, an `undefined` member counts as absent. */
export function jsonEquals(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => jsonEquals(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keysA = Object.keys(a).filter((key) => a[key] !== undefined);
  const keysB = Object.keys(b).filter((key) => b[key] !== undefined);
  return keysA.length === keysB.length && keysA.every((key) => b[key] !== undefined && jsonEquals(a[key], b[key]));
}
