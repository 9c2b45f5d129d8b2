// The end of a container is noticed by its log, or without it: podman may follow the log of a container for ever that ends while
// the following begins.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { containerStatus, NodeWorld, terminated } from '../testing/node-world.ts';
import { startPodman } from './testing/podman-world.ts';

const podman = await startPodman();
const skip = typeof podman === 'string' ? podman : false;
const image = typeof podman === 'string' ? '' : podman.image;
const world = await new NodeWorld(typeof podman === 'string' ? {} : { containerEngine: await podman.followForEver() }).start();
after(async () => {
  await world.close();
  if (typeof podman !== 'string') await podman.close();
});

test('a log that never ends holds up nobody', { skip }, async () => {
  await world.create('short', { containers: [{ name: 'main', image, command: ['sh', '-c', 'echo here; exit 3'] }] });
  const pod = await world.ended('short');
  assert.deepEqual([terminated(pod)['exitCode'], await world.log(pod)], [3, 'here\n']);
});

test('one that fails starts again at once all the same', { skip }, async () => {
  const volumes = { volumes: [{ name: 'v', emptyDir: {} }] };
  const main = { name: 'main', image, command: ['sh', '-c', 'test -e /v/once || { touch /v/once; exit 1; }'], volumeMounts: [{ name: 'v', mountPath: '/v' }] };
  await world.create('twice', { restartPolicy: 'OnFailure', containers: [main], ...volumes });
  assert.equal(containerStatus(await world.ended('twice'))['restartCount'], 1);
});
