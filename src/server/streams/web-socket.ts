// The WebSocket side of an upgrade: agrees on a subprotocol, and notices clients that went away without a word.
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '../../base/mod.ts';
import type { UpgradeConnection, WebRequest } from '../../web/mod.ts';

/** Clients send stdin in pieces of 32 KiB; Python's sends what it is given in one. */
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
/** A ping to a client that is gone makes the connection fail, even while nothing is read from it. */
const PING_INTERVAL_MS = 20_000;
const PROTOCOL_HEADER = 'sec-websocket-protocol';

export function isWebSocket({ isUpgrade, headers }: WebRequest): boolean {
  return isUpgrade && headers.upgrade?.toLowerCase() === 'websocket';
}

export function offersProtocol({ headers }: WebRequest): boolean {
  return headers[PROTOCOL_HEADER] !== undefined;
}

/** The first of ours that the client offers. */
export function chooseProtocol({ headers }: WebRequest, supported: readonly string[]): string | undefined {
  const offered = (headers[PROTOCOL_HEADER] ?? '').split(',').map((name) => name.trim());
  return supported.find((name) => offered.includes(name));
}

/** The subprotocol, if any, goes around the library, which rejects names with a slash in them (`SPDY/3.1+portforward.k8s.io`). */
export function acceptWebSocket({ message, socket, head }: UpgradeConnection, protocol: string | undefined, clock: Clock, onOpen: (webSocket: WebSocket) => void): void {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: MESSAGE_BYTES_MAX });
  if (protocol !== undefined) server.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${protocol}`));
  delete message.headers[PROTOCOL_HEADER];
  server.handleUpgrade(message, socket, head, (webSocket) => {
    webSocket.on('error', () => webSocket.terminate());
    keepAsking(webSocket, clock);
    onOpen(webSocket);
  });
}

function keepAsking(webSocket: WebSocket, clock: Clock): void {
  let cancel = () => {};
  const ask = () => {
    webSocket.ping();
    cancel = clock.schedule(PING_INTERVAL_MS, ask);
  };
  cancel = clock.schedule(PING_INTERVAL_MS, ask);
  webSocket.once('close', () => cancel());
}
