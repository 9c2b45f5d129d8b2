// Documents that are a little wrong: members of a sound one deleted, of another type, of another name, or put elsewhere.
import fc from 'fast-check';
import { isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';

export type Mutation =
  | { readonly kind: 'delete'; readonly place: number }
  | { readonly kind: 'retype'; readonly place: number; readonly value: Json }
  | { readonly kind: 'rename'; readonly place: number; readonly name: string }
  /** The value of one place also stands in another. */
  | { readonly kind: 'copy'; readonly place: number; readonly from: number };

const STRANGE_VALUES: readonly Json[] = [null, true, false, 0, -1, 1.5, 1e308, '', 'x', '{{$}}', "{{$.inputs.parameters['nobody']}}", '\0', [], {}, [[]], [null], ['x'], { x: {} }, { '': '' }];
const STRANGE_NAMES: readonly string[] = ['', 'x', '__proto__', 'constructor', 'dag', 'tasks', 'inputs', '..', 'größe'];
const place = fc.nat(10_000);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('delete' as const), place }),
  fc.record({ kind: fc.constant('retype' as const), place, value: fc.constantFrom(...STRANGE_VALUES) }),
  fc.record({ kind: fc.constant('rename' as const), place, name: fc.constantFrom(...STRANGE_NAMES) }),
  fc.record({ kind: fc.constant('copy' as const), place, from: place }),
);

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(mutation, { minLength: 1, maxLength: 3 });

/** A copy of the document with these of its members spoiled. */
export function spoiled(document: JsonObject, changes: readonly Mutation[]): JsonObject {
  const copy = structuredClone(document) as Members;
  for (const change of changes) mutate(copy, change);
  // What is deleted from a list leaves a null.
  return JSON.parse(JSON.stringify(copy)) as JsonObject;
}

type Members = { [name: string]: Json };

function mutate(document: Members, each: Mutation): void {
  const places = placesIn(document);
  const at = (index: number) => places[index % places.length]!;
  const { owner, name } = at(each.place);
  if (each.kind === 'delete') delete owner[name];
  else if (each.kind === 'retype') set(owner, name, each.value);
  else if (each.kind === 'copy') set(owner, name, structuredClone(at(each.from).owner[at(each.from).name]!));
  else {
    const value = owner[name]!;
    delete owner[name];
    set(owner, each.name, value);
  }
}

/** Every member and every item of the document. */
function placesIn(document: Members): readonly { readonly owner: Members; readonly name: string }[] {
  return Object.entries(document).flatMap(([name, value]) => {
    const inner = isJsonObject(value) || Array.isArray(value) ? placesIn(value as Members) : [];
    return [{ owner: document, name }, ...inner];
  });
}

/** `__proto__` becomes a member like others, as JSON.parse makes it. */
function set(owner: Members, name: string, value: Json): void {
  Object.defineProperty(owner, name, { value, writable: true, enumerable: true, configurable: true });
}
