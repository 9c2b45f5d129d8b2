// pods/binding: gives a Pod its node, once.
import { isJsonObject, success, toRfc3339, type Json, type KubeObject, type Outcome, type WriteOptions } from '../../base/mod.ts';
import { fieldOf, type KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import { commit, type ServerContext } from '../context.ts';
import { keyOf } from '../keys.ts';
import { badRequest, conflict, notFound } from '../refusals.ts';
import { consultOnAction } from '../webhooks/consultation.ts';
import type { Place } from './change.ts';

export async function bindPod(
  context: ServerContext,
  kind: KindDefinition,
  place: Place,
  given: unknown,
  options: WriteOptions,
): Promise<Outcome<StoredObject>> {
  if (!isJsonObject(given)) return badRequest('the body must be a Binding');
  const { namespace, name } = place;
  const binding = await consultOnAction(context, { kind, namespace, name }, 'binding', given as unknown as KubeObject, options);
  if (!binding.ok) return binding;
  const nodeName = fieldOf(binding.value, 'target', 'name');
  if (typeof nodeName !== 'string' || nodeName === '') return badRequest('Binding: target.name: Required value: the name of a node');
  return commit(context, options.dryRun, (writer): Outcome<StoredObject> => {
    const key = keyOf(kind, place.namespace, place.name);
    const current = writer.get(key);
    if (current === undefined) return notFound(kind, place.name);
    const { spec, metadata } = current.object;
    const bound = spec?.['nodeName'];
    if (bound !== undefined && bound !== '') {
      return conflict({ ...kind, resource: `${kind.resource}/binding` }, place.name, `pod ${place.name} is already assigned to node "${String(bound)}"`);
    }
    if (metadata.deletionTimestamp !== undefined) {
      return conflict({ ...kind, resource: `${kind.resource}/binding` }, place.name, `pod ${place.name} is being deleted, cannot be assigned to a host`);
    }
    return success(writer.put(key, boundPod(current.object, nodeName, context.clock.now())));
  });
}

function boundPod(pod: KubeObject, nodeName: string, nowMs: number): KubeObject {
  const given = fieldOf(pod.status, 'conditions');
  const others = (Array.isArray(given) ? (given as readonly Json[]) : []).filter((item) => !isJsonObject(item) || item['type'] !== 'PodScheduled');
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: toRfc3339(nowMs) };
  return {
    ...pod,
    spec: { ...pod.spec, nodeName },
    status: { ...pod.status, conditions: [...others, scheduled] },
  };
}
