// Kinds whose objects are kept as objects of another kind: the same thing in another version (events.k8s.io/v1 and v1 Event).
// Reads show the stored object in the form that was asked for, writes bring what was sent into the form that is kept.
import { freezeInTests, isJsonObject, success, type JsonObject, type KubeObject, type Outcome, type WriteOptions } from '../../base/mod.ts';
import { applyDefaults, type KindDefinition, type StoredForm } from '../../api/mod.ts';
import { invalidObject } from '../refusals.ts';
import { decodeObject } from '../write/decode.ts';
import { asVersion } from '../write/stored-version.ts';
import type { WantedChange } from '../write/prepare-change.ts';
import { checkPlace, type Place } from './change.ts';
import type { TextualObject } from './watch.ts';

/** A kind that has another stored form. */
export type ConvertedKind = KindDefinition & { readonly storedAs: StoredForm };

export function isConverted(kind: KindDefinition): kind is ConvertedKind {
  return kind.storedAs !== undefined;
}

/** Whether reads show something else than what is stored. */
export function isShownOtherwise(kind: KindDefinition): boolean {
  return isConverted(kind) || kind.custom !== undefined;
}

/** The entry as the kind shows it. */
export function shownAs<T extends TextualObject>(kind: KindDefinition, entry: T): T {
  if (kind.custom !== undefined) return asVersion(kind, entry);
  if (!isConverted(kind)) return entry;
  const object = freezeInTests(kind.storedAs.fromStored(entry.object));
  return { ...entry, object, text: JSON.stringify(object) };
}

export function outcomeShownAs<T extends TextualObject>(kind: KindDefinition, outcome: Outcome<T>): Outcome<T> {
  return outcome.ok ? success(shownAs(kind, outcome.value)) : outcome;
}

/** What was sent, decoded and checked as the kind that it is, in the form that is kept. `old` is what is stored, on update. */
export function toStoredForm(kind: ConvertedKind, body: unknown, options: WriteOptions, old?: KubeObject): Outcome<KubeObject> {
  const decoded = decodeObject(kind, body, options);
  if (!decoded.ok) return decoded;
  const complete = applyDefaults(kind, decoded.value);
  const causes = kind.validate?.(complete, old === undefined ? undefined : kind.storedAs.fromStored(old)) ?? [];
  return causes.length > 0 ? invalidObject(kind.storedAs.kind, complete.metadata.name, causes) : success(kind.storedAs.toStored(complete));
}

/** The wanted object of another form, in that which is kept. */
export function wantedInStoredForm(kind: ConvertedKind, place: Place, body: unknown, options: WriteOptions, current: KubeObject): Outcome<WantedChange> {
  const stored = toStoredForm(kind, body, options, current);
  if (!stored.ok) return stored;
  return checkPlace(stored.value, place) ?? success({ object: stored.value });
}

/** An apply's document names only what its owner cares for, in either form. */
export function documentToStoredForm(kind: ConvertedKind, body: unknown): unknown {
  if (!isJsonObject(body)) return body;
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  return kind.storedAs.toStored({ ...body, metadata: { name: '', ...metadata } } as unknown as KubeObject) as unknown as JsonObject;
}
