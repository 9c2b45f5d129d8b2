// Containers when the server, or the engine's API, goes and comes back.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { until, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { networkProblem } from '../network/testing/network-problem.ts';
import { containerStatus, NodeWorld, stateOf, terminated, waitingReason } from '../testing/node-world.ts';
import { startPodman } from './testing/podman-world.ts';

const podman = await startPodman();
const skip = typeof podman === 'string' ? podman : false;
const image = typeof podman === 'string' ? '' : podman.image;
const world = await new NodeWorld(typeof podman === 'string' ? {} : { containerEngine: podman.socket }).start();
after(async () => {
  await world.close();
  if (typeof podman !== 'string') await podman.close();
});

function run(name: string, script: string, more: JsonObject = {}, spec: JsonObject = {}): Promise<KubeObject> {
  return world.create(name, { containers: [{ name: 'main', image, command: ['sh', '-c', script], ...more }], ...spec });
}

async function containers(): Promise<readonly string[]> {
  assert.ok(typeof podman !== 'string');
  return (await podman.podman('ps', '--all', '--format', '{{.Names}}')).split('\n').filter((name) => name !== '');
}

const startedAt = (pod: KubeObject) => stateOf(containerStatus(pod), 'running')?.['startedAt'];

test('a running container is taken up again: the same one, its log, probes, sessions and exit code', { skip }, async () => {
  const readinessProbe = { exec: { command: ['sh', '-c', 'true'] }, periodSeconds: 1, timeoutSeconds: 20 };
  await run('kept', 'echo before; while ! test -e /work/go; do sleep 0.1; done; sleep 1; echo after; exit 9', { readinessProbe });
  await world.running('kept');
  await world.until('kept', 'ready', (pod) => containerStatus(pod)['ready'] === true);
  const before = startedAt(await world.get('kept'));
  await world.restart();
  const pod = await world.running('kept');
  assert.equal(startedAt(pod), before);
  assert.equal(containerStatus(pod)['ready'], true);
  await world.run(pod, 'touch /work/go');
  const ended = await world.ended('kept');
  assert.equal(terminated(ended)['exitCode'], 9);
  assert.equal(await world.log(ended), 'before\nafter\n');
});

test('one that ended while no server was there has its own exit code, and starts again by its policy', { skip }, async () => {
  await run('ended', 'sleep 1; echo done; exit 4');
  await run('again', 'sleep 1; exit 5', {}, { restartPolicy: 'Always', terminationGracePeriodSeconds: 0 });
  await world.running('ended');
  await world.running('again');
  await world.stop();
  await until('both to end', async () => !(await status()).includes('Up'), { timeoutMs: 60_000, intervalMs: 100 });
  await world.start();
  const pod = await world.ended('ended');
  assert.deepEqual([terminated(pod)['exitCode'], await world.log(pod)], [4, 'done\n']);
  const again = await world.until('again', 'a second attempt', (one) => Number(containerStatus(one)['restartCount']) >= 1);
  assert.equal(stateOf(containerStatus(again), 'terminated', 'lastState')?.['exitCode'], 5);
  await world.delete('again', 0);
  await world.gone('again');
});

async function status(): Promise<string> {
  assert.ok(typeof podman !== 'string');
  return podman.podman('ps', '--all', '--format', '{{.Names}} {{.Status}}');
}

test('containers whose Pod went while no server was there are removed; those of others are not touched', { skip }, async () => {
  assert.ok(typeof podman !== 'string');
  await run('orphan', 'while true; do sleep 1; done');
  await world.running('orphan');
  await podman.podman('run', '--detach', '--network=host', '--name', 'somebody-elses', image, 'sleep', '1000');
  await world.stop();
  await world.delete('orphan', 0);
  await world.start();
  await until('the orphan to be removed', async () => !(await containers()).some((name) => name.includes('orphan')), { timeoutMs: 30_000, intervalMs: 100 });
  assert.deepEqual(await containers(), ['somebody-elses']);
  await podman.podman('rm', '--force', '--time', '0', 'somebody-elses');
});

test('while the engine does not answer containers go on, and what happened meanwhile is known afterwards', { skip }, async () => {
  assert.ok(typeof podman !== 'string');
  await run('alone', 'echo up; sleep 2; echo down; exit 6');
  await world.printed('alone', 'up');
  await podman.stopService();
  await wait(2500);
  assert.equal(containerStatus(await world.get('alone'))['restartCount'], 0);
  await podman.startService();
  const pod = await world.ended('alone');
  assert.deepEqual([terminated(pod)['exitCode'], await world.log(pod)], [6, 'up\ndown\n'], JSON.stringify(pod.status));
});

test('an engine that is away when the server starts is waited for: its containers go on, and none starts twice', { skip }, async () => {
  assert.ok(typeof podman !== 'string');
  await run('awaited', 'while true; do sleep 0.2; done', {}, { restartPolicy: 'Always', terminationGracePeriodSeconds: 0 });
  const before = startedAt(await world.running('awaited'));
  await world.stop();
  await podman.stopService();
  await world.start();
  await world.until('awaited', 'to be in doubt', (pod) => waitingReason(pod) === 'ContainerStatusUnknown');
  await podman.startService();
  const { metadata } = await world.running('awaited');
  const pod = await world.get(metadata.name);
  assert.deepEqual([startedAt(pod), containerStatus(pod)['restartCount']], [before, 0]);
  assert.equal((await containers()).filter((name) => name.includes('awaited')).length, 1);
  await world.delete('awaited', 0);
});

test('a container that somebody removes from the engine has ended, as if killed', { skip }, async () => {
  assert.ok(typeof podman !== 'string');
  await run('taken', 'while true; do sleep 1; done');
  await world.running('taken');
  // The one of the test before may be on its way still.
  const taken = (await containers()).find((name) => name.includes('taken'));
  await podman.podman('rm', '--force', '--time', '0', taken!);
  assert.equal(terminated(await world.ended('taken'))['exitCode'], 137);
});

test('a supervisor that dies takes the networks with it: who was in one starts anew in a new one, others go on', { skip: skip === false ? (await networkProblem()) || false : skip }, async () => {
  const loop = 'while true; do sleep 0.2; done';
  const spec = { restartPolicy: 'Always', terminationGracePeriodSeconds: 0 };
  await run('networked', loop, { ports: [{ containerPort: 8080 }] }, spec);
  await run('plain', loop, {}, { ...spec, hostNetwork: true });
  await world.running('networked');
  const before = startedAt(await world.running('plain'));
  process.kill(world.node.supervisor().hello.pid, 'SIGKILL');
  const pod = await world.until('networked', 'a second attempt', (one) => Number(containerStatus(one)['restartCount']) > 0 && stateOf(containerStatus(one), 'running') !== undefined);
  assert.match(String(pod.status?.['podIP']), /^(?!127\.)/);
  const plain = await world.get('plain');
  assert.deepEqual([containerStatus(plain)['restartCount'], startedAt(plain)], [0, before]);
  for (const name of ['networked', 'plain']) await world.delete(name, 0);
});
