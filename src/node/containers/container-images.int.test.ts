// Images from a registry of the test's own on the loopback interface: policies, credentials, back-off.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import { until, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { machineVariables } from '../environments/testing/machine.ts';
import { must, NodeWorld, terminated, waitingReason } from '../testing/node-world.ts';
import { startPodman, type PodmanWorld } from './testing/podman-world.ts';

const PASSWORD = Buffer.from('me:pass:word').toString('base64');

interface Registry {
  /** Anybody may read and write. */
  readonly open: string;
  /** The same images, for those who know the password. */
  readonly locked: string;
  readonly pullCount: () => number;
  close(): void;
}

const podman = await startPodman();
const registry = typeof podman === 'string' ? podman : await startRegistry(podman);
const skip = typeof registry === 'string' ? registry : false;
const world = await new NodeWorld(typeof podman === 'string' ? {} : { containerEngine: podman.socket }).start();
after(async () => {
  await world.close();
  if (typeof registry !== 'string') registry.close();
  if (typeof podman !== 'string') await podman.close();
});

/** docker-registry, and before it a door that asks for the password. */
async function startRegistry({ directory, image, podman: command }: PodmanWorld): Promise<Registry | string> {
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

function run(name: string, image: string, more: JsonObject = {}, spec: JsonObject = {}): Promise<KubeObject> {
  return world.create(name, { containers: [{ name: 'main', image, command: ['sh', '-c', 'echo ran'], ...more }], ...spec });
}

test('an image is pulled once, or always, as the policy says; events tell how long it took', { skip }, async () => {
  assert.ok(typeof registry !== 'string');
  const image = `${registry.open}/team/app:1`;
  await run('pulls', image);
  const pulls = await world.ended('pulls');
  assert.equal(await world.log(pulls), 'ran\n', JSON.stringify(pulls.status));
  assert.equal((await world.event('pulls', 'Pulling')).message, `Pulling image "${image}"`);
  assert.match((await world.event('pulls', 'Pulled')).message, /^Successfully pulled image .* in \d+\.\d{3}s \(.* including waiting\)\. Image size: \d{6,} bytes\.$/);
  const count = registry.pullCount();
  await run('has-it', image, { imagePullPolicy: 'IfNotPresent' });
  await world.ended('has-it');
  assert.equal(registry.pullCount(), count);
  assert.match((await world.event('has-it', 'Pulled')).message, /already present on machine/);
  await run('asks', image, { imagePullPolicy: 'Always' });
  await world.ended('asks');
  assert.ok(registry.pullCount() > count);
  await run('forbids', `${registry.open}/team/other:1`, { imagePullPolicy: 'Never' });
  await world.until('forbids', 'ErrImageNeverPull', (pod) => waitingReason(pod) === 'ErrImageNeverPull');
  await world.delete('forbids', 0);
});

test('a locked registry takes the credentials of imagePullSecrets, and refuses others in its own words', { skip }, async () => {
  assert.ok(typeof registry !== 'string');
  const config = JSON.stringify({ auths: { [registry.locked]: { auth: PASSWORD } } });
  const secret = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/dockerconfigjson', metadata: { name: 'registry' }, stringData: { '.dockerconfigjson': config } };
  must(await world.api.create({ group: '', version: 'v1', resource: 'secrets' }, 'default', secret));
  const image = `${registry.locked}/team/app:1`;
  await run('stranger', image);
  assert.match((await world.event('stranger', 'Failed')).message, /Failed to pull image .*(unauthorized|authentication required)/is);
  await run('friend', image, {}, { imagePullSecrets: [{ name: 'missing' }, { name: 'registry' }] });
  assert.equal(await world.log(await world.ended('friend')), 'ran\n');
  await world.delete('stranger', 0);
});

test('what can not be pulled is tried again with growing delays; a step fails at once and says why', { skip }, async () => {
  assert.ok(typeof registry !== 'string');
  const image = `${registry.open}/team/absent:1`;
  await run('waits', image);
  await world.until('waits', 'ErrImagePull', (pod) => waitingReason(pod) === 'ErrImagePull');
  await world.until('waits', 'ImagePullBackOff', (pod) => waitingReason(pod) === 'ImagePullBackOff');
  assert.match((await world.event('waits', 'BackOff')).message, /Back-off pulling image/);
  await world.delete('waits', 0);
  await world.step('step', 'true', {}, { image });
  const { outcome, reason, message } = await world.stepResult('step');
  assert.deepEqual([outcome, reason], ['Failed', 'ErrImagePull']);
  assert.match(message ?? '', /Failed to pull image .*team\/absent:1/);
  await run('nonsense', 'Not/An image');
  await world.until('nonsense', 'InvalidImageName', (pod) => waitingReason(pod) === 'InvalidImageName');
  await world.delete('nonsense', 0);
});

test('a registry that does not answer holds up nobody else', { skip }, async (t) => {
  const sockets: Socket[] = [];
  const silent = createTcpServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const names = Array.from({ length: 9 }, (_, index) => `stuck-${index}`);
  t.after(async () => {
    for (const name of names) await world.delete(name, 0);
    silent.close();
    for (const socket of sockets) socket.destroy();
  });
  for (const name of names) await run(name, `127.0.0.1:${port}/team/${name}:1`);
  for (const name of names) await world.event(name, 'Pulling');
  await run('swift', 'localhost/slipway-test:1');
  assert.equal(await world.log(await world.ended('swift')), 'ran\n');
});

test('a runtime class and a recipe choose between a process and a container', { skip }, async () => {
  assert.ok(typeof registry !== 'string');
  const script = { command: ['sh', '-c', 'echo ${FROM_IMAGE-process}'] };
  await writeFile(world.recipesFile, stringify({ recipes: [{ image: '*/team/app:1', interpreter: 'shell' }, { image: 'localhost/*', interpreter: 'container' }] }));
  const covered = `${registry.open}/team/app:1`;
  // What an image resolves to is known for two seconds, also from the test before.
  const untilRead = (what: string, image: string, spec: JsonObject, isRead: (name: string) => Promise<boolean>) =>
    until(`the recipe of ${what} to be read`, async () => {
      const name = `${what}-${Math.trunc(performance.now())}`;
      await run(name, image, script, spec);
      return isRead(name);
    }, { timeoutMs: 30_000 });
  await untilRead('covered', covered, {}, async (name) => (await world.log(await world.ended(name))) === 'process\n');
  await untilRead('torn', 'localhost/slipway-test:1', { runtimeClassName: 'process' }, async (name) => {
    const torn = await world.ended(name);
    return terminated(torn)['reason'] === 'ImageNotRunnable' && /take one of them away/.test(String(torn.status?.['message']));
  });
  await run('classed', covered, script, { runtimeClassName: 'container' });
  await run('recipe', 'localhost/slipway-test:1', script);
  assert.equal(await world.log(await world.ended('classed')), 'yes\n');
  assert.equal(await world.log(await world.ended('recipe')), 'yes\n');
});

test('a full disk is rid of images that were pulled and that no container uses, and of none that were there before', { skip }, async () => {
  assert.ok(typeof registry !== 'string' && typeof podman !== 'string');
  const image = `${registry.open}/team/app:1`;
  await podman.podman('rmi', image).catch(() => undefined);
  // The recipe of the test before would make it a process.
  const asContainer = { runtimeClassName: 'container' };
  await run('user', image, { command: ['sleep', '600'] }, asContainer);
  await world.running('user');
  const names = () => podman.podman('images', '--format', '{{.Repository}}:{{.Tag}}');
  await world.programs.programs.reclaimDisk();
  assert.match(await names(), /team\/app:1/, 'a container uses it');
  await world.delete('user', 0);
  await world.gone('user');
  await until('the image to be gone', async () => {
    await world.programs.programs.reclaimDisk();
    return !(await names()).includes('team/app:1');
  }, { timeoutMs: 60_000 });
  assert.match(await names(), /localhost\/slipway-test:1/);
  await run('again', image, {}, asContainer);
  const again = await world.ended('again');
  assert.equal(again.status?.['phase'], 'Succeeded', JSON.stringify(again.status));
});
