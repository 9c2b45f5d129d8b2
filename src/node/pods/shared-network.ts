// What does not work for a Pod that should have an address of its own and can't get one.
import { createServer } from 'node:net';
import type { PodAddress } from '../network/pod-address.ts';
import type { ContainerSpec } from './pod-spec.ts';

/** A sentence for people, with the container's ports that another program has already. */
export async function sharedNetworkWarning({ ports }: ContainerSpec, { ip, reason }: Extract<PodAddress, { kind: 'loopback' }>): Promise<string> {
  const shared = `Pods share the machine's network, because ${reason}: this one should listen on ${ip}, not on all addresses, and names of Services do not resolve; \`slipway doctor\` says what helps`;
  const taken: number[] = [];
  for (const port of ports) if (await isTaken(ip, port)) taken.push(port);
  return taken.length === 0 ? shared : `${shared}. Another program has port ${taken.join(', ')} already`;
}

function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'EADDRINUSE'));
    server.listen({ host, port }, () => server.close(() => resolve(false)));
  });
}
