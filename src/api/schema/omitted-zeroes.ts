// Zeroes that Go's types leave out: "", 0 and false in members that are no pointers and have `omitempty`, and empty lists and maps, which
// the storage of Kubernetes can't tell from absent ones. A client written in Go that reads such a zero writes the object back without it;
// it must lie here without it, too. Pointers (`replicas: 0`) and members without `omitempty` (`restartCount: 0`) keep their zeroes.
import { isJsonObject, oncePer, type Json } from '../../base/mod.ts';
import type { KindSchema } from '../kind.ts';
import { findWireMessage, wireMessage, type WireField, type WireMessage } from '../protobuf/wire-table.ts';
import { definitionName } from './definitions.ts';

const SCALARS: ReadonlySet<string> = new Set(['string', 'int', 'bool', 'double', 'bytes']);
/** An empty list that says something: forget the owners of all fields. */
const MEANT_EMPTY = 'managedFields';
const NONE: ReadonlySet<string> = new Set();

/** Names of the members of a shared definition whose zeroes are left out; none of other schemas. */
export const omittedZeroes = oncePer((schema: KindSchema): ReadonlySet<string> => {
  const definition = definitionName(schema);
  const message = definition === undefined ? undefined : findWireMessage(messageNameOf(definition));
  return message === undefined ? NONE : new Set(omittedMembers(message).filter((name) => name !== MEANT_EMPTY));
});

export function isZero(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isJsonObject(value)) return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false;
}

/** `io.k8s.api.core.v1.Container` is `core/v1.Container` on the wire. */
function messageNameOf(definition: string): string {
  const [name = '', version = '', group = ''] = definition.split('.').toReversed();
  return `${group}/${version}.${name}`;
}

function omittedMembers(message: WireMessage): readonly string[] {
  return [...message.values()].flatMap((field) => {
    if (field.name !== undefined) return isOmitted(field) ? [field.name] : [];
    return field.shape === 'single' ? omittedMembers(wireMessage(field.type)) : [];
  });
}

function isOmitted({ shape, type, keepsZero }: WireField): boolean {
  return shape !== 'single' || (SCALARS.has(type) && !keepsZero);
}
