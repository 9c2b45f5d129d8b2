// Containers that are added to a running Pod, as kubectl debug does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { containerStatus, must, NodeWorld, shellContainer, terminated } from '../testing/node-world.ts';

let world: NodeWorld;
before(async () => {
  world = await new NodeWorld().start();
});
after(() => world.close());

const HOLD = 'trap "exit 0" TERM; while true; do sleep 0.05; done';

/** Through the subresource, as clients do. */
async function add(pod: KubeObject, container: JsonObject): Promise<void> {
  const ref = { type: { group: '', version: 'v1', resource: 'pods' }, namespace: 'default', name: pod.metadata.name };
  must(await world.api.patch(ref, 'strategic', { spec: { ephemeralContainers: [container] } }, { subresource: 'ephemeralcontainers' }));
}

test('a container beside another one sees its processes; the Pod goes on as if nothing had been', async () => {
  const pod = await world.shell('patient', `: marker-of-patient; ${HOLD}`, { terminationGracePeriodSeconds: 1 });
  await world.running('patient');
  const look = 'grep -l "[m]arker-of-patient" /proc/[0-9]*/cmdline 2>/dev/null | grep -c .; sleep 300 & exit 3';
  await add(pod, shellContainer('beside', look, { targetContainerName: 'main' }));
  const seen = await world.until('patient', 'the end of what looked', (one) => JSON.stringify(one.status?.['ephemeralContainerStatuses'] ?? '').includes('terminated'));
  assert.equal(terminated(seen, 'beside')['exitCode'], 3);
  assert.equal(await world.log(seen, { container: 'beside' }), '1\n');
  await add(pod, shellContainer('apart', 'grep -l "[m]arker-of-patient" /proc/[0-9]*/cmdline 2>/dev/null | grep -c .; true'));
  const both = await world.until('patient', 'the end of the other one', (one) => (JSON.stringify(one.status?.['ephemeralContainerStatuses']).match(/"terminated"/g) ?? []).length === 2);
  assert.equal(await world.log(both, { container: 'apart' }), '0\n');
  assert.equal(both.status?.['phase'], 'Running');
  assert.equal(containerStatus(both)['restartCount'], 0);
  await world.run(pod, 'test "$(grep -l "[s]leep.300" /proc/[0-9]*/cmdline | grep -c .)" = 0');
});

test('it ends with its Pod, and can not be changed or removed', async () => {
  const pod = await world.shell('visited', HOLD, { terminationGracePeriodSeconds: 1 });
  await world.running('visited');
  await add(pod, shellContainer('guest', HOLD, { targetContainerName: 'main' }));
  await world.until('visited', 'the guest', (one) => JSON.stringify(one.status?.['ephemeralContainerStatuses'] ?? '').includes('running'));
  const ref = { type: { group: '', version: 'v1', resource: 'pods' }, namespace: 'default', name: 'visited' };
  const refused = await world.api.patch(ref, 'merge', { spec: { ephemeralContainers: null } }, { subresource: 'ephemeralcontainers' });
  assert.match(refused.ok ? '' : refused.status.message, /existing ephemeral containers "guest" may not be changed or removed/);
  await world.restart();
  await world.delete('visited', 2);
  await world.gone('visited');
});

test('it looks into a Pod whose init container does not come to its end', async () => {
  const initContainers = [shellContainer('stuck', 'until test -e /v/go; do sleep 0.05; done', { volumeMounts: [{ name: 'v', mountPath: '/v' }] })];
  const pod = await world.shell('waiting', 'echo through', { initContainers, volumes: [{ name: 'v', emptyDir: {} }] });
  await world.until('waiting', 'its init container', (one) => JSON.stringify(one.status?.['initContainerStatuses'] ?? '').includes('running'));
  await add(pod, shellContainer('helper', 'touch /v/go', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }));
  const ended = await world.ended('waiting');
  assert.equal(ended.status?.['phase'], 'Succeeded');
  assert.equal(await world.log(ended, { container: 'main' }), 'through\n');
});
