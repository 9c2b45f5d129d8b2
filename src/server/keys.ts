// Keys in the store: `<resource>[.<group>]/[<namespace>/]<name>`. The version is no part of it: one object, one key.
import { resourceName, type KindDefinition } from '../api/mod.ts';

export function keyOf(kind: KindDefinition, namespace: string | undefined, name: string): string {
  return `${prefixOf(kind, kind.isNamespaced ? (namespace ?? '') : undefined)}${name}`;
}

/** Prefix of all objects of the kind, or of those in one namespace. */
export function prefixOf(kind: KindDefinition, namespace: string | undefined): string {
  const name = resourceName(kind.storedAs?.kind ?? kind);
  return kind.isNamespaced && namespace !== undefined ? `${name}/${namespace}/` : `${name}/`;
}

export function namespaceKey(name: string): string {
  return `namespaces/${name}`;
}
