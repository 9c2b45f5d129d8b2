// A server named by a kubeconfig: one request, or one watch, with nothing in between that might be clever.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { parse } from 'yaml';
import type { Json } from '../../src/base/mod.ts';
import { bodyOf, type Answer, type Step } from './conversation.ts';

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

export interface WatchEvent {
  readonly type: string;
  readonly object: Json;
}

export interface ClusterClient {
  send(step: Step): Promise<Answer>;
  /** Everything that comes until the server ends the stream: give the path a timeoutSeconds. */
  watch(path: string): Promise<readonly WatchEvent[]>;
}

export function connect(kubeconfigPath: string): ClusterClient {
  // Both servers write their files in this form.
  const { clusters, users } = parse(readFileSync(kubeconfigPath, 'utf8')) as Kubeconfig;
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const ca = Buffer.from(authority, 'base64').toString();
  const exchange = (step: Step) => call(new URL(step.path, server), step, { ca, headers: { authorization: `Bearer ${users[0].user.token}` } });
  return {
    async send(step) {
      const response = await exchange(step);
      const text = await readText(response);
      const isJson = response.headers['content-type']?.startsWith('application/json') === true;
      const warnings = warningsOf(response);
      return { code: response.statusCode ?? 0, ...(warnings.length > 0 ? { warnings } : {}), ...(isJson ? { body: JSON.parse(text) as Json } : {}) };
    },
    async watch(path) {
      const text = await readText(await exchange({ method: 'GET', path }));
      return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as WatchEvent);
    },
  };
}

function call(url: URL, step: Step, { headers, ca }: { readonly headers: Record<string, string>; readonly ca: string }): Promise<IncomingMessage> {
  const body = bodyOf(step);
  const accept = step.accept ?? 'application/json';
  const sent = { ...headers, accept, 'user-agent': 'referee', ...(body === undefined ? {} : bodyHeaders(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ca, method: step.method, headers: sent, agent: false }, resolve);
    outgoing.on('error', reject);
    outgoing.end(body?.text);
  });
}

/** Node sends the body of a DELETE without its length, unless told. */
function bodyHeaders({ text, contentType }: { readonly text: string; readonly contentType: string }): Record<string, string> {
  return { 'content-type': contentType, 'content-length': String(Buffer.byteLength(text)) };
}

function warningsOf(response: IncomingMessage): readonly string[] {
  return response.rawHeaders.flatMap((value, index, all) => (index % 2 === 1 && all[index - 1]!.toLowerCase() === 'warning' ? [value] : []));
}
