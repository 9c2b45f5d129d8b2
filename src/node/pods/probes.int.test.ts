// Probes of real containers: not ready until they say so, not ready again, started anew when they are not alive.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { NodeWorld } from '../testing/node-world.ts';
import { objectsOf } from './pod-spec.ts';
import type { KubeObject } from '../../base/mod.ts';

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
  assert.match((await world.event('reader', 'Unhealthy')).message, /Readiness probe failed: the command ended with exit code 1/);
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
