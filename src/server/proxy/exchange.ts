// One HTTP request over a connection to a Pod, and its answer, streamed both ways; or the connection itself when both sides agree on
// another protocol.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { assert } from '../../base/mod.ts';
import type { UpgradeConnection } from '../../web/mod.ts';
import { join } from '../streams/port-forward.ts';
import type { ProxiedHeaders } from './proxied-headers.ts';

export interface Exchange {
  /** To the Pod; the exchange owns it. */
  readonly socket: Duplex;
  readonly isTls: boolean;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: ProxiedHeaders;
  /** Undefined: there is none. */
  readonly body?: Readable;
  /** The protocol that the client wants to change to. */
  readonly upgrade?: string;
}

export interface Upgraded {
  readonly kind: 'upgraded';
  readonly response: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

export type ExchangeAnswer = { readonly kind: 'answered'; readonly response: IncomingMessage } | Upgraded;

/** Rejects when the Pod does not answer in HTTP, or with the signal's reason; then the connection is closed. The answer's end ends it, too. */
export function exchange({ socket, isTls, method, path, headers, body, upgrade }: Exchange, { signal }: { readonly signal: AbortSignal }): Promise<ExchangeAnswer> {
  // Certificates of Pods are their own, as for upstream's proxy.
  const connection = isTls ? connectTls({ socket, rejectUnauthorized: false }) : socket;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => connection,
      method,
      path,
      // Not `close`: a Pod that answers before it has read everything would close at once, and its answer be lost.
      headers: { ...headers, ...(upgrade === undefined ? {} : { connection: 'Upgrade', upgrade }) },
      setDefaultHeaders: false,
      signal,
    });
    let isAnswered = false;
    const settle = (answer: ExchangeAnswer) => {
      isAnswered = true;
      resolve(answer);
    };
    // Who answers need not have read the whole request: what becomes of the rest of it says nothing any more.
    const fail = (error: unknown) => {
      if (isAnswered) return;
      socket.destroy();
      reject((signal.aborted ? signal.reason : error) as Error);
    };
    request.on('error', fail);
    request.once('response', (response) => settle({ kind: 'answered', response }));
    request.once('upgrade', (response, upgraded, head) => settle({ kind: 'upgraded', response, socket: upgraded, head }));
    if (body === undefined) request.end();
    else body.once('error', (error) => request.destroy(error)).pipe(request);
  });
}

/** Tells the client what the Pod agreed to, and joins both. */
export function joinUpgraded({ socket: client, head: sent }: UpgradeConnection, { response, socket: pod, head }: Upgraded): void {
  assert(response.statusCode === 101, 'only status 101 is an upgrade');
  // A client that left meanwhile is joined with nobody.
  if (client.destroyed) {
    pod.destroy();
    return;
  }
  const lines = Array.from({ length: response.rawHeaders.length / 2 }, (_, index) => `${response.rawHeaders[index * 2]}: ${response.rawHeaders[index * 2 + 1]}`);
  client.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
  if (sent.length > 0) client.unshift(sent);
  if (head.length > 0) pod.unshift(head);
  join(client, pod);
}
