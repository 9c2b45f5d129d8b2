import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fieldOf, NODES, PODS } from '../api/mod.ts';
import { objectsOf, type JsonObject, type KubeObject } from '../base/mod.ts';
import { containerStatus, must, NODE_NAME, NodeWorld, stateOf, terminated, waitingReason } from './testing/node-world.ts';

const GPU = 'nvidia.com/gpu';
/** Grows a little at a time, so that a watcher has the time to see it; ends by itself at some times its limit. */
const HOG = `python3 -c 'import time
kept = []
for _ in range(60):
    kept.append(bytearray(b"x" * (4 << 20)))
    time.sleep(0.05)'`;

let world: NodeWorld;
before(async () => {
  world = await new NodeWorld({ devices: new Map([[GPU, ['GPU-a', 'GPU-b']], ['example.com/fpga', ['f0']]]) }).start();
});
after(() => world.close());

const asking = (amounts: JsonObject) => ({ resources: { limits: amounts } });
const resizeReason = ({ status }: KubeObject) => objectsOf(status?.['conditions']).find(({ type }) => type === 'PodResizePending')?.['reason'];
const logOf = async (name: string) => world.log(await world.ended(name));

test('a container that uses more memory than its limit is OOMKilled, its neighbour goes on, and it starts again', async () => {
  await world.shell('neighbour', 'sleep 600');
  await world.running('neighbour');
  await world.shell('hog', HOG, {}, asking({ memory: '60Mi' }));
  const { reason, exitCode, message } = terminated(await world.ended('hog'));
  assert.deepEqual([reason, exitCode], ['OOMKilled', 137]);
  assert.match(String(message), /used more memory than its limit/);
  await world.shell('again', `test -e /cache/once || { touch /cache/once; ${HOG}; }`, {
    restartPolicy: 'OnFailure',
    volumes: [{ name: 'cache', emptyDir: {} }],
    containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', `test -e /cache/once || { touch /cache/once; exec ${HOG}; }`], volumeMounts: [{ name: 'cache', mountPath: '/cache' }], ...asking({ memory: '60Mi' }) }],
  });
  const restarted = containerStatus(await world.ended('again'));
  assert.equal(stateOf(restarted, 'terminated', 'lastState')?.['reason'], 'OOMKilled');
  assert.equal((await world.get('neighbour')).status?.['phase'], 'Running');
  await world.delete('neighbour', 0);
});

