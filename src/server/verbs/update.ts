// update: the whole object, or one of its subresources, replaced; of some kinds made, when it is not there.
import { isJsonObject, oneStep, success, type JsonObject, type KubeObject, type Outcome, type WriteOptions } from '../../base/mod.ts';
import { invalid, isDefinitionKind, resourceName, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { invalidObject, type Refusal } from '../refusals.ts';
import { decodeSteps } from '../write/decode.ts';
import { atItsPace } from '../write/pace.ts';
import type { ChangeScope } from '../write/prepare-change.ts';
import { withCreated, type PatchedObject } from './apply.ts';
import { changeObject, checkPlace, type Place, type Produce } from './change.ts';
import { createObject } from './create.ts';
import { isConverted, outcomeShownAs, wantedInStoredForm } from './stored-form.ts';

/** `refuseCreation`: whoever may update need not be allowed to create. */
export async function updateObject(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  scope: ChangeScope,
  body: unknown,
  options: WriteOptions,
  refuseCreation?: () => Refusal | undefined,
): Promise<Outcome<PatchedObject>> {
  const updated = await replaceObject(context, kind, place, scope, body, options);
  const isAbsent = !updated.ok && updated.status.reason === 'NotFound' && scope === undefined;
  if (!isAbsent || !MADE_BY_UPDATE.has(resourceName(kind)) || !isNew(body, place)) return withCreated(updated, false);
  return refuseCreation?.() ?? withCreated(await createObject(context, kind, place.namespace, body, options), true);
}

/** As the strategies of Kubernetes say (AllowCreateOnUpdate). */
const MADE_BY_UPDATE: ReadonlySet<string> = new Set([
  'clusterrolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'endpoints',
  'events',
  'events.events.k8s.io',
  'leases.coordination.k8s.io',
  'limitranges',
  'rolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'services',
]);

/** Whoever names a version or uid means the object that he saw, which is gone. */
function isNew(body: unknown, { name }: Place): boolean {
  const metadata: JsonObject = isJsonObject(body) && isJsonObject(body['metadata']) ? body['metadata'] : {};
  return metadata['name'] === name && ['resourceVersion', 'uid'].every((member) => (metadata[member] ?? '') === '');
}

async function replaceObject(
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
  // Only of an object that is there: what is absent is not found.
  const produce = () => refuseUnseen(kind, place, decoded.value) ?? success({ object: decoded.value });
  return changeObject(context, kind, place, scope, () => oneStep(produce), options);
}

/** As the strategies of Kubernetes say (AllowUnconditionalUpdate). */
const REPLACED_AS_SEEN: ReadonlySet<string> = new Set([
  'leases.coordination.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'poddisruptionbudgets.policy',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
]);

/** These, custom resources and their definitions are replaced only by those who say what they saw. */
function refuseUnseen(kind: KindDefinition, { name }: Place, { metadata }: KubeObject): Refusal | undefined {
  const isConcerned = kind.custom !== undefined || isDefinitionKind(kind) || REPLACED_AS_SEEN.has(resourceName(kind));
  if (!isConcerned || (metadata.resourceVersion ?? '') !== '') return undefined;
  return invalidObject({ group: kind.group, kind: kind.resource }, name, [invalid('metadata.resourceVersion', 0, 'must be specified for an update')]);
}
