// JSON Merge Patch (RFC 7386).
import { isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';
import { setOwn } from '../schema/unknown-fields.ts';

/** Objects merge, null removes, everything else replaces. Neither argument is changed. */
export function mergePatch(original: Json, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const merged: Record<string, Json> = {};
  const base: JsonObject = isJsonObject(original) ? original : {};
  for (const [name, value] of Object.entries(base)) {
    if (value !== undefined && !(Object.hasOwn(patch, name) && patch[name] === null)) setOwn(merged, name, value);
  }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined) continue;
    setOwn(merged, name, mergePatch(Object.hasOwn(merged, name) ? merged[name]! : null, value));
  }
  return merged;
}