test('a running container gets other limits: in place, or by starting again', async () => {
  const script = `trap "exit 0" TERM; while true; do test -e /tmp/go && exec ${HOG}; sleep 0.05; done`;
  await world.shell('roomy', script, {}, { resources: { limits: { memory: '60Mi', cpu: '500m' }, requests: { memory: '20Mi', cpu: '100m' } } });
  await world.running('roomy');
  const again = { resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }], ...asking({ memory: '60Mi' }) };
  await world.shell('renewed', 'trap "exit 0" TERM; while true; do sleep 0.05; done', { restartPolicy: 'OnFailure' }, again);
  await world.running('renewed');
  const resize = async (name: string, resources: JsonObject) => must(await world.api.patch({ type: PODS, namespace: 'default', name }, 'strategic', { spec: { containers: [{ name: 'main', resources }] } }, { subresource: 'resize' }));
  const memoryOf = (pod: KubeObject) => fieldOf(containerStatus(pod), 'resources', 'limits', 'memory');

  await resize('renewed', { limits: { memory: '80Mi' } });
  const renewed = await world.until('renewed', 'its new limit', (pod) => memoryOf(pod) === '80Mi' && containerStatus(pod)['restartCount'] === 1);
  assert.equal(renewed.status?.['phase'], 'Running');
  await world.delete('renewed', 0);

  await assert.rejects(resize('roomy', { limits: { memory: '400Mi' }, requests: { cpu: '10000' } }), /less than or equal to cpu limit/);
  await resize('roomy', { limits: { memory: '400Mi', cpu: '10000' }, requests: { cpu: '10000' } });
  const waiting = await world.until('roomy', 'the refusal', (pod) => resizeReason(pod) !== undefined);
  assert.deepEqual([resizeReason(waiting), memoryOf(waiting)], ['Infeasible', '60Mi']);
  await resize('roomy', { limits: { memory: '400Mi', cpu: '1' }, requests: { cpu: '100m' } });
  const roomy = await world.until('roomy', 'its new limit', (pod) => memoryOf(pod) === '400Mi' && resizeReason(pod) === undefined);
  assert.equal(containerStatus(roomy)['restartCount'], 0);
  assert.match((await world.event('roomy', 'ResizeCompleted')).message, /^Pod resize completed: \{"containers":\[\{"name":"main","resources":/);
  await world.run(roomy, 'touch /tmp/go');
  assert.equal(terminated(await world.ended('roomy'))['exitCode'], 0, 'it takes more than it might at first');
});

test('each device has one Pod at a time, also after the server was started anew', async () => {
  const { capacity, allocatable } = must(await world.api.get({ type: NODES, name: NODE_NAME })).status as { capacity: JsonObject; allocatable: JsonObject };
  assert.deepEqual([capacity[GPU], allocatable['example.com/fpga']], ['2', '1']);
  for (const resource of ['cpu', 'memory', 'ephemeral-storage', 'pods']) assert.match(String(capacity[resource]), /^[1-9]\d*(Ki)?$/, resource);

  await world.shell('first', 'echo "<$CUDA_VISIBLE_DEVICES>"; sleep 600', {}, asking({ [GPU]: '1' }));
  await world.printed('first', '<GPU-a>');
  const pair = (name: string) => ({ name, image: 'busybox', command: ['sh', '-c', 'echo "<$CUDA_VISIBLE_DEVICES> <$EXAMPLE_COM_FPGA>"'] });
  await world.create('pair', { containers: [{ ...pair('accelerated'), ...asking({ [GPU]: '1', 'example.com/fpga': '1' }) }, pair('plain')] });
  const ended = await world.ended('pair');
  assert.equal(await world.log(ended, { container: 'accelerated' }), '<GPU-b> <f0>\n');
  assert.equal(await world.log(ended, { container: 'plain' }), '<> <>\n', 'whoever asks for none sees none');

  await world.restart();
  await world.shell('greedy', 'echo "<$CUDA_VISIBLE_DEVICES>"', {}, asking({ [GPU]: '2' }));
  const waiting = await world.until('greedy', 'to wait', (pod) => waitingReason(pod) === 'WaitingForDevices');
  assert.match(JSON.stringify(waiting.status), /it waits for 2 nvidia\.com\/gpu: default\/first has them/);
  await world.delete('first', 0);
  assert.equal(await logOf('greedy'), '<GPU-a,GPU-b>\n');
});

test('a Pod that asks for more devices than there are fails with a sentence', async () => {
  await world.shell('many', 'true', {}, asking({ [GPU]: '3' }));
  const { status } = await world.ended('many');
  assert.equal(status?.['reason'], `OutOf${GPU}`);
  assert.match(String(status?.['message']), /^it asks for 3 nvidia\.com\/gpu, and this machine has 2 of them; run it on a machine that has them, or start Slipway with --gpu cpu-fallback/);
});

test('with --gpu cpu-fallback it runs without', async () => {
  const lenient = await new NodeWorld({ isGpuOptional: true }).start();
  try {
    await lenient.shell('fallback', 'echo "<${CUDA_VISIBLE_DEVICES-unset}>"', {}, asking({ [GPU]: '1' }));
    assert.equal(await lenient.log(await lenient.ended('fallback')), '<>\n');
    assert.match((await lenient.event('fallback', 'GpuFallback')).message, /runs without \(--gpu cpu-fallback\)$/);
  } finally {
    await lenient.close();
  }
});
