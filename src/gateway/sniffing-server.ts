// One port for plain HTTP and TLS: the HTTP server itself listens, and its connection event is wrapped, so that its
// timeouts and its closing keep working for both. The first byte decides; a silent socket is dropped at the deadline.
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock } from '../base/mod.ts';

export interface SniffingServerOptions {
  readonly listener: RequestListener;
  readonly onUpgrade: (message: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** PEM texts. */
  readonly key: string;
  readonly certificate: string;
  /** Signs the certificates of clients; one that another authority signed counts as none. */
  readonly clientAuthority: string;
  readonly clock: Clock;
}

/** First byte of a TLS record of type handshake (RFC 8446 §5.1). */
const TLS_HANDSHAKE_BYTE = 0x16;
/** A socket that says nothing for this long is closed. */
const SNIFF_DEADLINE_MS = 10_000;
/** Slow headers are cut after this. */
const HEADERS_TIMEOUT_MS = 15_000;
/** A whole request including its body: uploads of 32 MiB over a slow line fit. */
const REQUEST_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const HEADER_BYTES_MAX = 32 * 1024;
/** Other wishes (h2c, which Java's client has on every request) are ignored, as RFC 9110 allows. */
const UPGRADE_PROTOCOLS = /^(websocket|spdy\/3\.1)$/i;
/** How often sockets are looked at for the two timeouts above. */
const TIMEOUT_CHECK_MS = 5_000;
/** Sockets at once; more are refused by the kernel's queue. */
const CONNECTION_COUNT_MAX = 10_000;

export function createSniffingServer(options: SniffingServerOptions): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
      noDelay: true,
      shouldUpgradeCallback: ({ headers }) => UPGRADE_PROTOCOLS.test(headers.upgrade ?? ''),
    },
    options.listener,
  );
  server.on('upgrade', options.onUpgrade);
  server.maxConnections = CONNECTION_COUNT_MAX;
  server.on('clientError', refuseBrokenRequest);
  const acceptHttp = server.listeners('connection') as ((socket: Socket) => void)[];
  const accept = (socket: Socket) => {
    for (const listener of acceptHttp) listener.call(server, socket);
  };
  const tlsServer = createTlsServer(
    {
      key: options.key,
      cert: options.certificate,
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: HEADERS_TIMEOUT_MS,
      ca: options.clientAuthority,
      requestCert: true,
      // Most clients have none: who they are is asked later.
      rejectUnauthorized: false,
    },
    accept,
  );
  tlsServer.on('tlsClientError', (_error, socket) => socket.destroy());
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => sniff(socket, options.clock, tlsServer, accept));
  return server;
}

const BROKEN_REQUESTS: Readonly<Record<string, readonly [status: string, sentence: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', `the path and headers of the request are larger than ${HEADER_BYTES_MAX} bytes`],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not arrive in time'],
};

/** What is no HTTP gets one answer that people can read, and the connection ends. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  const [status, message] = BROKEN_REQUESTS[error.code ?? ''] ?? ['400 Bad Request', 'this is no HTTP request that can be understood'];
  const body = JSON.stringify({ code: Number.parseInt(status, 10), message });
  if (!socket.writable) return void socket.destroy();
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function sniff(socket: Socket, clock: Clock, tlsServer: ReturnType<typeof createTlsServer>, accept: (socket: Socket) => void): void {
  const cancelDeadline = clock.schedule(SNIFF_DEADLINE_MS, () => socket.destroy());
  const onError = () => socket.destroy();
  socket.once('error', onError);
  socket.once('close', cancelDeadline);
  socket.once('readable', () => {
    const head = socket.read() as Buffer | null;
    cancelDeadline();
    if (head === null) return void socket.destroy();
    socket.removeListener('error', onError);
    socket.removeListener('close', cancelDeadline);
    socket.unshift(head);
    if (head[0] === TLS_HANDSHAKE_BYTE) tlsServer.emit('connection', socket);
    else accept(socket);
  });
}
