// Writes of a controller to what it owns, remembered until the informer shows them.
import { PODS } from '../api/mod.ts';
import { Failure, type JsonObject, type KubeObject, type ResourceType } from '../base/mod.ts';
import type { ControllerPorts } from './controller.ts';
import type { OwnedObjects } from './owned-objects.ts';

export interface OwnedWritePorts extends ControllerPorts {
  readonly owned: OwnedObjects;
}

/** What an owner says of its Pods. */
export interface PodWords {
  created(name: string): string;
  refused(name: string, message: string): string;
  deleted(name: string): string;
}

const PLAIN_WORDS: PodWords = {
  created: (name) => `Created pod: ${name}`,
  refused: (_name, message) => `Error creating: ${message}`,
  deleted: (name) => `Deleted pod: ${name}`,
};

/** Makes a Pod and says so in an event of its owner; what refuses it is an event and a Failure. */
export async function createPod(ports: OwnedWritePorts, owner: KubeObject, pod: KubeObject, words = PLAIN_WORDS): Promise<void> {
  const outcome = await ports.api.create(PODS, owner.metadata.namespace, pod);
  if (!outcome.ok) {
    ports.events.record(owner, { type: 'Warning', reason: 'FailedCreate', message: words.refused(pod.metadata.name, outcome.status.message) });
    throw new Failure(outcome.status.reason, outcome.status.message);
  }
  ports.owned.remember(outcome.value);
  ports.events.record(owner, { type: 'Normal', reason: 'SuccessfulCreate', message: words.created(outcome.value.metadata.name) });
}

/** One that is gone already is as good as deleted. */
export async function deletePod(ports: OwnedWritePorts, owner: KubeObject, pod: KubeObject, words = PLAIN_WORDS): Promise<void> {
  const { namespace, name, uid = '' } = pod.metadata;
  const outcome = await ports.api.delete({ type: PODS, namespace, name }, { preconditions: { uid }, propagationPolicy: 'Background' });
  if (!outcome.ok && !['NotFound', 'Conflict'].includes(outcome.status.reason)) throw new Failure(outcome.status.reason, outcome.status.message);
  if (outcome.ok && outcome.value.metadata.deletionTimestamp !== undefined) ports.owned.remember(outcome.value);
  else ports.owned.forget(pod);
  ports.events.record(owner, { type: 'Normal', reason: 'SuccessfulDelete', message: words.deleted(name) });
}

/** Changes metadata (and spec) of exactly this object; undefined when it is gone or someone else came between. */
export async function patchOwned(ports: OwnedWritePorts, type: ResourceType, object: KubeObject, metadata: object, more: object = {}): Promise<KubeObject | undefined> {
  const { namespace, name, uid = '' } = object.metadata;
  const outcome = await ports.api.patch({ type, namespace, name }, 'merge', { metadata: { uid, ...metadata } as JsonObject, ...more });
  if (outcome.ok) {
    ports.owned.remember(outcome.value);
    return outcome.value;
  }
  switch (outcome.status.reason) {
    case 'NotFound':
      ports.owned.forget(object);
      return undefined;
    case 'Conflict':
    case 'Invalid':
      return undefined;
    default:
      throw new Failure(outcome.status.reason, outcome.status.message);
  }
}

/** Undefined when the object is gone or was changed meanwhile: that change brings the next reconcile. */
export async function writeStatus({ api }: ControllerPorts, type: ResourceType, object: KubeObject, status: JsonObject): Promise<KubeObject | undefined> {
  const { namespace, name } = object.metadata;
  const outcome = await api.update({ type, namespace, name }, { ...object, status }, { subresource: 'status' });
  if (outcome.ok) return outcome.value;
  if (['Conflict', 'NotFound'].includes(outcome.status.reason)) return undefined;
  throw new Failure(outcome.status.reason, outcome.status.message);
}
