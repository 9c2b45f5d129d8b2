// Versions of custom resources: an object lies in the store in one version, and every kind shows it in its own. Reading prunes
// and fills in by the schema of the version, so that a definition that changed is heard at once.
import { deepFreeze, Failure, type KubeObject } from '../../base/mod.ts';
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

/** By the kind of the moment: a definition that changes makes new ones. */
const shown = new WeakMap<KindDefinition, WeakMap<TextualEntry, TextualEntry>>();

function converted<T extends TextualEntry>(kind: KindDefinition, entry: T): T {
  const { object } = entry;
  const apiVersion = apiVersionOf(kind);
  const wanted = object['apiVersion'] === apiVersion ? object : inApiVersion(kind, object, apiVersion);
  const text = JSON.stringify(applyDefaults(kind, pruneUnknown(kind, wanted)));
  return text === entry.text ? entry : { ...entry, text, object: deepFreeze(JSON.parse(text) as KubeObject) };
}

/** The object as it is stored. */
export function asStored(kind: KindDefinition, object: KubeObject): KubeObject {
  if (kind.custom === undefined) return object;
  const apiVersion = apiVersionOf({ group: kind.group, version: kind.custom.storageVersion });
  return object['apiVersion'] === apiVersion ? object : inApiVersion(kind, object, apiVersion);
}

/** Throws Failure `ConversionUnavailable` when a webhook would have to convert: objects are not passed off as what they are not. */
function inApiVersion({ kind, custom, group }: KindDefinition, object: KubeObject, apiVersion: string): KubeObject {
  if (custom?.conversion.strategy !== 'Webhook') return { ...object, apiVersion };
  const stored = apiVersionOf({ group, version: custom.storageVersion });
  throw new Failure(
    'ConversionUnavailable',
    `conversion webhook for ${stored}, Kind=${kind} failed: conversion webhooks are not called yet; ask for ${stored}, the version in which ${custom.definition} is stored`,
  );
}
