// Calls of webhooks: where they are, by URL or by Service, and what their answers are before anybody has read them.
import type { Duplex } from 'node:stream';
import { describeError, Failure, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { depthComplaint, fieldOf, itemsAt, labelsOf, LOOPBACK, matchesLabels, textAt } from '../../api/mod.ts';
import type { OutboundCall, OutboundClient, OutboundPurpose } from '../../web/mod.ts';

/** Reads of the state in which Services and Pods are found. */
export interface ServiceFacts {
  get(key: string): { readonly object: KubeObject } | undefined;
  list(prefix: string): readonly { readonly object: KubeObject }[];
  /** A connection to a port of a Pod; undefined where nobody runs Pods. Throws Failure. */
  connectToPod(pod: KubeObject, port: number): Promise<Duplex | undefined>;
}

const SERVICE_PORT = 443;
const ANSWER_EXCERPT_CHARS = 200;

export interface WebhookCall {
  readonly purpose: OutboundPurpose;
  readonly client: JsonObject;
  readonly timeoutSeconds: number;
  readonly review: JsonObject;
}

/** The JSON that the webhook answered. Throws Failure with a sentence in the words of upstream's client. */
export async function callWebhook(
  outbound: OutboundClient,
  facts: ServiceFacts,
  { purpose, client, timeoutSeconds, review }: WebhookCall,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Json> {
  const place = placeOf(facts, client);
  place.url.searchParams.set('timeout', `${timeoutSeconds}s`);
  const bundle = textAt(client, '', 'caBundle');
  const call = { ...place, body: JSON.stringify(review), timeoutMs: timeoutSeconds * 1000, ...(bundle === '' ? {} : { caBundle: Buffer.from(bundle, 'base64').toString() }) };
  const answer = await outbound.post(purpose, call, options.signal === undefined ? {} : { signal: options.signal }).catch((error: unknown) => {
    options.signal?.throwIfAborted();
    const timeout = error instanceof Failure && error.reason === 'OutboundTimeout' ? 'context deadline exceeded: ' : '';
    throw new Failure('WebhookFailed', `failed to call webhook: Post "${String(place.url)}": ${timeout}${describeError(error)}`);
  });
  const text = answer.body.toString();
  if (answer.status < 200 || answer.status >= 300) throw new Failure('WebhookFailed', `failed to call webhook: ${refusedBy(answer.status, text)}`);
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch {
    throw new Failure('WebhookFailed', `received invalid webhook response: not JSON: ${JSON.stringify(text.slice(0, ANSWER_EXCERPT_CHARS))}`);
  }
  const tooDeep = depthComplaint(document);
  if (tooDeep !== undefined) throw new Failure('WebhookFailed', `received invalid webhook response: ${tooDeep}`);
  return document;
}

function refusedBy(status: number, text: string): string {
  if (status >= 300 && status < 400) return `the server answered with a redirect (${status}), and webhooks are not followed`;
  if (status === 404) return 'the server could not find the requested resource';
  if (status >= 500) return `an error on the server (${JSON.stringify(text.slice(0, ANSWER_EXCERPT_CHARS))}) has prevented the request from succeeding`;
  return `the server rejected our request with status ${status}: ${JSON.stringify(text.slice(0, ANSWER_EXCERPT_CHARS))}`;
}

function placeOf(facts: ServiceFacts, client: JsonObject): Pick<OutboundCall, 'url' | 'address'> {
  const service = client['service'];
  if (service === undefined) {
    const url = URL.parse(textAt(client, '', 'url'));
    if (url === null) throw new Failure('WebhookFailed', `failed to call webhook: ${JSON.stringify(textAt(client, '', 'url'))} is no URL`);
    return { url };
  }
  const [name, namespace] = [textAt(service, '', 'name'), textAt(service, '', 'namespace')];
  const given = fieldOf(service, 'port');
  const port = typeof given === 'number' ? given : SERVICE_PORT;
  const path = textAt(service, '', 'path').replace(/^\/?/, '/');
  const target = podPortOf(facts, { name, namespace, port });
  const address = { host: textAt(target.pod, LOOPBACK, 'status', 'podIP'), port: target.port, connect: () => facts.connectToPod(target.pod, target.port) };
  return { url: new URL(`https://${name}.${namespace}.svc:${port}${path}`), address };
}

/** A running Pod behind the Service, and its port. */
function podPortOf(facts: ServiceFacts, { name, namespace, port }: { readonly name: string; readonly namespace: string; readonly port: number }): { readonly pod: KubeObject; readonly port: number } {
  const service = facts.get(`services/${namespace}/${name}`)?.object;
  if (service === undefined) throw new Failure('WebhookFailed', `failed to call webhook: service "${name}" not found`);
  const served = itemsAt(service, 'spec', 'ports').find((each) => fieldOf(each, 'port') === port);
  if (served === undefined) throw new Failure('WebhookFailed', `failed to call webhook: no service port ${port} found for service "${name}"`);
  const target = fieldOf(served, 'targetPort') ?? port;
  const selector = fieldOf(service, 'spec', 'selector');
  if (selector === undefined) throw new Failure('WebhookFailed', `failed to call webhook: service "${name}" has no selector, and only Services that select Pods are called here; give the webhook a url instead`);
  const pods = facts.list(`pods/${namespace}/`).map(({ object }) => object);
  const pod = pods.find((each) => textAt(each, '', 'status', 'phase') === 'Running' && each.metadata.deletionTimestamp === undefined && matchesLabels({ matchLabels: selector }, labelsOf(each.metadata.labels)));
  if (pod === undefined) throw new Failure('WebhookFailed', `failed to call webhook: no endpoints available for service "${name}": none of the Pods that it selects is running`);
  if (typeof target === 'number') return { pod, port: target };
  const ports = itemsAt(pod, 'spec', 'containers').flatMap((container) => itemsAt(container, 'ports'));
  const named = fieldOf(ports.find((each) => fieldOf(each, 'name') === target), 'containerPort');
  if (typeof named !== 'number') throw new Failure('WebhookFailed', `failed to call webhook: no container of Pod "${pod.metadata.name}" has a port named ${JSON.stringify(target)}`);
  return { pod, port: named };
}
