// Building blocks of defaulting: pure, missing and empty alike.
import { isJsonObject, type Json, type JsonObject, type KubeObject } from '../base/mod.ts';

/** Members that are missing, empty text, or (where the default is a number above 0) zero take the default. */
export function fill(object: JsonObject, defaults: JsonObject): JsonObject {
  const filled: Record<string, Json | undefined> = { ...object };
  for (const [name, value] of Object.entries(defaults)) {
    const present = filled[name];
    if (present === undefined || present === null || present === '' || (present === 0 && typeof value === 'number')) filled[name] = value;
  }
  return filled;
}

/** Only members that are missing take the default: for fields in which zero and empty text mean something. */
export function fillMissing(object: JsonObject, defaults: JsonObject): JsonObject {
  const missing = Object.entries(defaults).filter(([name]) => object[name] === undefined || object[name] === null);
  return { ...object, ...Object.fromEntries(missing) };
}

/** Changes the spec of an object that has one. */
export function mapSpec(object: KubeObject, change: (spec: JsonObject) => JsonObject): KubeObject {
  return isJsonObject(object.spec) ? { ...object, spec: change(object.spec) } : object;
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
