// A registry for tests on the loopback interface, with an image in it: docker-registry, and before it a door that asks for a password.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { until } from '../../../base/mod.ts';
import { machineVariables } from '../../environments/testing/machine.ts';
import type { PodmanWorld } from './podman-world.ts';

/** Of the locked door, as clients send it. */
export const PASSWORD = Buffer.from('me:pass:word').toString('base64');

export interface Registry {
  /** Anybody may read and write. */
  readonly open: string;
  /** The same images, for those who know the password. */
  readonly locked: string;
  readonly pullCount: () => number;
  close(): void;
}

/** Its image is `team/app:1`, the podman world's own. */
export async function startRegistry({ directory, image, podman: command }: PodmanWorld): Promise<Registry | string> {
  const port = await freePort();
  const config = join(directory, 'registry.yml');
  await writeFile(config, stringify({ version: 0.1, log: { level: 'error' }, storage: { filesystem: { rootdirectory: join(directory, 'registry') }, delete: { enabled: true } }, http: { addr: `127.0.0.1:${port}` } }));
  const child = spawn('docker-registry', ['serve', config], { env: machineVariables(), stdio: 'ignore' });
  const isThere = await Promise.race([once(child, 'spawn').then(() => true), once(child, 'error').then(() => false)]);
  if (!isThere) return 'this machine has no docker-registry';
  await until('the registry', () => fetch(`http://127.0.0.1:${port}/v2/`).then(({ ok }) => ok, () => false), { timeoutMs: 30_000, intervalMs: 20 });
  let manifestCount = 0;
  const front = (isLocked: boolean) =>
    createServer((incoming, outgoing) => {
      if (isLocked && incoming.headers.authorization !== `Basic ${PASSWORD}`) return void outgoing.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
      if (incoming.method === 'GET' && incoming.url?.includes('/manifests/') === true) manifestCount++;
      const onwards = request({ port, host: '127.0.0.1', method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onwards);
    });
  const fronts = [front(false), front(true)];
  const [open = '', locked = ''] = await Promise.all(fronts.map(listen));
  await command('tag', image, `${open}/team/app:1`);
  await command('push', '--tls-verify=false', `${open}/team/app:1`);
  await command('rmi', `${open}/team/app:1`);
  return {
    open,
    locked,
    pullCount: () => manifestCount,
    close() {
      child.kill();
      for (const server of fronts) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
