// Versions of custom resources: an object lies in the store in one version, and every kind shows it in its own. Reading prunes
// and fills in by the schema of the version, so that a definition that changed is heard at once.
import { freezeInTests, jsonEquals, type KubeObject } from '../../base/mod.ts';
import { apiVersionOf, applyDefaults, pruneUnknown, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';

type TextualEntry = Pick<StoredObject, 'object' | 'text'>;

/** The entry as the kind shows it; of built-in kinds, and when nothing differs, the entry itself. */
export function asVersion<T extends TextualEntry>(kind: KindDefinition, entry: T): T {
  if (kind.custom === undefined) return entry;
  let shownBy = shown.get(kind);
  if (shownBy === undefined) shown.set(kind, (shownBy = new WeakMap()));
  let version = shownBy.get(entry) as T | undefined;
  if (version === undefined) {
    version = converted(kind, entry);
    shownBy.set(entry, version).set(version, version);
  }
  return version;
}

/**
 * The entry as a write of today would leave it. What an earlier Slipway stored otherwise (a zero, a default) is no change of whoever
 * writes now, and refused to nobody.
 */
export function asWritable<T extends TextualEntry>(kind: KindDefinition, entry: T): T {
  if (kind.custom !== undefined || writtenHere.has(entry)) return asVersion(kind, entry);
  const object = applyDefaults(kind, pruneUnknown(kind, entry.object));
  return jsonEquals(object, entry.object) ? entry : otherText(entry, JSON.stringify(object));
}

const writtenHere = new WeakSet<TextualEntry>();

/** By the kind of the moment: a definition that changes makes new ones. */
const shown = new WeakMap<KindDefinition, WeakMap<TextualEntry, TextualEntry>>();

function converted<T extends TextualEntry>(kind: KindDefinition, entry: T): T {
  const { object } = entry;
  const apiVersion = apiVersionOf(kind);
  const wanted = object['apiVersion'] === apiVersion ? object : inApiVersion(kind, object, apiVersion);
  const text = JSON.stringify(applyDefaults(kind, pruneUnknown(kind, wanted)));
  return text === entry.text ? entry : otherText(entry, text);
}

/** An entry of the same place that says something else. */
function otherText<T extends TextualEntry>(entry: T, text: string): T {
  return { ...entry, text, object: freezeInTests(JSON.parse(text) as KubeObject) };
}

/** The object as it is stored. */
export function asStored(kind: KindDefinition, object: KubeObject): KubeObject {
  if (kind.custom === undefined) return object;
  const apiVersion = apiVersionOf({ group: kind.group, version: kind.custom.storageVersion });
  return object['apiVersion'] === apiVersion ? object : inApiVersion(kind, object, apiVersion);
}

/** What a write put, as its kind shows it. A webhook is not asked for what the writer has just said. */
export function asWritten(kind: KindDefinition, entry: StoredObject, written: KubeObject): StoredObject {
  writtenHere.add(entry);
  if (missingConversion(kind, entry) === undefined) return asVersion(kind, entry);
  // What was written in the stored version (a deletion does) is shown by the verb, after the commit.
  if (written['apiVersion'] !== apiVersionOf(kind)) return entry;
  const text = JSON.stringify({ ...written, metadata: entry.object.metadata });
  return otherText(entry, text);
}

/** Thrown where a webhook must convert first; `converting` catches it. Objects are not passed off as what they are not. */
export class MissingConversion extends Error {
  override readonly name = 'MissingConversion';
  readonly kind: KindDefinition;
  readonly object: KubeObject;
  readonly apiVersion: string;
  readonly text: string;
  constructor(kind: KindDefinition, object: KubeObject, apiVersion: string, text: string) {
    super(`${kind.kind} ${object.metadata.name} has to be converted to ${apiVersion}`);
    this.kind = kind;
    this.object = object;
    this.apiVersion = apiVersion;
    this.text = text;
  }
}

/** Undefined when the kind can show the entry at once. */
export function missingConversion(kind: KindDefinition, { object, text }: TextualEntry): MissingConversion | undefined {
  const apiVersion = apiVersionOf(kind);
  if (kind.custom?.conversion.strategy !== 'Webhook' || object['apiVersion'] === apiVersion) return undefined;
  return conversionsOf(kind).has(`${apiVersion} ${text}`) ? undefined : new MissingConversion(kind, object, apiVersion, text);
}

/** Characters of answers kept for one kind; the oldest go first. */
const CONVERTED_CHARS_MAX = 32 * 1024 * 1024;

interface Conversions extends Map<string, KubeObject> {
  chars?: number;
}

/** By the kind of the moment, as above. */
const conversions = new WeakMap<KindDefinition, Conversions>();

function conversionsOf(kind: KindDefinition): Conversions {
  let known = conversions.get(kind);
  if (known === undefined) conversions.set(kind, (known = new Map<string, KubeObject>()));
  return known;
}

export function rememberConversion({ kind, apiVersion, text }: MissingConversion, converted: KubeObject): void {
  const known = conversionsOf(kind);
  known.set(`${apiVersion} ${text}`, converted);
  let chars = (known.chars ?? 0) + text.length;
  for (const key of known.keys()) {
    if (chars <= CONVERTED_CHARS_MAX || known.size === 1) break;
    known.delete(key);
    chars -= key.length - apiVersion.length - 1;
  }
  known.chars = chars;
}

function inApiVersion(kind: KindDefinition, object: KubeObject, apiVersion: string): KubeObject {
  if (kind.custom?.conversion.strategy !== 'Webhook') return { ...object, apiVersion };
  const text = JSON.stringify(object);
  const known = conversionsOf(kind).get(`${apiVersion} ${text}`);
  if (known === undefined) throw new MissingConversion(kind, object, apiVersion, text);
  return known;
}
