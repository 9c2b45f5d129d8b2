// A client of a Kubernetes API over HTTPS with a token, as kubectl is, with what its kubeconfig says.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';

export interface Server {
  readonly url: URL;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly kubeconfig: string;
}

export function connect(kubeconfig: string, socketCountMax: number): Server {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as {
    clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
    users: [{ user: { token: string } }];
  };
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const agent = new Agent({ ca: Buffer.from(authority, 'base64'), keepAlive: true, maxSockets: socketCountMax });
  return { url: new URL(server), agent, headers: { authorization: `Bearer ${users[0].user.token}` }, kubeconfig };
}

export interface SentBody {
  readonly text: string;
  readonly type?: string;
}

/** The status of the answer, when all of it has come. */
export function send(server: Server, method: string, path: string, body?: SentBody, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const sized = body === undefined ? {} : { 'content-type': body.type ?? 'application/json', 'content-length': String(Buffer.byteLength(body.text)) };
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, server.url), { method, agent: server.agent, headers: { ...server.headers, ...sized, ...headers } }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode!)).once('error', reject);
    });
    outgoing.once('error', reject).end(body?.text);
  });
}
