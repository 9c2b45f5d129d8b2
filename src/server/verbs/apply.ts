// apply: the document of one manager, merged into the object; creates what is absent.
import { isJsonObject, success, type JsonObject, type KubeObject, type Outcome, type WriteOptions } from '../../base/mod.ts';
import { required, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import { commit, type ServerContext } from '../context.ts';
import { badRequest, invalidObject, notFound, type Refusal } from '../refusals.ts';
import { decodeObject } from '../write/decode.ts';
import { applyDocument, withFirstApplication, type Application } from '../write/apply-document.ts';
import type { ChangeScope, WantedChange } from '../write/prepare-change.ts';
import { prepareNew } from '../write/prepare-new.ts';
import { checkPlace, decideChange, type Place } from './change.ts';
import { decideCreate } from './create.ts';

export interface AppliedObject extends StoredObject {
  readonly isCreated: boolean;
}

export async function applyObject(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  scope: ChangeScope,
  body: unknown,
  options: WriteOptions,
): Promise<Outcome<AppliedObject>> {
  if (!isJsonObject(body)) return badRequest('an apply patch must be an object');
  const { fieldManager = '' } = options;
  const refusal = refuseApply(body, fieldManager);
  if (refusal !== undefined) return refusal;
  const application: Application = { manager: fieldManager, subresource: scope, nowMs: context.clock.now() };
  const produce = (current: KubeObject): Outcome<WantedChange> => {
    const applied = applyDocument(kind, current, body, application);
    if (!applied.ok) return applied;
    const decoded = decodeObject(kind, applied.value.object, options);
    if (!decoded.ok) return decoded;
    return checkPlace(decoded.value, place) ?? success({ ...applied.value, object: decoded.value });
  };
  return commit(context, options.dryRun, (writer): Outcome<AppliedObject> => {
    const changed = decideChange(context, writer, kind, place, scope, produce);
    if (changed !== undefined) return withCreated(changed, false);
    if (scope !== undefined) return notFound(kind, place.name);
    const prepared = prepareNew(context, kind, place.namespace, named(body, place.name), options);
    if (!prepared.ok) return prepared;
    const object = withFirstApplication(kind, prepared.value, body, application);
    return checkPlace(object, place) ?? withCreated(decideCreate(context, writer, kind, object, false), true);
  });
}

function refuseApply(body: JsonObject, fieldManager: string): Refusal | undefined {
  if (fieldManager === '') {
    const causes = [required('fieldManager', 'is required for apply patch')];
    return invalidObject({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', causes);
  }
  const managed = isJsonObject(body['metadata']) ? body['metadata']['managedFields'] : undefined;
  return Array.isArray(managed) && managed.length > 0 ? badRequest('metadata.managedFields must be nil') : undefined;
}

/** The document need not repeat the name that the request has. */
function named(body: JsonObject, name: string): JsonObject {
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  return { ...body, metadata: { name, ...metadata } };
}

function withCreated(outcome: Outcome<StoredObject>, isCreated: boolean): Outcome<AppliedObject> {
  return outcome.ok ? success({ ...outcome.value, isCreated }) : outcome;
}
