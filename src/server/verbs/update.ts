// update: the whole object, or one of its subresources, replaced.
import { success, type Outcome, type WriteOptions } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { decodeObject } from '../write/decode.ts';
import type { ChangeScope } from '../write/prepare-change.ts';
import { changeObject, checkPlace, type Place } from './change.ts';

export async function updateObject(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  scope: ChangeScope,
  body: unknown,
  options: WriteOptions,
): Promise<Outcome<StoredObject>> {
  const decoded = decodeObject(kind, body, options);
  if (!decoded.ok) return decoded;
  const misplaced = checkPlace(decoded.value, place);
  if (misplaced !== undefined) return misplaced;
  return changeObject(context, kind, place, scope, () => success({ object: decoded.value }), options);
}
