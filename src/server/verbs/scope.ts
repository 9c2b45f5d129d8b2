// Subresources: which a kind has, and through which of them it can be changed.
import type { Outcome } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import { methodNotSupported, noSuchResource } from '../refusals.ts';
import type { ChangeScope } from '../write/prepare-change.ts';

const CHANGED = ['status', 'finalize', 'ephemeralcontainers', 'resize'] as const;

/** Runs a change through the object itself or through one of the subresources that can be changed. */
export function inScope<T>(
  kind: KindDefinition,
  { subresource }: { readonly subresource?: string | undefined },
  change: (scope: ChangeScope) => Promise<Outcome<T>>,
): Promise<Outcome<T>> | Outcome<T> {
  if (subresource === undefined) return change(undefined);
  if (!hasSubresource(kind, subresource)) return noSuchResource();
  const door = CHANGED.find((name) => name === subresource);
  if (door !== undefined) return change(door);
  return methodNotSupported({ ...kind, resource: `${kind.resource}/${subresource}` }, 'update');
}

export function hasSubresource(kind: KindDefinition, name: string): boolean {
  return kind.subresources.some((subresource) => subresource.name === name);
}
