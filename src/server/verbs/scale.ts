// The scale subresource: read and changed as a Scale, kept in the object itself.
import { success, type KubeObject, type Outcome, type WriteOptions } from '../../base/mod.ts';
import { scaleCauses, scaleKind, scaleOf, withScale, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { badRequest, invalidObject } from '../refusals.ts';
import { decodeObject } from '../write/decode.ts';
import type { WantedChange } from '../write/prepare-change.ts';
import { changeObject, checkPlace, type Place } from './change.ts';
import { getObject } from './get.ts';
import { applyPatch, type Patch } from './patch.ts';

type TextualScale = Pick<StoredObject, 'object' | 'text'>;

export function getScale(context: ServerContext, kind: KindDefinition, { namespace, name }: Place): Outcome<TextualScale> {
  return shown(kind, getObject(context, kind, namespace, name));
}

export async function updateScale(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  body: unknown,
  options: WriteOptions,
): Promise<Outcome<TextualScale>> {
  const produce = (current: KubeObject): Outcome<WantedChange> => wantedOf(kind, place, current, body, options);
  return shown(kind, await changeObject(context, kind, place, 'scale', produce, options));
}

export async function patchScale(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  patch: Patch,
  options: WriteOptions,
): Promise<Outcome<TextualScale>> {
  const { kind: patchKind, body } = patch;
  if (patchKind === 'apply') return badRequest('a scale can not be applied; send a merge patch to it, or apply the object itself');
  const produce = (current: KubeObject): Outcome<WantedChange> => {
    const patched = applyPatch(scaleKind, JSON.parse(JSON.stringify(scaleOf(kind, current))), patchKind, body);
    return patched.ok ? wantedOf(kind, place, current, patched.value, options) : patched;
  };
  return shown(kind, await changeObject(context, kind, place, 'scale', produce, options));
}

/** The object with the replicas of the Scale, under the preconditions of the Scale. */
function wantedOf(kind: KindDefinition, place: Place, current: KubeObject, body: unknown, options: WriteOptions): Outcome<WantedChange> {
  const scale = decodeObject(scaleKind, body, options);
  if (!scale.ok) return scale;
  const misplaced = checkPlace(scale.value, place);
  if (misplaced !== undefined) return misplaced;
  // A custom resource is validated as a whole, at the paths that its definition names.
  const causes = kind.custom === undefined ? scaleCauses(scale.value) : [];
  if (causes.length > 0) return invalidObject(scaleKind, place.name, causes);
  const { uid, resourceVersion } = scale.value.metadata;
  const wanted = withScale(kind, current, scale.value);
  const metadata = { ...wanted.metadata, ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  return success({ object: { ...wanted, metadata } });
}

function shown(kind: KindDefinition, outcome: Outcome<StoredObject>): Outcome<TextualScale> {
  if (!outcome.ok) return outcome;
  const object = scaleOf(kind, outcome.value.object);
  return success({ object, text: JSON.stringify(object) });
}
