// Pods whose image no recipe covers, run by a real podman.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { containerStatus, NodeWorld, terminated } from '../testing/node-world.ts';
import { startPodman } from './testing/podman-world.ts';

const podman = await startPodman();
const skip = typeof podman === 'string' ? podman : false;
const image = typeof podman === 'string' ? '' : podman.image;
const world = await new NodeWorld(typeof podman === 'string' ? {} : { containerEngine: podman.socket }).start();
after(async () => {
  await world.close();
  if (typeof podman !== 'string') await podman.close();
});

function run(name: string, script: string, container: JsonObject = {}, spec: JsonObject = {}): Promise<unknown> {
  return world.create(name, { containers: [{ name: 'main', image, imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', script], ...container }], ...spec });
}

test('an image without a recipe runs as a container: its output, its exit code', { skip }, async () => {
  await run('first', 'echo from $FROM_IMAGE in $PWD; echo to err >&2; exit 7');
  const pod = await world.ended('first');
  assert.equal(pod.status?.['phase'], 'Failed');
  assert.equal(terminated(pod)['exitCode'], 7);
  assert.equal(terminated(pod)['reason'], 'Error');
  assert.equal((await world.log(pod)).split('\n').toSorted().join('|'), '|from yes in /work|to err');
  assert.match(String(containerStatus(pod)['containerID']), /^slipway:/);
});
