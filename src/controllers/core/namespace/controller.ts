// Namespaces: sees to it that each has its default ServiceAccount and root certificates; empties and finalizes the deleted ones.
import { Failure, type JsonObject, type KubeObject, type ObjectApi, type ObjectRef, type ResourceType, type Status } from '../../../base/mod.ts';
import { CONFIG_MAPS, fieldOf, NAMESPACES, resourceName, SERVICE_ACCOUNTS } from '../../../api/mod.ts';
import type { Informer, InformerChange } from '../../../client/mod.ts';
import type { ReconcileResult } from '../../../control/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';
import type { RemainingObjects } from './conditions.ts';
import { planNamespace, withoutOwnFinalizer, type NamespaceAction, type NamespaceFacts } from './plan.ts';

export interface NamespaceOptions {
  /** All namespaced resources that can be listed and deleted, at this moment. */
  readonly namespacedTypes: () => readonly ResourceType[];
  /** PEM for the ConfigMap kube-root-ca.crt. */
  readonly rootCertificates: string;
}

/** Objects of one resource whose finalizers are looked at. */
const COUNTED_MAX = 500;
const ROOT_CERTIFICATES_NAME = 'kube-root-ca.crt';
const DEFAULT_ACCOUNT_NAME = 'default';

interface Ports extends NamespaceOptions {
  readonly api: ObjectApi;
  /** What could not be deleted the last time, by name of the namespace. */
  readonly failures: Map<string, readonly string[]>;
}

export function createNamespaceController(ports: ControllerPorts, options: NamespaceOptions): Controller {
  const { api, clock, informers } = ports;
  const namespaces = informers.of(NAMESPACES);
  const [accounts, configMaps] = [SERVICE_ACCOUNTS, CONFIG_MAPS].map((type) => informers.identitiesOf(type)) as [Informer, Informer];
  const all: Ports = { ...options, api, failures: new Map() };
  return createController(ports, {
    name: 'namespace',
    concurrency: 2,
    reconcile: (name) => reconcile(all, namespaces.get(undefined, name), clock.now()),
    follow(queue) {
      namespaces.onChange(({ kind, object }) => {
        if (kind === 'delete') all.failures.delete(object.metadata.name);
        queue.add(object.metadata.name);
      });
      // Without them no Pod of the namespace starts: who deletes or changes them gets them back.
      const restore = (wantedName: string, { kind, object: { metadata }, previous }: InformerChange) => {
        if (metadata.name !== wantedName || (kind === 'upsert' && previous === undefined)) return;
        if (namespaces.get(undefined, metadata.namespace ?? '')?.metadata.deletionTimestamp === undefined) queue.add(metadata.namespace ?? '');
      };
      accounts.onChange((change) => restore(DEFAULT_ACCOUNT_NAME, change));
      configMaps.onChange((change) => restore(ROOT_CERTIFICATES_NAME, change));
    },
  });
}

async function reconcile(ports: Ports, namespace: KubeObject | undefined, nowMs: number): Promise<ReconcileResult> {
  if (namespace === undefined) return DONE;
  const facts = namespace.metadata.deletionTimestamp === undefined ? await observeLasting(ports, namespace) : await observeLeaving(ports, namespace);
  let result: ReconcileResult = DONE;
  for (const action of planNamespace(facts, nowMs)) result = (await act(ports, namespace, action)) ?? result;
  return result;
}

async function observeLasting({ api, rootCertificates }: Ports, namespace: KubeObject): Promise<NamespaceFacts> {
  const { name } = namespace.metadata;
  const account = await api.get({ type: SERVICE_ACCOUNTS, namespace: name, name: DEFAULT_ACCOUNT_NAME });
  const certificates = await api.get({ type: CONFIG_MAPS, namespace: name, name: ROOT_CERTIFICATES_NAME });
  const isCurrent = certificates.ok && fieldOf(certificates.value, 'data', 'ca.crt') === rootCertificates;
  return { namespace, hasDefaultServiceAccount: account.ok, rootCertificates: isCurrent ? 'current' : certificates.ok ? 'other' : 'absent', remaining: new Map(), failures: [] };
}

