// JSON Merge Patch (RFC 7386).
import { isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';
import { DEPTH_MAX } from '../schema/depth.ts';
import { setOwn } from '../schema/own-member.ts';

/**
 * Objects merge, null removes, everything else replaces. Neither argument is changed. Below DEPTH_MAX levels the patch replaces
 * whatever it is: such a document is refused by `checkTypes`, and the stack must last until then.
 */
export function mergePatch(original: Json, patch: Json): Json {
  return merge(original, patch, 0);
}

function merge(original: Json, patch: Json, depth: number): Json {
  if (!isJsonObject(patch) || depth > DEPTH_MAX) return patch;
  const merged: Record<string, Json> = {};
  const base: JsonObject = isJsonObject(original) ? original : {};
  for (const [name, value] of Object.entries(base)) {
    if (value !== undefined && !(Object.hasOwn(patch, name) && patch[name] === null)) setOwn(merged, name, value);
  }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined) continue;
    setOwn(merged, name, merge(Object.hasOwn(merged, name) ? merged[name]! : null, value, depth + 1));
  }
  return merged;
}
