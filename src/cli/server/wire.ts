// Reading values out of JSON that a server sent: a member that is missing or of another type is simply not there.
import { isJsonObject, objectsOf, type Json, type JsonObject } from '../../base/mod.ts';

/** The member at the end of the path. */
export function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), value);
}

export function textAt(value: Json | undefined, ...path: readonly string[]): string {
  const found = at(value, ...path);
  if (found === undefined || found === null) return '';
  return typeof found === 'object' ? JSON.stringify(found) : String(found);
}

export function objectsAt(value: Json | undefined, ...path: readonly string[]): readonly JsonObject[] {
  return objectsOf(at(value, ...path));
}

/** Milliseconds since the epoch of an RFC 3339 time; undefined when absent, or the epoch itself ("not yet" in KFP). */
export function timeAt(value: Json | undefined, ...path: readonly string[]): number | undefined {
  const epochMs = Date.parse(textAt(value, ...path));
  return Number.isNaN(epochMs) || epochMs === 0 ? undefined : epochMs;
}