async function observeLeaving({ api, namespacedTypes, failures: ofDeletion }: Ports, namespace: KubeObject): Promise<NamespaceFacts> {
  const { name } = namespace.metadata;
  const remaining = new Map<string, RemainingObjects>();
  const failures = [...(ofDeletion.get(name) ?? [])];
  for (const type of namespacedTypes()) {
    const list = await api.list(type, name, { limit: COUNTED_MAX, metadataOnly: true });
    // What can not be listed may be there.
    if (!list.ok && !isUnknown(list.status)) failures.push(failureText(type, list.status));
    if (!list.ok || list.value.items.length === 0) continue;
    const { items, remainingItemCount = 0 } = list.value;
    remaining.set(resourceName(type), { count: items.length + remainingItemCount, finalizers: items.flatMap(({ metadata }) => metadata.finalizers ?? []) });
  }
  return { namespace, hasDefaultServiceAccount: true, rootCertificates: 'current', remaining, failures };
}

/** The resource went meanwhile, with all its objects. */
function isUnknown({ reason }: Status): boolean {
  return reason === 'NotFound' || reason === 'MethodNotAllowed';
}

function failureText(type: ResourceType, { message }: Status): string {
  return `${resourceName(type)}: ${message}`;
}

async function act(ports: Ports, namespace: KubeObject, action: NamespaceAction): Promise<ReconcileResult | undefined> {
  const { api, rootCertificates } = ports;
  const name = namespace.metadata.name;
  switch (action.kind) {
    case 'create-default-service-account':
      await create(api, SERVICE_ACCOUNTS, name, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: DEFAULT_ACCOUNT_NAME } });
      return undefined;
    case 'create-root-certificates':
      await create(api, CONFIG_MAPS, name, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: ROOT_CERTIFICATES_NAME },
        data: { 'ca.crt': rootCertificates },
      });
      return undefined;
    case 'correct-root-certificates':
      await patch(api, { type: CONFIG_MAPS, namespace: name, name: ROOT_CERTIFICATES_NAME }, { data: { 'ca.crt': rootCertificates } });
      return undefined;
    case 'delete-content':
      ports.failures.set(name, await deleteContent(ports, name, action.resources));
      return undefined;
    case 'tell-what-remains':
      await patch(api, { type: NAMESPACES, name }, { status: { conditions: action.conditions } }, { subresource: 'status' });
      return undefined;
    case 'look-again':
      return { kind: 'after', delayMs: action.delayMs };
    case 'finalize':
      await finalize(api, namespace);
      return undefined;
  }
}

/** What was refused, in sentences. */
async function deleteContent({ api, namespacedTypes }: Ports, name: string, resources: readonly string[]): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const type of namespacedTypes()) {
    if (!resources.includes(resourceName(type))) continue;
    const outcome = await api.deleteCollection(type, name, { propagationPolicy: 'Background' });
    if (!outcome.ok && !isUnknown(outcome.status)) failures.push(failureText(type, outcome.status));
  }
  return failures;
}

async function patch(api: ObjectApi, ref: ObjectRef, change: JsonObject, options: { readonly subresource?: string } = {}): Promise<void> {
  const outcome = await api.patch(ref, 'merge', change, options);
  if (outcome.ok || outcome.status.reason === 'NotFound') return;
  throw new Failure(outcome.status.reason, outcome.status.message);
}

/** AlreadyExists is the wanted state; a namespace that is going away refuses, and that is fine too. */
async function create(api: ObjectApi, type: ResourceType, namespace: string, object: KubeObject): Promise<void> {
  const outcome = await api.create(type, namespace, object);
  if (outcome.ok || ['AlreadyExists', 'NotFound', 'Forbidden'].includes(outcome.status.reason)) return;
  throw new Failure(outcome.status.reason, outcome.status.message);
}

async function finalize(api: ObjectApi, namespace: KubeObject): Promise<void> {
  const ref = { type: NAMESPACES, name: namespace.metadata.name };
  const outcome = await api.update(ref, withoutOwnFinalizer(namespace), { subresource: 'finalize' });
  if (outcome.ok || outcome.status.reason === 'NotFound') return;
  throw new Failure(outcome.status.reason, outcome.status.message);
}
