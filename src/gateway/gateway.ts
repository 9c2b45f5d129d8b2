// The one port: starts and stops the listening server over the route table.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Failure, type Clock, type Log } from '../base/mod.ts';
import { createRouteTable, type Identity, type Route } from '../web/mod.ts';
import type { Certificates } from './certificates.ts';
import { createRequestListener, createUpgradeListener } from './request-listener.ts';
import { createSniffingServer } from './sniffing-server.ts';

export interface GatewayOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly routes: readonly Route[];
  readonly certificates: Certificates;
  readonly allowedHosts: readonly string[];
  /** Names below it serve what users wrote, and nothing else. */
  readonly contentDomain: string;
  readonly authenticate: (request: IncomingMessage, isTls: boolean) => Identity | undefined;
  /** Whether somebody known may call routes that ask for a user and nothing more. */
  readonly isUser: (identity: Identity) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Gateway {
  /** Resolves when the port is open. Fails with reason `PortTaken` or `PortForbidden`. */
  start(): Promise<{ readonly port: number }>;
  /** Stops accepting, ends streams, resolves when all sockets are closed. Idempotent. */
  stop(): Promise<void>;
}

export function createGateway(options: GatewayOptions): Gateway {
  const listenerOptions = { ...options, routes: tablesByHost(options.routes) };
  const upgraded = new Set<Duplex>();
  const upgrade = createUpgradeListener(listenerOptions);
  const server = createSniffingServer({
    listener: createRequestListener(listenerOptions),
    onUpgrade(message, socket, head) {
      upgraded.add(socket);
      socket.once('close', () => upgraded.delete(socket));
      upgrade(message, socket, head);
    },
    key: options.certificates.key,
    certificate: options.certificates.certificate,
    clientAuthority: options.certificates.clientAuthority.certificate,
    clock: options.clock,
  });
  return {
    start: () => listen(server, options.host, options.port),
    stop: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve();
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      }),
  };
}

function tablesByHost(routes: readonly Route[]) {
  const { content = [], own = [] } = Object.groupBy(routes, ({ origin }) => (origin === 'content' ? 'content' : 'own'));
  return { content: createRouteTable(content), own: createRouteTable(own) };
}

function listen(server: Server, host: string, port: number): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenFailure(error, host, port)));
    server.listen(port, host, () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address !== null ? address.port : port });
    });
  });
}

function listenFailure(error: Error, host: string, port: number): Failure {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new Failure('PortTaken', `port ${port} on ${host} is taken by another program; choose another with --port`, { cause: error });
  }
  if (code === 'EACCES') {
    return new Failure('PortForbidden', `port ${port} needs more rights; choose one above 1023 with --port`, { cause: error });
  }
  return new Failure('ListenFailed', `can not listen on ${host}:${port}; name an address of this machine with --host`, { cause: error });
}
