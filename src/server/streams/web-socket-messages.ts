// A stream that only goes to the client, as messages of a WebSocket: so pages in browsers read logs and watches. After
// apiserver/pkg/util/wsstream and apiserver/pkg/endpoints/handlers/watch.go of Kubernetes.
import type { WebSocket } from 'ws';
import type { Clock } from '../../base/mod.ts';
import type { UpgradeConnection, WebRequest, WebResponse } from '../../web/mod.ts';
import { acceptWebSocket, chooseProtocol, offersProtocol } from './web-socket.ts';

type Chunks = AsyncIterable<string | Uint8Array>;

interface Messages {
  /** Undefined for a client that offers none. */
  readonly protocol: string | undefined;
  /** Texts become text messages, bytes binary ones. */
  readonly messages: Chunks;
  readonly clock: Clock;
  /** The client has left: what still comes is for nobody. */
  readonly onLeft: () => void;
}

const CLOSE_NORMAL = 1000;
const LOG_PROTOCOLS = ['binary.k8s.io', 'base64.binary.k8s.io'] as const;

/** As bytes, or as texts for who can read nothing else; undefined when the client offers only what is not spoken here. */
export function logMessages(request: WebRequest, chunks: AsyncIterable<Uint8Array>): Pick<Messages, 'protocol' | 'messages'> | undefined {
  const protocol = chooseProtocol(request, LOG_PROTOCOLS);
  if (protocol === undefined && offersProtocol(request)) return undefined;
  return { protocol, messages: protocol === 'base64.binary.k8s.io' ? inBase64(chunks) : chunks };
}

/** Each event is one message, whatever the protocol that a browser wants to be told. */
export function watchMessages(request: WebRequest, chunks: Chunks): Pick<Messages, 'protocol' | 'messages'> {
  return { protocol: chooseProtocol(request, LOG_PROTOCOLS), messages: lineByLine(chunks) };
}

export function answerMessages({ protocol, messages, clock, onLeft }: Messages): WebResponse {
  return {
    status: 101,
    takeOver(connection: UpgradeConnection) {
      connection.socket.once('close', onLeft);
      if (connection.socket.destroyed) return onLeft();
      acceptWebSocket(connection, protocol, clock, (webSocket) => void sendAll(webSocket, messages));
    },
  };
}

async function sendAll(webSocket: WebSocket, messages: Chunks): Promise<void> {
  try {
    for await (const message of messages) await send(webSocket, message);
    webSocket.close(CLOSE_NORMAL);
  } catch {
    // The client has left, or the log can't be read on: a connection that ends without a farewell says so.
    webSocket.terminate();
  }
}

/** Written when the socket took it: a slow client slows the stream. */
function send(webSocket: WebSocket, message: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => webSocket.send(message, (error) => (error ? reject(error) : resolve())));
}

async function* inBase64(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const chunk of chunks) yield Buffer.from(chunk).toString('base64');
}

/** Chunks are whole lines. */
async function* lineByLine(chunks: Chunks): AsyncGenerator<string> {
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    yield* text.split('\n').filter((line) => line !== '');
  }
}
