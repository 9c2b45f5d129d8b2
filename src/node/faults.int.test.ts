// Pods that behave badly. After each, its neighbour and the node go on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../base/mod.ts';
import { containerStatus, NodeWorld, terminated } from './testing/node-world.ts';

let world: NodeWorld;
before(async () => {
  world = await new NodeWorld({ processesPerContainerMax: 60 }).start();
  await world.shell('neighbour', 'while :; do date +%s%N; sleep 0.2; done');
  await world.running('neighbour');
});
after(() => world.close());

/** It prints on, has not been started anew, and a new Pod runs. */
async function isUnharmed(test: string): Promise<void> {
  const before = (await world.log(await world.get('neighbour'))).length;
  const name = `after-${test}`;
  await world.shell(name, 'sh -c "echo fine"');
  assert.equal(await world.log(await world.ended(name)), 'fine\n');
  const neighbour = await world.until('neighbour', 'to run on', (pod) => pod.status?.['phase'] === 'Running');
  assert.equal(containerStatus(neighbour)['restartCount'], 0);
  assert.ok((await world.log(neighbour)).length >= before);
}

test('a fork bomb', async () => {
  const bomb = 'import os, time\nfor _ in range(400):\n    try:\n        if os.fork() == 0:\n            time.sleep(60)\n            os._exit(0)\n    except OSError:\n        pass\nprint("done", flush=True)\ntime.sleep(60)\n';
  await world.create('bomb', { containers: [{ name: 'main', image: 'busybox', command: ['python3', '-c', bomb] }] });
  await world.until('bomb', 'its bang', (pod) => pod.status?.['phase'] === 'Failed' || pod.status?.['phase'] === 'Running');
  await isUnharmed('bomb');
  await world.delete('bomb', 0);
  await world.gone('bomb');
});

test('a disk filler is evicted, even when it ignores SIGTERM', async () => {
  const limited = (amount: string): JsonObject => ({ resources: { limits: { 'ephemeral-storage': amount } } });
  const filler = 'trap "" TERM; head -c 30000000 /dev/zero > /tmp/file; while :; do sleep 1; done';
  await world.shell('filler', filler, { terminationGracePeriodSeconds: 600 }, limited('8Mi'));
  await world.create('two', { terminationGracePeriodSeconds: 1, containers: [{ name: 'idle', image: 'busybox', command: ['sleep', '600'], ...limited('1Gi') }, { name: 'main', image: 'busybox', command: ['sh', '-c', filler], ...limited('8Mi') }] });
  const { status } = await world.ended('filler');
  assert.deepEqual([status?.['phase'], status?.['reason'], status?.['message']], ['Failed', 'Evicted', 'Pod ephemeral local storage usage exceeds the total limit of containers 8Mi. ']);
  const conditions = status?.['conditions'] as readonly JsonObject[] | undefined;
  const disruption = conditions?.find(({ type }) => type === 'DisruptionTarget');
  assert.deepEqual([disruption?.['status'], disruption?.['reason']], ['True', 'TerminationByKubelet']);
  assert.equal((await world.event('filler', 'Evicted')).message, status?.['message']);
  await world.create('partly', { terminationGracePeriodSeconds: 1, containers: [{ name: 'free', image: 'busybox', command: ['sh', '-c', filler] }, { name: 'main', image: 'busybox', command: ['sleep', '600'], ...limited('8Mi') }] });
  assert.match(String((await world.ended('partly')).status?.['message']), /exceeds the total limit of containers 8Mi/, 'who has no limit of its own takes from the others');
  assert.equal((await world.ended('two')).status?.['message'], 'Container main exceeded its local ephemeral storage limit "8Mi". ');
  await isUnharmed('filler');
});

test('a log flood', async () => {
  await world.shell('flood', 'head -c 60000000 /dev/zero | tr "\\0" "x" | fold -w 200; echo end');
  const ended = await world.ended('flood');
  assert.equal(terminated(ended)['exitCode'], 0);
  assert.match(await world.log(ended, { tailLines: 1 }), /end\n$/);
  await isUnharmed('flood');
});
