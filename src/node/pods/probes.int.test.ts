// Probes of real containers: not ready until they say so, not ready again, started anew when they are not alive.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { must, NodeWorld } from '../testing/node-world.ts';
import { objectsOf, type KubeObject } from '../../base/mod.ts';

let world: NodeWorld;
before(async () => {
  world = await new NodeWorld().start();
});
after(() => world.close());

const quick = { periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 20 };
const isReady = (pod: KubeObject) => objectsOf(pod.status?.['conditions']).some(({ type, status }) => type === 'Ready' && status === 'True');
const main = (pod: KubeObject) => objectsOf(pod.status?.['containerStatuses'])[0];

test('readiness by a command: no, yes, no again; ready through a restart of the server', async () => {
  await world.shell('reader', 'sleep 1000', { terminationGracePeriodSeconds: 0 }, { readinessProbe: { exec: { command: ['test', '-e', '/tmp/ready'] }, ...quick } });
  const waiting = await world.running('reader');
  assert.deepEqual([isReady(waiting), main(waiting)?.['started']], [false, true]);
  assert.equal((await world.event('reader', 'Unhealthy')).message, 'Readiness probe failed: the command ended with exit code 1');
  await world.run(waiting, 'touch /tmp/ready');
  await world.until('reader', 'ready', isReady);
  await world.restart();
  assert.equal(isReady(await world.get('reader')), true);
  await world.run(waiting, 'rm /tmp/ready');
  await world.until('reader', 'not ready', (pod) => !isReady(pod));
});

test('readiness by HTTP, at a named port: 204 is well, 503 is not', async (t) => {
  let status = 503;
  const server = createServer((request, response) => response.writeHead(request.url === '/health' ? status : 404).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const container = { ports: [{ name: 'web', containerPort: port }], readinessProbe: { httpGet: { path: 'health', port: 'web' }, ...quick } };
  await world.shell('server', 'sleep 1000', { terminationGracePeriodSeconds: 0, hostNetwork: true }, container);
  assert.match((await world.event('server', 'Unhealthy')).message, /HTTP probe failed with statuscode: 503/);
  assert.equal(isReady(await world.get('server')), false);
  status = 204;
  await world.until('server', 'ready', isReady);
});

test('a container that is not alive ends and starts again; startup comes first', async () => {
  const probes = {
    startupProbe: { exec: { command: ['test', '-e', '/tmp/up'] }, periodSeconds: 1, failureThreshold: 20, timeoutSeconds: 20 },
    livenessProbe: { tcpSocket: { port: 1 }, ...quick },
  };
  await world.shell('liver', 'sleep 1; touch /tmp/up; sleep 1000', { restartPolicy: 'Always', terminationGracePeriodSeconds: 0 }, probes);
  assert.equal(main(await world.running('liver'))?.['started'], false);
  const again = await world.until('liver', 'a restart', (pod) => main(pod)?.['restartCount'] === 1);
  assert.match(JSON.stringify(main(again)?.['lastState']), /"exitCode":(143|137)/);
  assert.match((await world.event('liver', 'Killing')).message, /failed liveness probe, will be restarted/);
});

test('what is not ready does not become so while its Pod ends, and no probe ends it sooner', async () => {
  const seen: boolean[] = [];
  const watch = new AbortController();
  const events = must(await world.api.watch({ group: '', version: 'v1', resource: 'pods' }, 'default', { fieldSelector: 'metadata.name=ending', signal: watch.signal }));
  const watching = (async () => {
    for await (const event of events) if (event.type === 'MODIFIED') seen.push(isReady(event.object));
  })();
  const script = 'trap "until test -e /tmp/dead; do sleep 0.05; done; sleep 2; echo orderly; exit 0" TERM; echo up; while :; do sleep 0.05; done';
  const lifecycle = { preStop: { exec: { command: ['sleep', '0.2'] } } };
  // It passes until the Pod ends.
  const livenessProbe = { exec: { command: ['sh', '-c', '! test -e /tmp/dead'] }, periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 20, terminationGracePeriodSeconds: 1 };
  const pod = await world.shell('ending', script, {}, { lifecycle, livenessProbe, readinessProbe: { exec: { command: ['false'] }, ...quick } });
  await world.printed('ending', 'up');
  await world.delete('ending', 20);
  await world.event('ending', 'Killing');
  await world.run(pod, 'touch /tmp/dead');
  await world.gone('ending');
  watch.abort();
  await watching;
  assert.equal(seen.includes(true), false);
  assert.equal(await world.log(pod), 'up\norderly\n');
});

test('readiness gates: ready when others say so, and what they said stays', async () => {
  const conditionType = 'example.com/open';
  const pods = { type: { group: '', version: 'v1', resource: 'pods' }, namespace: 'default', name: 'gated' };
  const say = async (status: string) => must(await world.api.patch(pods, 'strategic', { status: { conditions: [{ type: conditionType, status }] } }, { subresource: 'status' }));
  await world.shell('gated', 'sleep 1000', { terminationGracePeriodSeconds: 0, readinessGates: [{ conditionType }] });
  await world.until('gated', 'its gate', (pod) => JSON.stringify(pod.status).includes('ReadinessGatesNotReady'));
  await say('True');
  await world.until('gated', 'ready', isReady);
  await say('False');
  const pod = await world.until('gated', 'not ready', (one) => !isReady(one));
  assert.equal(objectsOf(pod.status?.['conditions']).find(({ type }) => type === conditionType)?.['status'], 'False');
});

test('an event tells what a probe command printed, once for all that differ in numbers only', async () => {
  const command = ['sh', '-c', 'echo checked at $(date +%s%N): the lamp is out >&2; exit 3'];
  await world.shell('dark', 'sleep 1000', { terminationGracePeriodSeconds: 0 }, { readinessProbe: { exec: { command }, ...quick } });
  const { message } = await world.event('dark', 'Unhealthy');
  assert.match(message, /^Readiness probe failed: the command ended with exit code 3: checked at \d+: the lamp is out$/);
  await world.run(await world.get('dark'), 'sleep 2.5');
  assert.equal((await world.events('dark')).filter(({ reason }) => reason === 'Unhealthy').length, 1);
});

test('a probe command that does not come to an end is ended with its time', async () => {
  const command = ['sh', '-c', 'echo $$ >> /tmp/probed; sleep 1000'];
  const pod = await world.shell('endless', 'sleep 1000', { terminationGracePeriodSeconds: 0 }, { readinessProbe: { exec: { command }, periodSeconds: 1, timeoutSeconds: 2 } });
  assert.equal((await world.event('endless', 'Unhealthy')).message, 'Readiness probe failed: no answer within 2 s');
  await world.run(pod, 'until test "$(grep -c . /tmp/probed)" -ge 2; do sleep 0.05; done');
});
