// patch: merge, JSON, strategic merge and apply, read and written inside one commit.
import { isJsonObject, success, unreachable, type Json, type KubeObject, type Outcome, type PatchKind, type WriteOptions } from '../../base/mod.ts';
import { jsonPatch, mergePatch, objectSchema, required, strategicMergePatch, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import { commit, type ServerContext } from '../context.ts';
import { badRequest, invalidObject, notFound, type Refusal } from '../refusals.ts';
import { decodeObject } from '../write/decode.ts';
import type { ChangeScope } from '../write/prepare-change.ts';
import { prepareNew } from '../write/prepare-new.ts';
import { checkPlace, decideChange, type Place } from './change.ts';
import { decideCreate } from './create.ts';

export interface Patch {
  readonly kind: PatchKind;
  readonly body: unknown;
}

export interface PatchedObject extends StoredObject {
  /** An apply made the object. */
  readonly isCreated: boolean;
}

/**
 * Apply is a strategic merge that creates what is absent and takes every field it names, as with `force`: owners of fields are
 * not recorded, so there are no conflicts, and a field that a manager no longer applies stays as it is.
 */
export async function patchObject(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  scope: ChangeScope,
  patch: Patch,
  options: WriteOptions,
): Promise<Outcome<PatchedObject>> {
  const refusal = patch.kind === 'apply' ? refuseApply(patch.body, options) : undefined;
  if (refusal !== undefined) return refusal;
  const produce = (current: KubeObject) => produceFrom(kind, place, current, patch, options);
  return commit(context, options.dryRun, (writer): Outcome<PatchedObject> => {
    const changed = decideChange(writer, kind, place, scope, produce);
    if (changed !== undefined) return withCreated(changed, false);
    if (patch.kind !== 'apply' || scope !== undefined) return notFound(kind, place.name);
    const prepared = prepareNew(context, kind, place.namespace, named(patch.body, place.name), options);
    if (!prepared.ok) return prepared;
    const placed = checkPlace(prepared.value, place);
    return placed ?? withCreated(decideCreate(context, writer, kind, prepared.value, false), true);
  });
}

function refuseApply(body: unknown, { fieldManager }: WriteOptions): Refusal | undefined {
  if (fieldManager === undefined || fieldManager === '') {
    const causes = [required('fieldManager', 'is required for apply patch')];
    return invalidObject({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', causes);
  }
  const metadata = isJsonObject(body) ? body['metadata'] : undefined;
  const managed = isJsonObject(metadata) ? metadata['managedFields'] : undefined;
  return Array.isArray(managed) && managed.length > 0 ? badRequest('metadata.managedFields must be nil') : undefined;
}

function produceFrom(kind: KindDefinition, place: Place, current: KubeObject, patch: Patch, options: WriteOptions): Outcome<KubeObject> {
  const patched = applyPatch(kind, current as unknown as Json, patch);
  if (!patched.ok) return patched;
  const decoded = decodeObject(kind, patched.value, options);
  if (!decoded.ok) return decoded;
  return checkPlace(decoded.value, place) ?? decoded;
}

function applyPatch(kind: KindDefinition, current: Json, { kind: patchKind, body }: Patch): Outcome<Json> {
  switch (patchKind) {
    case 'merge':
      return isJsonObject(body) ? success(mergePatch(current, body)) : badRequest('a merge patch must be an object');
    case 'json': {
      const outcome = jsonPatch(current, body);
      if (outcome.ok) return outcome;
      if (outcome.reason === 'Malformed') return badRequest(outcome.message);
      return invalidObject(kind, nameOf(current), [{ reason: 'FieldValueInvalid', message: `the patch does not fit the object: ${outcome.message}` }]);
    }
    case 'strategic':
    case 'apply': {
      if (!isJsonObject(current) || !isJsonObject(body)) return badRequest(`a ${patchKind} patch must be an object`);
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

function named(body: unknown, name: string): unknown {
  if (!isJsonObject(body)) return body;
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  return { ...body, metadata: { name, ...metadata } };
}

function withCreated(outcome: Outcome<StoredObject>, isCreated: boolean): Outcome<PatchedObject> {
  return outcome.ok ? success({ ...outcome.value, isCreated }) : outcome;
}
