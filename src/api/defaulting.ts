// Building blocks of defaulting: pure, missing and empty alike.
import { isJsonObject, type Json, type JsonObject } from '../base/mod.ts';

/** Members that are missing, empty text, or (where the default is a number above 0) zero take the default. */
export function fill(object: JsonObject, defaults: JsonObject): JsonObject {
  const filled: Record<string, Json | undefined> = { ...object };
  for (const [name, value] of Object.entries(defaults)) {
    const present = filled[name];
    if (present === undefined || present === null || present === '' || (present === 0 && typeof value === 'number')) filled[name] = value;
  }
  return filled;
}

/** Replaces members that are objects; others stay as they are. */
export function mapMembers(object: JsonObject, changes: Readonly<Record<string, (member: JsonObject) => JsonObject>>): JsonObject {
  const mapped: Record<string, Json | undefined> = { ...object };
  for (const [name, change] of Object.entries(changes)) {
    const member = mapped[name];
    if (isJsonObject(member)) mapped[name] = change(member);
  }
  return mapped;
}

/** Replaces the items of members that are lists of objects. */
export function mapLists(object: JsonObject, changes: Readonly<Record<string, (item: JsonObject) => JsonObject>>): JsonObject {
  const mapped: Record<string, Json | undefined> = { ...object };
  for (const [name, change] of Object.entries(changes)) {
    const list = mapped[name];
    if (Array.isArray(list)) mapped[name] = list.map((item: Json) => (isJsonObject(item) ? change(item) : item));
  }
  return mapped;
}
