// Images from a registry of the test's own on the loopback interface: policies, credentials, back-off.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import { until, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { must, NodeWorld, terminated, waitingReason } from '../testing/node-world.ts';
import { startPodman } from './testing/podman-world.ts';
import { PASSWORD, startRegistry } from './testing/registry.ts';

const podman = await startPodman();
const registry = typeof podman === 'string' ? podman : await startRegistry(podman);
const skip = typeof registry === 'string' ? registry : false;
const world = await new NodeWorld(typeof podman === 'string' ? {} : { containerEngine: podman.socket }).start();
after(async () => {
  await world.close();
  if (typeof registry !== 'string') registry.close();
  if (typeof podman !== 'string') await podman.close();
});

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
  const silent = createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
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
