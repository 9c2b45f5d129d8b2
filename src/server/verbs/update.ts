// update: the whole object, or one of its subresources, replaced.
import { oneStep, success, type Outcome, type WriteOptions } from '../../base/mod.ts';
import { invalid, isDefinitionKind, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { invalidObject } from '../refusals.ts';
import { decodeSteps } from '../write/decode.ts';
import { atItsPace } from '../write/pace.ts';
import type { ChangeScope } from '../write/prepare-change.ts';
import { changeObject, checkPlace, type Place, type Produce } from './change.ts';
import { isConverted, outcomeShownAs, wantedInStoredForm } from './stored-form.ts';

export async function updateObject(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  scope: ChangeScope,
  body: unknown,
  options: WriteOptions,
): Promise<Outcome<StoredObject>> {
  if (isConverted(kind)) {
    const produce: Produce = (current) => oneStep(() => wantedInStoredForm(kind, place, body, options, current));
    return outcomeShownAs(kind, await changeObject(context, kind.storedAs.kind, place, scope, produce, options));
  }
  const decoded = await atItsPace(context, kind, options, decodeSteps(kind, body, options));
  if (!decoded.ok) return decoded;
  const misplaced = checkPlace(decoded.value, place);
  if (misplaced !== undefined) return misplaced;
  if (mustNameRevision(kind) && (decoded.value.metadata.resourceVersion ?? '') === '') {
    const causes = [invalid('metadata.resourceVersion', 0, 'must be specified for an update')];
    return invalidObject({ group: kind.group, kind: kind.resource }, place.name, causes);
  }
  return changeObject(context, kind, place, scope, () => oneStep(() => success({ object: decoded.value })), options);
}

/** Custom resources and their definitions are replaced only by those who say what they saw. */
function mustNameRevision(kind: KindDefinition): boolean {
  return kind.custom !== undefined || isDefinitionKind(kind);
}
