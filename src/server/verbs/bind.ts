// pods/binding: gives a Pod its node, once.
import { success, toRfc3339, type DeleteOptions, type KubeObject, type Outcome, type WriteOptions } from '../../base/mod.ts';
import { fieldOf, itemsAt, textAt, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import { admissionFacts } from '../admission/admission-facts.ts';
import { commit, type ServerContext } from '../context.ts';
import { keyOf } from '../keys.ts';
import { badRequest, conflict, notFound, type Refusal } from '../refusals.ts';
import { consultOnAction } from '../webhooks/consultation.ts';
import { BINDING } from '../write/action-kinds.ts';
import { decodeObject } from '../write/decode.ts';
import type { Place } from './change.ts';
import { checkPreconditions } from './delete.ts';

export async function bindPod(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  given: unknown,
  options: WriteOptions,
): Promise<Outcome<StoredObject>> {
  const decoded = decodeObject(BINDING, given, options);
  if (!decoded.ok) return decoded;
  const { namespace, name } = place;
  const binding = await consultOnAction(context, { kind, namespace, name }, 'binding', decoded.value, options);
  if (!binding.ok) return binding;
  const malformed = refuseBinding(binding.value, place);
  if (malformed !== undefined) return malformed;
  return commit(context, options.dryRun, (writer): Outcome<StoredObject> => {
    const key = keyOf(kind, place.namespace, place.name);
    const current = writer.get(key);
    if (current === undefined) return notFound(kind, place.name);
    const refusal = checkPreconditions(kind, current.object.metadata, { preconditions: preconditionsOf(binding.value) });
    if (refusal !== undefined) return refusal;
    const obstacle = obstacleOf(current.object);
    if (obstacle !== undefined) return conflict({ ...kind, resource: `${kind.resource}/binding` }, place.name, `pod ${place.name} ${obstacle}`);
    const bound = boundPod(current.object, binding.value, context.clock.now());
    // Its annotations come from outside like those of any update.
    const request = { operation: 'UPDATE', kind, object: bound, old: current.object, identity: context.identity } as const;
    return context.admission.refuse(request, admissionFacts(context, writer)) ?? success(writer.put(key, bound));
  });
}

function refuseBinding(binding: KubeObject, { namespace, name }: Place): Refusal | undefined {
  const { name: named, namespace: meant = '' } = binding.metadata;
  if (meant !== '' && meant !== namespace) return badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (named !== '' && named !== name) return badRequest('name in URL does not match name in Binding object');
  const kind = textAt(binding, '', 'target', 'kind');
  if (kind !== '' && kind !== 'Node') return badRequest(`Binding: target.kind: Unsupported value: ${JSON.stringify(kind)}: supported values: "Node"`);
  return textAt(binding, '', 'target', 'name') === '' ? badRequest('Binding: target.name: Required value: the name of a node') : undefined;
}

/** A scheduler means the Pod that it has seen, not one that was made anew under its name. */
function preconditionsOf({ metadata }: KubeObject): NonNullable<DeleteOptions['preconditions']> {
  const { uid = '', resourceVersion = '' } = metadata;
  return { ...(uid === '' ? {} : { uid }), ...(resourceVersion === '' ? {} : { resourceVersion }) };
}

/** Why the Pod can not be bound, as the end of a sentence. */
function obstacleOf({ metadata, spec }: KubeObject): string | undefined {
  const nodeName = textAt(spec, '', 'nodeName');
  if (nodeName !== '') return `is already assigned to node "${nodeName}"`;
  if (metadata.deletionTimestamp !== undefined) return 'is being deleted, cannot be assigned to a host';
  return itemsAt(spec, 'schedulingGates').length > 0 ? 'has non-empty .spec.schedulingGates' : undefined;
}

/** What a scheduler notes on the binding is noted on the Pod. */
function boundPod(pod: KubeObject, binding: KubeObject, nowMs: number): KubeObject {
  const conditions = itemsAt(pod, 'status', 'conditions');
  const known = conditions.find((condition) => fieldOf(condition, 'type') === 'PodScheduled' && fieldOf(condition, 'status') === 'True');
  const scheduled = known ?? { type: 'PodScheduled', status: 'True', lastTransitionTime: toRfc3339(nowMs) };
  const { annotations = {}, labels = {} } = binding.metadata;
  const metadata = {
    ...pod.metadata,
    ...(Object.keys(labels).length === 0 ? {} : { labels: { ...pod.metadata.labels, ...labels } }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations: { ...pod.metadata.annotations, ...annotations } }),
  };
  return {
    ...pod,
    metadata,
    spec: { ...pod.spec, nodeName: textAt(binding, '', 'target', 'name') },
    status: { ...pod.status, conditions: [...conditions.filter((condition) => fieldOf(condition, 'type') !== 'PodScheduled'), scheduled] },
  };
}
