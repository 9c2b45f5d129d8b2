// Namespaces: gives each its default ServiceAccount and root certificates; empties and finalizes the deleted ones.
import { Failure, type JsonObject, type KubeObject, type ObjectApi, type ResourceType } from '../../../base/mod.ts';
import { resourceName } from '../../../api/mod.ts';
import type { ReconcileResult } from '../../../control/mod.ts';
import { CONFIG_MAPS, NAMESPACES, SERVICE_ACCOUNTS, type Controller, type ControllerPorts } from '../../controller.ts';
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

export function createNamespaceController(ports: ControllerPorts, options: NamespaceOptions): Controller {
  const namespaces = ports.informers.of(NAMESPACES);
  return createController(ports, {
    name: 'namespace',
    concurrency: 2,
    reconcile: (name) => reconcile(ports, options, namespaces.get(undefined, name)),
    follow(queue) {
      namespaces.onChange(({ object }) => queue.add(object.metadata.name));
    },
  });
}

async function reconcile({ api, clock }: ControllerPorts, options: NamespaceOptions, namespace: KubeObject | undefined): Promise<ReconcileResult> {
  if (namespace === undefined) return DONE;
  const facts = await observe(api, options, namespace);
  let result: ReconcileResult = DONE;
  for (const action of planNamespace(facts, clock.now())) result = (await act(api, options, namespace, action)) ?? result;
  return result;
}

async function observe(api: ObjectApi, options: NamespaceOptions, namespace: KubeObject): Promise<NamespaceFacts> {
  const name = namespace.metadata.name;
  const exists = async (type: ResourceType, objectName: string) =>
    (await api.get({ type, namespace: name, name: objectName })).ok;
  if (namespace.metadata.deletionTimestamp === undefined) {
    return {
      namespace,
      hasDefaultServiceAccount: await exists(SERVICE_ACCOUNTS, 'default'),
      hasRootCertificates: await exists(CONFIG_MAPS, ROOT_CERTIFICATES_NAME),
      remaining: new Map(),
    };
  }
  const remaining = new Map<string, RemainingObjects>();
  for (const type of options.namespacedTypes()) {
    const list = await api.list(type, name, { limit: COUNTED_MAX, metadataOnly: true });
    if (!list.ok || list.value.items.length === 0) continue;
    const { items, remainingItemCount = 0 } = list.value;
    remaining.set(resourceName(type), { count: items.length + remainingItemCount, finalizers: items.flatMap(({ metadata }) => metadata.finalizers ?? []) });
  }
  return { namespace, hasDefaultServiceAccount: true, hasRootCertificates: true, remaining };
}

async function act(
  api: ObjectApi,
  options: NamespaceOptions,
  namespace: KubeObject,
  action: NamespaceAction,
): Promise<ReconcileResult | undefined> {
  const name = namespace.metadata.name;
  switch (action.kind) {
    case 'create-default-service-account':
      await create(api, SERVICE_ACCOUNTS, name, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
      return undefined;
    case 'create-root-certificates':
      await create(api, CONFIG_MAPS, name, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: ROOT_CERTIFICATES_NAME },
        data: { 'ca.crt': options.rootCertificates },
      });
      return undefined;
    case 'delete-content':
      for (const type of options.namespacedTypes()) {
        if (action.resources.includes(resourceName(type))) await api.deleteCollection(type, name, { propagationPolicy: 'Background' });
      }
      return undefined;
    case 'tell-what-remains':
      await patchConditions(api, namespace, action.conditions);
      return undefined;
    case 'look-again':
      return { kind: 'after', delayMs: action.delayMs };
    case 'finalize':
      await finalize(api, namespace);
      return undefined;
  }
}

async function patchConditions(api: ObjectApi, namespace: KubeObject, conditions: readonly JsonObject[]): Promise<void> {
  const outcome = await api.patch({ type: NAMESPACES, name: namespace.metadata.name }, 'merge', { status: { conditions } }, { subresource: 'status' });
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
