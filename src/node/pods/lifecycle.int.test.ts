// Hooks of real containers, and the order in which the containers of a Pod come and go.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from '../../base/mod.ts';
import { NodeWorld, containerStatus, shellContainer, stateOf, terminated, waitingReason } from '../testing/node-world.ts';
import { setImage } from '../testing/set-image.ts';

let world: NodeWorld;
before(async () => {
  world = await new NodeWorld().start();
});
after(() => world.close());

/** Prints what happens to it; goes on until SIGTERM. */
const HOLD = 'trap "echo term; exit 0" TERM; echo up; while true; do sleep 0.05; done';
const exec = (script: string) => ({ exec: { command: ['sh', '-c', script] } });

test('postStart holds back that a container has started; preStop comes before SIGTERM', async () => {
  const lifecycle = { postStart: exec('while ! test -e /tmp/go; do sleep 0.05; done; echo greeted >> /tmp/order'), preStop: exec('sleep 0.3; echo bye >> /tmp/order') };
  const script = 'trap "cat /tmp/order; exit 0" TERM; while true; do sleep 0.05; done';
  const pod = await world.shell('hooked', script, {}, { lifecycle });
  const running = await world.running('hooked');
  assert.deepEqual([containerStatus(running)['started'], containerStatus(running)['ready']], [false, false]);
  await world.run(running, 'touch /tmp/go');
  await world.until('hooked', 'started', (one) => containerStatus(one)['started'] === true);
  await world.delete('hooked', 20);
  await world.gone('hooked');
  assert.equal(await world.log(pod), 'greeted\nbye\n');
});

test('a postStart that fails ends the container, and the restart policy goes on', async () => {
  await world.shell('unwelcome', HOLD, { restartPolicy: 'Never', terminationGracePeriodSeconds: 5 }, { lifecycle: { postStart: exec('exit 4') } });
  const pod = await world.ended('unwelcome');
  assert.equal(terminated(pod)['exitCode'], 0);
  assert.match((await world.event('unwelcome', 'FailedPostStartHook')).message, /exit code 4/);
});

test('a hook by HTTP and one that sleeps; one that fails is an event', async (t) => {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  await world.shell('called', HOLD, {}, { lifecycle: { postStart: { httpGet: { path: '/hello', port, host: '127.0.0.1' } }, preStop: { sleep: { seconds: 1 } } } });
  await world.until('called', 'started', (one) => one.status?.['phase'] === 'Running' && containerStatus(one)['started'] === true);
  assert.deepEqual(paths, ['/hello']);
  await world.delete('called', 20);
  await world.gone('called');
  await world.shell('clumsy', HOLD, {}, { lifecycle: { preStop: exec('exit 9') } });
  await world.running('clumsy');
  await world.delete('clumsy', 20);
  assert.match((await world.event('clumsy', 'FailedPreStopHook')).message, /exit code 9/);
  await world.gone('clumsy');
});

test('a sidecar lets the others wait for its startup probe, and ends after them, the last one first', async () => {
  const emptyDir = { name: 'v', emptyDir: {} };
  const mount = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
  const tell = (name: string) => `trap "echo end-${name} >> /v/order; exit 0" TERM; echo start-${name} >> /v/order; while true; do sleep 0.05; done`;
  const startupProbe = { exec: { command: ['test', '-e', '/v/open'] }, periodSeconds: 1, failureThreshold: 100, timeoutSeconds: 20 };
  await world.create('ordered', {
    volumes: [emptyDir],
    initContainers: [shellContainer('one', tell('one'), { ...mount, restartPolicy: 'Always', startupProbe }), shellContainer('two', tell('two'), { ...mount, restartPolicy: 'Always' })],
    containers: [shellContainer('main', 'echo start-main >> /v/order; while ! test -e /v/stop; do sleep 0.05; done; cat /v/order', mount), shellContainer('peek', 'while ! test -e /v/stop; do sleep 0.05; done', mount)],
  });
  const waiting = await world.until('ordered', 'its first sidecar', (pod) => (pod.status?.['initContainerStatuses'] as { state: object }[] | undefined)?.some(({ state }) => 'running' in state) === true);
  assert.equal(containerStatus(waiting, 'one')['started'], false);
  assert.ok('waiting' in (containerStatus(waiting, 'two')['state'] as object));
  await world.runIn(waiting, 'one', 'touch /v/open');
  const running = await world.running('ordered');
  await world.runIn(running, 'one', 'while ! grep -q start-main /v/order; do sleep 0.05; done; touch /v/stop');
  const pod = await world.ended('ordered');
  assert.equal(pod.status?.['phase'], 'Succeeded');
  assert.equal(await world.log(pod, { container: 'main' }), 'start-one\nstart-two\nstart-main\n');
  const finished = (name: string) => String(terminated(pod, name)['finishedAt']);
  assert.ok(finished('two') <= finished('one'));
});

