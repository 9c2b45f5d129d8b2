// The processes of containers that a real podman runs: whom they see, what they read, how they are asked to end.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { until, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { containerStatus, must, NodeWorld, shellContainer, stateOf, terminated } from '../testing/node-world.ts';
import { setImage } from '../testing/set-image.ts';
import { startPodman } from './testing/podman-world.ts';

const podman = await startPodman();
const skip = typeof podman === 'string' ? podman : false;
const image = typeof podman === 'string' ? '' : podman.image;
const world = await new NodeWorld(typeof podman === 'string' ? {} : { containerEngine: podman.socket }).start();
after(async () => {
  await world.close();
  if (typeof podman !== 'string') await podman.close();
});

const container = (script: string, more: JsonObject = {}): JsonObject => ({ name: 'main', image, imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', script], ...more });
const run = (name: string, script: string, more: JsonObject = {}, spec: JsonObject = {}): Promise<KubeObject> => world.create(name, { terminationGracePeriodSeconds: 1, containers: [container(script, more)], ...spec });
const HOLD = 'trap "exit 0" TERM; while true; do sleep 0.1; done';
const count = (marker: string): string => `grep -l "[m]${marker.slice(1)}" /proc/[0-9]*/cmdline 2>/dev/null | grep -c .; true`;

test('input from whoever is attached, to its end; one that is attached once more finds it open', { skip }, async () => {
  const pod = await run('reading', 'while read word; do echo got $word; done; echo over', { stdin: true, stdinOnce: false });
  await world.running('reading');
  for (const word of ['one', 'two']) {
    const session = must(await world.kubelet().attach(pod, { hasStdin: true }));
    session.stdin.write(`${word}\n`);
    await world.printed('reading', `got ${word}`);
    session.close();
  }
  await world.delete('reading', 0);
  const once = await run('once', 'cat; echo over', { stdin: true, stdinOnce: true });
  await world.running('once');
  const session = must(await world.kubelet().attach(once, { hasStdin: true }));
  session.stdin.end('typed\n');
  assert.equal(await text(session.stdout), 'typed\nover\n');
  session.close();
  await world.ended('once');
  assert.equal(await world.log(once), 'typed\nover\n');
});

test('a terminal in place of pipes', { skip }, async () => {
  const pod = await run('terminal', 'test -t 0 && test -t 1 && read word && echo "a terminal: $word"', { stdin: true, tty: true });
  await world.running('terminal');
  const session = must(await world.kubelet().attach(pod, { hasStdin: true }));
  session.resize(40, 100);
  session.stdin.write('typed\n');
  assert.match(await text(session.stdout), /a terminal: typed/);
  session.close();
  assert.equal((await world.ended('terminal')).status?.['phase'], 'Succeeded');
});

test('the signal to end is the one that the image names, or the Pod', { skip }, async () => {
  assert.ok(typeof podman !== 'string');
  const made = (await podman.podman('create', image)).trim();
  await podman.podman('commit', '--change', 'STOPSIGNAL SIGUSR1', made, 'localhost/slipway-stop:1');
  const wait = 'trap "echo usr1; exit 3" USR1; trap "echo quit; exit 4" QUIT; echo up; while true; do sleep 0.1; done';
  const pods = [await run('image-stop', wait, { image: 'localhost/slipway-stop:1' }), await run('pod-stop', wait, { lifecycle: { stopSignal: 'SIGQUIT' } }, { os: { name: 'linux' } })];
  for (const { metadata } of pods) await world.printed(metadata.name, 'up');
  for (const { metadata } of pods) await world.delete(metadata.name, 30);
  for (const { metadata } of pods) await world.gone(metadata.name);
  assert.deepEqual(await Promise.all(pods.map((pod) => world.log(pod))), ['up\nusr1\n', 'up\nquit\n']);
});

test('containers of a Pod that share their processes, beside a process of this machine; one that is added sees its target', { skip }, async () => {
  const spec = { shareProcessNamespace: true, containers: [container(`: marker-of-engine; ${HOLD}`), shellContainer('process', `: marker-of-process; ${HOLD}`)] };
  const pod = await world.create('sharing', { terminationGracePeriodSeconds: 1, ...spec });
  await world.running('sharing');
  const outputIn = async (name: string, script: string) => {
    const session = must(await world.kubelet().exec(pod, { container: name, command: ['sh', '-c', script], tty: false, hasStdin: false }));
    const printed = await text(session.stdout);
    session.close();
    return printed;
  };
  assert.equal(await outputIn('main', count('marker-of-process')), '1\n');
  assert.equal(await outputIn('process', count('marker-of-engine')), '1\n');
  await world.delete('sharing', 0);

  const patient = await run('patient', `: marker-of-patient; ${HOLD}`);
  await world.running('patient');
  const ref = { type: { group: '', version: 'v1', resource: 'pods' }, namespace: 'default', name: 'patient' };
  const guests = [{ ...container(count('marker-of-patient')), name: 'engine' }, shellContainer('process', count('marker-of-patient'))];
  const ephemeralContainers = guests.map((guest) => ({ ...guest, targetContainerName: 'main' }));
  must(await world.api.patch(ref, 'strategic', { spec: { ephemeralContainers } }, { subresource: 'ephemeralcontainers' }));
  const seen = await world.until('patient', 'the end of both guests', (one) => (JSON.stringify(one.status?.['ephemeralContainerStatuses'] ?? '').match(/"terminated"/g) ?? []).length === 2);
  for (const guest of ['engine', 'process']) assert.equal(await world.log(seen, { container: guest }), '1\n', guest);
  assert.equal(terminated(seen, 'process')['exitCode'], 0);
  await until('the patient to go on', async () => (await world.get(patient.metadata.name)).status?.['phase'] === 'Running');
  await world.delete('patient', 0);
});

test('another image takes the place of the one that runs', { skip }, async () => {
  assert.ok(typeof podman !== 'string');
  await podman.podman('tag', image, 'localhost/slipway-test:2');
  await run('renewed', `echo up; ${HOLD}`);
  await world.running('renewed');
  await setImage(world, 'renewed', 'main', 'localhost/slipway-test:2');
  const pod = await world.until('renewed', 'the new image', (one) => containerStatus(one)['restartCount'] === 1 && stateOf(containerStatus(one), 'running') !== undefined);
  assert.deepEqual([containerStatus(pod)['image'], stateOf(containerStatus(pod), 'terminated', 'lastState')?.['exitCode']], ['localhost/slipway-test:2', 0]);
  await world.delete('renewed', 0);
});

test('a terminal has the size that it is given right at its start', { skip }, async () => {
  const pod = await run('sized', HOLD);
  await world.running('sized');
  const session = must(await world.kubelet().exec(pod, { command: ['sh', '-c', 'sleep 1; stty size'], tty: true, hasStdin: true }));
  session.resize(40, 100);
  assert.match(await text(session.stdout), /^40 100/);
  session.close();
  await world.delete('sized', 0);
});

test('one that is deleted by force is killed, not asked', { skip }, async () => {
  const { metadata } = await run('forced', 'trap "" TERM; echo up; while true; do sleep 0.1; done');
  await world.printed('forced', 'up');
  const sinceMs = performance.now();
  await world.delete('forced', 0);
  await until('its container to go', async () => !world.node.hasPod(metadata.uid!), { timeoutMs: 30_000 });
  assert.ok(performance.now() - sinceMs < 8_000);
});
