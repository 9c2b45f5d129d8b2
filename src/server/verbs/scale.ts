// The scale subresource: read and changed as a Scale, kept in the object itself.
import { isJsonObject, oneStep, success, type JsonObject, type KubeObject, type Outcome, type WriteOptions } from '../../base/mod.ts';
import { apiVersionOf, scaleCauses, scaleKind, scaleOf, withScale, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { applySteps } from '../ownership/ownership.ts';
import { badRequest, invalidObject } from '../refusals.ts';
import { actorOf } from '../write/actor.ts';
import { decodeObject } from '../write/decode.ts';
import type { WantedChange } from '../write/prepare-change.ts';
import { refuseApply } from './apply.ts';
import { changeObject, checkPlace, type Place, type Produce } from './change.ts';
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
  const produce: Produce = (current) => oneStep(() => wantedOf(kind, place, current, body, options));
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
  if (patchKind === 'apply') return applyScale(context, kind, place, body, options);
  const produce: Produce = (current) =>
    oneStep(() => {
      const patched = applyPatch(scaleKind, JSON.parse(JSON.stringify(scaleOf(kind, current))), patchKind, body);
      return patched.ok ? wantedOf(kind, place, current, patched.value, options) : patched;
    });
  return shown(kind, await changeObject(context, kind, place, 'scale', produce, options));
}

/** The applier owns the replicas from then on, as with an apply of the object that names nothing else. */
async function applyScale(context: ServerContext, kind: KindDefinition, place: Place, body: unknown, options: WriteOptions): Promise<Outcome<TextualScale>> {
  if (!isJsonObject(body)) return badRequest('an apply patch must be an object');
  const refusal = refuseApply(body, options);
  if (refusal !== undefined) return refusal;
  const scale = decodeScale(kind, place, body, options);
  if (!scale.ok) return scale;
  const named = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name: place.name } } as KubeObject;
  const document = withScale(kind, named, scale.value) as unknown as JsonObject;
  const actor = actorOf(context, options, 'scale');
  const produce: Produce = function* (current) {
    const applied = yield* applySteps(kind, current, document, actor, { force: options.force === true });
    return applied.ok ? success({ object: withPreconditions(applied.value.object, scale.value), managers: applied.value.managers }) : applied;
  };
  return shown(kind, await changeObject(context, kind, place, 'scale', produce, options));
}

/** The object with the replicas of the Scale, under the preconditions of the Scale. */
function wantedOf(kind: KindDefinition, place: Place, current: KubeObject, body: unknown, options: WriteOptions): Outcome<WantedChange> {
  const scale = decodeScale(kind, place, body, options);
  return scale.ok ? success({ object: withPreconditions(withScale(kind, current, scale.value), scale.value) }) : scale;
}

function decodeScale(kind: KindDefinition, place: Place, body: unknown, options: WriteOptions): Outcome<KubeObject> {
  const scale = decodeObject(scaleKind, body, options);
  if (!scale.ok) return scale;
  const misplaced = checkPlace(scale.value, place);
  if (misplaced !== undefined) return misplaced;
  // A custom resource is validated as a whole, at the paths that its definition names.
  const causes = kind.custom === undefined ? scaleCauses(scale.value) : [];
  return causes.length > 0 ? invalidObject(scaleKind, place.name, causes) : scale;
}

function withPreconditions(object: KubeObject, { metadata: { uid, resourceVersion } }: KubeObject): KubeObject {
  const metadata = { ...object.metadata, ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  return { ...object, metadata };
}

function shown(kind: KindDefinition, outcome: Outcome<StoredObject>): Outcome<TextualScale> {
  if (!outcome.ok) return outcome;
  const object = scaleOf(kind, outcome.value.object);
  return success({ object, text: JSON.stringify(object) });
}
