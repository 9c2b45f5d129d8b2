// Probes of every kind, each with a server that is well, falls ill and is well again.
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../base/mod.ts';
import { containerStatus } from '../node-world.ts';
import { exec, feature, HOLD, isReady, isStarted, QUICK, type Area, type Feature } from './feature.ts';
import type { Lab } from './lab.ts';
import { HEALTH, PORT, WEB } from './servers.ts';

/** Startup and readiness follow the server; liveness, tried for longer, starts it again. */
function followed(kind: string, source: string, check: JsonObject): Feature {
  return feature(`startup, readiness and liveness by ${kind}`, async (lab) => {
    const name = `by-${kind.toLowerCase()}`;
    const probes = { startupProbe: { ...check, ...QUICK, failureThreshold: 60 }, readinessProbe: { ...check, ...QUICK }, livenessProbe: { ...check, ...QUICK, failureThreshold: 4 } };
    const pod = await lab.startPython(name, source, probes, { restartPolicy: 'Always' });
    await lab.world.until(name, 'ready', isReady);
    await lab.exec(pod, ['touch', '/tmp/sick']);
    await lab.world.until(name, 'not ready', (one) => !isReady(one));
    assert.match((await lab.world.event(name, 'Unhealthy')).message, /probe failed: ./);
    await lab.world.until(name, 'a restart', (one) => Number(containerStatus(one)['restartCount']) > 0);
    await lab.drop(name);
  });
}

async function unready(lab: Lab, name: string, check: JsonObject): Promise<void> {
  await lab.start(name, HOLD, { readinessProbe: { ...check, ...QUICK } });
  assert.match((await lab.world.event(name, 'Unhealthy')).message, /Readiness probe failed: ./);
  assert.equal(isReady(await lab.world.get(name)), false);
  await lab.drop(name);
}

export const PROBES: Area = {
  title: 'Probes',
  features: [
    feature('startup, readiness and liveness by a command', async (lab) => {
      const probes = { startupProbe: { ...exec('sh', '-c', ':'), ...QUICK }, readinessProbe: { ...exec('sh', '-c', 'test -e /tmp/ready'), ...QUICK }, livenessProbe: { ...exec('sh', '-c', '! test -e /tmp/dead'), ...QUICK } };
      const pod = await lab.start('probed', HOLD, probes, { restartPolicy: 'Always' });
      await lab.world.until('probed', 'started', (one) => one.status?.['phase'] === 'Running' && isStarted(one));
      assert.equal(isReady(await lab.world.get('probed')), false);
      await lab.exec(pod, ['touch', '/tmp/ready']);
      await lab.world.until('probed', 'ready', isReady);
      await lab.exec(pod, ['touch', '/tmp/dead']);
      await lab.world.until('probed', 'a restart', (one) => Number(containerStatus(one)['restartCount']) > 0);
      await lab.drop('probed');
    }),
    followed('HTTP', WEB, { httpGet: { path: '/health', port: 8080 } }),
    followed('TCP', PORT, { tcpSocket: { port: 8080 } }),
    followed('gRPC', HEALTH, { grpc: { port: 8080 } }),
    feature('probes by TCP, HTTP and gRPC that find nobody', async (lab) => {
      await unready(lab, 'closed', { tcpSocket: { port: 9 } });
      await unready(lab, 'unanswered', { httpGet: { path: '/', port: 9 } });
      await unready(lab, 'unchecked', { grpc: { port: 9 } });
    }),
    feature('a startup probe that never passes ends the container', async (lab) => {
      await lab.start('hopeless', HOLD, { startupProbe: { ...exec('sh', '-c', 'exit 1'), ...QUICK }, livenessProbe: { ...exec('sh', '-c', 'exit 1'), ...QUICK } });
      assert.equal((await lab.world.ended('hopeless')).status?.['phase'], 'Succeeded', 'its program takes SIGTERM well');
      assert.match((await lab.world.event('hopeless', 'Killing')).message, /failed startup probe/);
    }),
    feature('preStop by HTTP', async (lab) => {
      const hook = (path: string) => ({ httpGet: { path, port: 8080 } });
      const pod = await lab.startPython('called', WEB, { lifecycle: { preStop: hook('/bye') }, readinessProbe: { ...hook('/health'), ...QUICK } });
      await lab.world.until('called', 'ready', isReady);
      await lab.world.delete('called', 20);
      await lab.world.gone('called');
      assert.equal(await lab.log(pod, {}), 'GET /bye\n');
    }),
  ],
};
