// Users' webhooks are asked before a connection to a Pod is opened (operation CONNECT): exec, attach, port-forward.
import type { JsonObject } from '../../base/mod.ts';
import type { Refusal } from '../refusals.ts';
import { consultOnConnect } from '../webhooks/consultation.ts';
import { placeOf, type Call } from './call.ts';

const TRUE_TEXTS: readonly (string | null)[] = ['1', 't', 'T', 'true', 'TRUE', 'True'];

/** How upstream names what the query asks for. */
const OPENING_KINDS: Readonly<Record<string, string>> = { exec: 'PodExecOptions', attach: 'PodAttachOptions', portforward: 'PodPortForwardOptions' };

/** A refusal when a webhook denies the connection that the request asks for. */
export async function refuseConnection(call: Call): Promise<Refusal | undefined> {
  const { context, kind, target, request } = call;
  const { subresource = '' } = target;
  const { namespace, name } = placeOf(call);
  return consultOnConnect(context, { kind, namespace, name }, subresource, openingOf(subresource, request.query), { signal: request.signal });
}

function openingOf(subresource: string, query: URLSearchParams): JsonObject {
  const flags = ['stdin', 'stdout', 'stderr', 'tty'].filter((flag) => TRUE_TEXTS.includes(query.get(flag)));
  const container = query.get('container') ?? '';
  const [command, ports] = [query.getAll('command'), query.getAll('ports').flatMap((text) => text.split(',')).map(Number)];
  return {
    kind: OPENING_KINDS[subresource] ?? '',
    apiVersion: 'v1',
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
    ...(container === '' ? {} : { container }),
    ...(command.length === 0 ? {} : { command }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}
