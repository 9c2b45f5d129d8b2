// What is made without being asked for. In single-user mode: namespaces and accounts that tutorials name, when they are first
// used; neither gives a right. Always: what every namespace has.
import { success, type KubeObject, type Outcome, type ResourceType } from '../../base/mod.ts';
import { CONFIG_MAPS, NAMESPACES, SERVICE_ACCOUNTS, textAt, type KindDefinition } from '../../api/mod.ts';
import type { StoreWriter } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { namespaceKey } from '../keys.ts';
import { prepareNew } from './prepare-new.ts';

const ROOT_CERTIFICATES_NAME = 'kube-root-ca.crt';

/** Makes the namespace when it is absent; refused when its name can't be one. */
export function ensureNamespace(context: ServerContext, writer: StoreWriter, namespace: string): Outcome<void> {
  const kind = context.kinds.find(NAMESPACES);
  if (kind === undefined || writer.get(namespaceKey(namespace)) !== undefined) return success(undefined);
  const prepared = prepareNew(context, kind, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, {});
  if (!prepared.ok) return prepared;
  writer.put(namespaceKey(namespace), prepared.value);
  furnishNamespace(context, writer, namespace);
  return success(undefined);
}

/** The default account and the certificates by which Pods know this server: the first Pod need not wait for them. */
export function furnishNamespace(context: ServerContext, writer: StoreWriter, namespace: string): void {
  if (context.rootCertificates === undefined) return;
  const data = { 'ca.crt': context.rootCertificates };
  const content: readonly (readonly [ResourceType, KubeObject])[] = [
    [SERVICE_ACCOUNTS, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }],
    [CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: ROOT_CERTIFICATES_NAME }, data }],
  ];
  for (const [type, object] of content) ensureObject(context, writer, type, namespace, object);
}

/** Makes the account that a Pod runs as, when it is absent. */
export function ensureAccount(context: ServerContext, writer: StoreWriter, kind: KindDefinition, pod: KubeObject): void {
  if (!context.isAutoNamespace || kind.resource !== 'pods' || kind.group !== '') return;
  const name = textAt(pod, 'default', 'spec', 'serviceAccountName');
  ensureObject(context, writer, SERVICE_ACCOUNTS, pod.metadata.namespace ?? '', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
}

function ensureObject(context: ServerContext, writer: StoreWriter, type: ResourceType, namespace: string, object: KubeObject): void {
  const kind = context.kinds.find(type);
  const key = `${type.resource}/${namespace}/${object.metadata.name}`;
  if (kind === undefined || writer.get(key) !== undefined) return;
  const prepared = prepareNew(context, kind, namespace, object, {});
  if (prepared.ok) writer.put(key, prepared.value);
}
