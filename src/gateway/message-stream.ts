// The body of an answer that goes on for long, as messages of a WebSocket. Origin, route and authorization were those of any other request.
import type { IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import type { UpgradeConnection } from '../web/mod.ts';

/** Nothing is expected from the client. */
const MESSAGE_BYTES_MAX = 1024;
/** RFC 6455, section 7.4.1. */
const CLOSE_CODE = { normal: 1000, internalError: 1011 } as const;

export function isForMessages({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Resolves when all is sent or the client went away. Texts are text messages, bytes are binary ones; where a chunk ends means nothing. */
export function sendAsMessages({ message, socket, head }: UpgradeConnection, body: AsyncIterable<string | Uint8Array>): Promise<void> {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: MESSAGE_BYTES_MAX });
  return new Promise((resolve, reject) => {
    socket.once('close', resolve); // also when the library refuses the handshake
    server.handleUpgrade(message, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      pour(body, webSocket).then(resolve, reject);
    });
  });
}

async function pour(body: AsyncIterable<string | Uint8Array>, webSocket: WebSocket): Promise<void> {
  try {
    for await (const chunk of body) {
      if (webSocket.readyState !== webSocket.OPEN) return;
      // One at a time: a slow client holds up the body, not the memory of this process.
      await new Promise<void>((resolve) => webSocket.send(chunk, () => resolve()));
    }
    webSocket.close(CLOSE_CODE.normal);
  } catch (error) {
    if (webSocket.readyState !== webSocket.OPEN) return;
    webSocket.close(CLOSE_CODE.internalError);
    throw error;
  }
}
