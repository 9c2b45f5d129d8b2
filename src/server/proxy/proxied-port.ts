// Which port of which Pod a proxied request goes to. After ResourceLocation of pkg/registry/core/{service,pod} of Kubernetes: only
// Pods are called, those of a Service by its Endpoints.
import { failureStatus, objectsOf, success, type JsonObject, type KubeObject, type Outcome, type Rng } from '../../base/mod.ts';
import { fieldOf, textAt } from '../../api/mod.ts';
import { badRequest, notFound, refuse, type Refusal } from '../refusals.ts';
import { isPort } from '../streams/port-forward.ts';
import type { ProxiedName } from './proxied-name.ts';

/** Reads of the state. */
export interface StoredObjects {
  get(key: string): { readonly object: KubeObject } | undefined;
}

export interface ProxiedPort {
  readonly pod: KubeObject;
  readonly port: number;
}

const SERVICES = { group: '', version: 'v1', resource: 'services' };
const PODS = { group: '', version: 'v1', resource: 'pods' };
const PORT_OF_SCHEME = { http: 80, https: 443 } as const;

/** The named port, or else the first that the Pod declares. */
export function podPort(state: StoredObjects, namespace: string, { scheme, name, port }: ProxiedName): Outcome<ProxiedPort> {
  const pod = state.get(`pods/${namespace}/${name}`)?.object;
  if (pod === undefined) return notFound(PODS, name);
  const declared = objectsOf(fieldOf(pod.spec, 'containers')).flatMap((container) => objectsOf(container['ports'])).map(({ containerPort }) => Number(containerPort));
  const number = port === '' ? (declared[0] ?? PORT_OF_SCHEME[scheme]) : Number(port);
  return isPort(number) ? success({ pod, port: number }) : badRequest(`invalid pod request: ${JSON.stringify(port)} is no port`);
}

/** A Pod behind the Service, any of those that are ready. A number means the port of the Service, not that of the Pod. */
export function servicePort(state: StoredObjects, rng: Rng, namespace: string, { name, port }: ProxiedName): Outcome<ProxiedPort> {
  const service = state.get(`services/${namespace}/${name}`)?.object;
  if (service === undefined) return notFound(SERVICES, name);
  const portName = nameOfPort(service, port);
  if (portName === undefined) return unavailable(`no service port ${port} found for service "${name}"`);
  const endpoints = state.get(`endpoints/${namespace}/${name}`)?.object;
  const targets = objectsOf(endpoints?.['subsets']).flatMap((subset) => {
    const number = objectsOf(subset['ports']).find((each) => textAt(each, '', 'name') === portName)?.['port'];
    const pods = objectsOf(subset['addresses']).map((address) => podBehind(state, namespace, address));
    return pods.flatMap((pod) => (pod === undefined || typeof number !== 'number' ? [] : [{ pod, port: number }]));
  });
  const chosen = targets[Math.floor(rng.random() * targets.length)];
  return chosen === undefined ? unavailable(`no endpoints available for service "${name}"`) : success(chosen);
}

/** Endpoints know ports by their names, of which a single one has none. */
function nameOfPort(service: KubeObject, port: string): string | undefined {
  if (!/^\d+$/.test(port)) return port;
  const served = objectsOf(fieldOf(service.spec, 'ports')).find((each) => each['port'] === Number(port));
  return served === undefined ? undefined : textAt(served, '', 'name');
}

/** Others write Endpoints, too: an address that is no Pod's of this namespace is not called. */
function podBehind(state: StoredObjects, namespace: string, address: JsonObject): KubeObject | undefined {
  const reference = fieldOf(address, 'targetRef');
  if (textAt(reference, '', 'kind') !== 'Pod') return undefined;
  const pod = state.get(`pods/${namespace}/${textAt(reference, '', 'name')}`)?.object;
  const uid = textAt(reference, '', 'uid');
  return pod === undefined || (uid !== '' && uid !== pod.metadata.uid) ? undefined : pod;
}

function unavailable(message: string): Refusal {
  return refuse(failureStatus('ServiceUnavailable', message));
}
