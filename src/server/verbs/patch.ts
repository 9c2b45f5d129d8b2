// patch: merge, JSON and strategic merge patches, read and written inside one commit; apply has its own file.
import { failureStatus, isJsonObject, success, unreachable, type Json, type JsonObject, type KubeObject, type Outcome, type PatchKind, type WriteOptions } from '../../base/mod.ts';
import { forbidden as forbiddenField, jsonPatch, mergePatch, objectSchema, strategicMergePatch, type KindDefinition } from '../../api/mod.ts';
import type { ServerContext } from '../context.ts';
import { badRequest, invalidObject, refuse } from '../refusals.ts';
import { decodeSteps } from '../write/decode.ts';
import type { ChangeScope } from '../write/prepare-change.ts';
import { applyObject, withCreated, type ApplyPatch, type PatchedObject } from './apply.ts';
import { changeObject, checkPlace, type Place, type Produce } from './change.ts';
import { documentToStoredForm, isConverted, outcomeShownAs, wantedInStoredForm } from './stored-form.ts';

export interface Patch extends ApplyPatch {
  readonly kind: PatchKind;
}

export async function patchObject(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  scope: ChangeScope,
  patch: Patch,
  options: WriteOptions,
): Promise<Outcome<PatchedObject>> {
  const { kind: patchKind, body } = patch;
  if (patchKind === 'apply') {
    if (!isConverted(kind)) return applyObject(context, kind, place, scope, patch, options);
    return outcomeShownAs(kind, await applyObject(context, kind.storedAs.kind, place, scope, { ...patch, body: documentToStoredForm(kind, body) }, options));
  }
  if (patchKind === 'strategic' && kind.custom !== undefined) return refuse(failureStatus('UnsupportedMediaType', CUSTOM_PATCH_TYPES));
  if (options.force !== undefined) return invalidObject(PATCH_OPTIONS, '', [forbiddenField('force', 'may not be specified for non-apply patch')]);
  // A status is all that this may change: the rest, most of it the owners of fields, need not be decoded anew. Every Pod gets some in its life.
  const isStatusOnly = scope === 'status' && (patchKind === 'merge' || patchKind === 'strategic') && kind.custom === undefined && isJsonObject(body) && body['spec'] === undefined;
  const produce: Produce = function* (current) {
    const shown = isConverted(kind) ? kind.storedAs.fromStored(current) : current;
    const patched = applyPatch(kind, (isStatusOnly ? statusPart(kind, shown, body) : shown) as unknown as Json, patchKind, body);
    if (!patched.ok) return patched;
    yield;
    if (isConverted(kind)) return wantedInStoredForm(kind, place, patched.value, options, current);
    const decoded = yield* decodeSteps(kind, patched.value, options);
    if (!decoded.ok) return decoded;
    return checkPlace(decoded.value, place) ?? success({ object: decoded.value });
  };
  const changed = await changeObject(context, kind.storedAs?.kind ?? kind, place, scope, produce, options);
  return withCreated(outcomeShownAs(kind, changed), false);
}

/** Members of the metadata by which a patch may say which object it means. */
const IDENTITY: ReadonlySet<string> = new Set(['name', 'namespace', 'uid', 'resourceVersion']);

/** What a patch of the status can reach, and what it may be compared with. */
function statusPart(kind: KindDefinition, { spec: _spec, ...rest }: KubeObject, { metadata: patched = {} }: JsonObject): KubeObject {
  const isIdentity = !isConverted(kind) && kind.statusCarriesAnnotations !== true && isJsonObject(patched) && Object.keys(patched).every((member) => IDENTITY.has(member));
  if (!isIdentity) return rest as KubeObject;
  const { name, namespace, uid, resourceVersion } = rest.metadata;
  return { ...rest, metadata: { name, namespace, uid, resourceVersion } } as KubeObject;
}

const CUSTOM_PATCH_TYPES =
  'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
const PATCH_OPTIONS = { group: 'meta.k8s.io', kind: 'PatchOptions' };

export function applyPatch(kind: KindDefinition, current: Json, patchKind: Exclude<PatchKind, 'apply'>, body: unknown): Outcome<Json> {
  switch (patchKind) {
    case 'merge':
      return isJsonObject(body) ? success(mergePatch(current, body)) : badRequest('a merge patch must be an object');
    case 'json': {
      const outcome = jsonPatch(current, body);
      if (outcome.ok) return outcome;
      if (outcome.reason === 'Malformed') return badRequest(outcome.message);
      return invalidObject(kind, nameOf(current), [{ reason: 'FieldValueInvalid', message: `the patch does not fit the object: ${outcome.message}` }]);
    }
    case 'strategic': {
      if (!isJsonObject(current) || !isJsonObject(body)) return badRequest('a strategic merge patch must be an object');
      const outcome = strategicMergePatch(objectSchema(kind), current, body);
      return outcome.ok ? outcome : badRequest(outcome.message);
    }
    default:
      return unreachable(patchKind satisfies never);
  }
}

function nameOf(object: Json): string {
  return (object as unknown as KubeObject).metadata.name;
}