test('a container whose image changes starts again with the new one, whatever its policy; others go on', async () => {
  const spec = { restartPolicy: 'Never', terminationGracePeriodSeconds: 5, containers: [shellContainer('main', HOLD), shellContainer('other', HOLD)] };
  await world.create('renewed', spec);
  await world.running('renewed');
  for (const container of ['main', 'other']) await world.printed('renewed', 'up', { container });
  await setImage(world, 'renewed', 'main', 'alpine');
  const pod = await world.until('renewed', 'the new image', (one) => containerStatus(one)['restartCount'] === 1 && stateOf(containerStatus(one), 'running') !== undefined);
  assert.deepEqual([containerStatus(pod)['image'], containerStatus(pod, 'other')['restartCount']], ['alpine', 0]);
  assert.equal(await world.log(pod, { container: 'main', previous: true }), 'up\nterm\n');
  assert.equal((await world.event('renewed', 'Killing')).message, 'Container main definition changed, will be restarted');
  await world.delete('renewed', 0);
});

test('with a new image the back-off of the one before is over', async () => {
  await world.shell('fallen', 'exit 3', { restartPolicy: 'Always', terminationGracePeriodSeconds: 0 });
  await world.until('fallen', 'its back-off', (pod) => waitingReason(pod) === 'CrashLoopBackOff');
  const [before, sinceMs] = [Number(containerStatus(await world.get('fallen'))['restartCount']), performance.now()];
  await setImage(world, 'fallen', 'main', 'alpine');
  await world.until('fallen', 'the next attempt', (pod) => Number(containerStatus(pod)['restartCount']) > before);
  assert.ok(performance.now() - sinceMs < 5_000);
  await world.delete('fallen', 0);
});

test('the next server knows which image a container runs with', async () => {
  await world.shell('lasting', HOLD, { terminationGracePeriodSeconds: 0 });
  await world.running('lasting');
  await setImage(world, 'lasting', 'main', 'alpine');
  await world.until('lasting', 'its new image', (pod) => containerStatus(pod)['restartCount'] === 1 && stateOf(containerStatus(pod), 'running') !== undefined);
  await world.restart();
  await setImage(world, 'lasting', 'main', 'debian');
  await world.until('lasting', 'the next image', (pod) => containerStatus(pod)['restartCount'] === 2 && stateOf(containerStatus(pod), 'running') !== undefined);
  await world.delete('lasting', 0);
});

test('of many attempts only the last two leave anything', async () => {
  const { metadata } = await world.shell('often', `echo $HOSTNAME; ${HOLD}`, { terminationGracePeriodSeconds: 0 });
  for (const [index, image] of ['alpine', 'debian', 'ubuntu', 'busybox'].entries()) {
    await world.running('often');
    await setImage(world, 'often', 'main', image);
    await world.until('often', `attempt ${index + 1}`, (pod) => containerStatus(pod)['restartCount'] === index + 1 && stateOf(containerStatus(pod), 'running') !== undefined);
  }
  const left = () => readdirSync(join(world.directory, 'pods', metadata.uid!)).flatMap((name) => /^(?:exit|message|tmp)\.main\.(\d+)/.exec(name)?.[1] ?? []);
  await until('the others to go', async () => [...left(), ...(await world.logs.keysOf(metadata.uid!)).map(({ restart }) => String(restart))].every((restart) => Number(restart) >= 2));
  assert.ok(left().includes('4') && left().includes('3'));
  await world.delete('often', 0);
});
