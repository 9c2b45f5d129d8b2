// update: the whole object, or one of its subresources, replaced.
import { oneStep, success, type KubeObject, type Outcome, type WriteOptions } from '../../base/mod.ts';
import { invalid, isDefinitionKind, resourceName, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { invalidObject, type Refusal } from '../refusals.ts';
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
