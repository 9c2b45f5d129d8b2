// The wall clock is set a day ahead or back while Pods run (a correction from the network, a laptop that slept): what takes its time
// takes as long as it would have, and what is new works at once. The supervisor's stamps stay as they were, which is the worst case.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { objectsOf, systemClock, until, type JsonObject } from '../base/mod.ts';
import { containerStatus, NodeWorld, shellContainer, stateOf, waitingReason } from './testing/node-world.ts';
import { podDirectory } from './pods/pod-directory.ts';

const DAY_MS = 86_400_000;

for (const [direction, jumpMs] of [['ahead', DAY_MS], ['back', -DAY_MS]] as const) {
  describe(`a clock that is set a day ${direction}`, async () => {
    let offsetMs = 0;
    const world = new NodeWorld({ clock: { ...systemClock, now: () => Date.now() + offsetMs } });
    after(() => world.close());
    await world.start();

    test('ends no Pod early, and hangs none', { timeout: 120_000 }, async () => {
      const probe = { exec: { command: ['test', '-e', '/tmp/alive'] }, periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 20, initialDelaySeconds: 1 };
      const tokenVolume = { name: 'tokens', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } };
      const mount = { volumeMounts: [{ name: 'tokens', mountPath: '/tokens' }] };
      await world.shell('lasting', 'touch /tmp/alive; sleep 600', { activeDeadlineSeconds: 3600, volumes: [tokenVolume] }, { livenessProbe: probe, ...mount });
      await world.shell('limited', 'sleep 600', { activeDeadlineSeconds: 8, terminationGracePeriodSeconds: 0 });
      await world.shell('crashing', 'echo up; exit 1', { restartPolicy: 'Always', terminationGracePeriodSeconds: 0 });
      const stubborn = 'trap "" TERM; while :; do sleep 0.05; done';
      await world.shell('stubborn', stubborn);
      const lasting = await world.running('lasting');
      await Promise.all(['limited', 'stubborn'].map((name) => world.running(name)));
      await world.until('crashing', 'back-off', (pod) => waitingReason(pod) === 'CrashLoopBackOff');
      const crashedAtMs = performance.now();
      await world.delete('stubborn', 4);
      const deletedAtMs = performance.now();
      offsetMs = jumpMs;

      await world.gone('stubborn');
      const graceMs = performance.now() - deletedAtMs;
      assert.ok(graceMs >= 3_900 && graceMs < 15_000, `killed after ${graceMs} ms of its grace of 4 s`);
      await world.shell('new', 'echo fine');
      assert.equal(await world.log(await world.ended('new')), 'fine\n');
      const limited = await world.ended('limited');
      assert.equal(limited.status?.['reason'], 'DeadlineExceeded');
      await world.until('crashing', 'its next attempt', (pod) => Number(containerStatus(pod)['restartCount']) >= 2);
      const backOffMs = performance.now() - crashedAtMs;
      assert.ok(backOffMs >= 9_000 && backOffMs < 25_000, `started again after ${backOffMs} ms in place of 10 s`);

      const tokenFile = join(podDirectory(join(world.directory, 'pods'), lasting.metadata.uid!).memoryPath, 'tokens', 'token');
      const claims = (): JsonObject => JSON.parse(Buffer.from(readFileSync(tokenFile, 'utf8').split('.')[1]!, 'base64url').toString()) as JsonObject;
      await until('a token that is valid now', () => {
        const nowSeconds = (Date.now() + offsetMs) / 1000;
        return Number(claims()['nbf']) <= nowSeconds && nowSeconds < Number(claims()['exp']);
      }, { timeoutMs: 20_000 });

      const still = await world.get('lasting');
      assert.deepEqual([still.status?.['phase'], containerStatus(still)['restartCount']], ['Running', 0]);
      await world.run(still, 'rm /tmp/alive');
      await world.event('lasting', 'Unhealthy');
    });

    test('is no obstacle for the next server', { timeout: 60_000 }, async () => {
      await world.shell('adopted', 'sleep 600', { terminationGracePeriodSeconds: 0 });
      await world.create('web', { terminationGracePeriodSeconds: 0, containers: [shellContainer('main', 'sleep 600', { readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1 } })] });
      await Promise.all(['adopted', 'web'].map((name) => world.running(name)));
      offsetMs = 0;
      await world.restart();
      const pod = await world.get('adopted');
      assert.notEqual(stateOf(containerStatus(pod), 'running'), undefined);
      await world.until('web', 'ready', ({ status }) => objectsOf(status?.['conditions']).some(({ type, status: is }) => type === 'Ready' && is === 'True'));
      await world.delete('adopted');
      await world.gone('adopted');
    });
  });
}
