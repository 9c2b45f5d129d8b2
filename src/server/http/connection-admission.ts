// Users' webhooks are asked before a connection to a Pod is opened (operation CONNECT): exec, attach, port-forward, proxy.
import type { JsonObject } from '../../base/mod.ts';
import type { Refusal } from '../refusals.ts';
import { consultOnConnect } from '../webhooks/consultation.ts';
import { splitProxiedPath } from '../proxy/proxied-name.ts';
import { placeOf, type Call } from './call.ts';
import { PROXY } from './resource-path.ts';

const TRUE_TEXTS: readonly (string | null)[] = ['1', 't', 'T', 'true', 'TRUE', 'True'];

/** How upstream names what the query asks for. */
const OPENING_KINDS: Readonly<Record<string, string>> = { 'pods/exec': 'PodExecOptions', 'pods/attach': 'PodAttachOptions', 'pods/portforward': 'PodPortForwardOptions', 'pods/proxy': 'PodProxyOptions', 'services/proxy': 'ServiceProxyOptions', 'nodes/proxy': 'NodeProxyOptions' };

/** A refusal when a webhook denies the connection that the request asks for. */
export async function refuseConnection(call: Call): Promise<Refusal | undefined> {
  const { context, kind, target, request } = call;
  const { resource, subresource = '' } = target;
  const { namespace, name } = placeOf(call);
  const type = { kind: OPENING_KINDS[`${resource}/${subresource}`] ?? '', apiVersion: 'v1' };
  const opening = subresource === PROXY ? { path: splitProxiedPath(request.path).rest } : openingOf(request.query);
  return consultOnConnect(context, { kind, namespace, name }, subresource, { ...type, ...opening }, { signal: request.signal });
}

function openingOf(query: URLSearchParams): JsonObject {
  const flags = ['stdin', 'stdout', 'stderr', 'tty'].filter((flag) => TRUE_TEXTS.includes(query.get(flag)));
  const container = query.get('container') ?? '';
  const [command, ports] = [query.getAll('command'), query.getAll('ports').flatMap((text) => text.split(',')).map(Number)];
  return {
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
    ...(container === '' ? {} : { container }),
    ...(command.length === 0 ? {} : { command }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}
