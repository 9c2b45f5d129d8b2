// What is different with Docker: it keeps the log, and its containers can't join the network of a Pod. Run by a podman that says
// it is Docker and is spoken to as such; Docker itself is not here.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { until, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { networkProblem } from '../network/testing/network-problem.ts';
import { NodeWorld, terminated } from '../testing/node-world.ts';
import { startPodman } from './testing/podman-world.ts';

const podman = await startPodman();
const skip = typeof podman === 'string' ? podman : false;
const image = typeof podman === 'string' ? '' : podman.image;
const world = await new NodeWorld(typeof podman === 'string' ? {} : { containerEngine: await podman.pretendDocker() }).start();
after(async () => {
  await world.close();
  if (typeof podman !== 'string') await podman.close();
});

function run(name: string, script: string, more: JsonObject = {}): Promise<KubeObject> {
  return world.create(name, { containers: [{ name: 'main', image, command: ['sh', '-c', script], ...more }], terminationGracePeriodSeconds: 0 });
}

test('the log of the engine is copied: both outputs, all lines, before anybody learns of the end', { skip }, async () => {
  await run('counts', 'n=0; while test $n -lt 2000; do n=$((n+1)); echo $n; done; echo err >&2; exit 3');
  const pod = await world.ended('counts');
  assert.equal(terminated(pod)['exitCode'], 3);
  const lines = (await world.log(pod)).trimEnd().split('\n');
  assert.deepEqual(lines.filter((line) => line !== 'err'), Array.from({ length: 2000 }, (_, i) => String(i + 1)));
  assert.ok(lines.includes('err'));
});

test('through a restart of the server no line is lost and none comes twice', { skip }, async () => {
  await run('goes-on', 'n=0; while ! test -e /work/stop; do n=$((n+1)); echo $n; sleep 0.05; done; sleep 1');
  await world.printed('goes-on', '10\n');
  await world.restart();
  const pod = await world.running('goes-on');
  const count = (await world.log(pod)).trimEnd().split('\n').length;
  await world.printed('goes-on', `${count + 10}\n`);
  await world.run(pod, 'touch /work/stop');
  const ended = await world.ended('goes-on');
  const lines = (await world.log(ended)).trimEnd().split('\n');
  assert.deepEqual(lines, lines.map((_, i) => String(i + 1)));
});

test('a Pod with ports shares the machine\'s network, and is told so', { skip: skip === false ? (await networkProblem()) || false : skip }, async () => {
  await run('ports', 'while true; do sleep 1; done', { ports: [{ containerPort: 8080 }] });
  const pod = await world.running('ports');
  assert.match(String(pod.status?.['podIP']), /^127\./);
  assert.match((await world.event('ports', 'NetworkShared')).message, /Docker can't let the image .* join a network/);
  await world.restart();
  await until('the same address', async () => (await world.get('ports')).status?.['podIP'] === pod.status?.['podIP'], { timeoutMs: 30_000 });
  await world.delete('ports', 0);
  await world.gone('ports');
});
