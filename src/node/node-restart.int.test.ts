// What becomes of Pods when the server restarts, and when the supervisor dies.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until, type KubeObject } from '../base/mod.ts';
import { containerStatus, countProcesses, must, NodeWorld, shellContainer, stateOf, terminated, waitingReason } from './testing/node-world.ts';

const world = await new NodeWorld().start();
after(() => world.close());

const SHARED = { volumes: [{ name: 'host', hostPath: { path: world.directory } }] };
const MOUNT = { volumeMounts: [{ name: 'host', mountPath: '/world' }] };

/** A shell script that waits until the test lets it go on. */
function waitFor(name: string): string {
  return `until test -e /world/${name}; do sleep 0.02; done`;
}

function letGo(name: string): Promise<void> {
  return writeFile(join(world.directory, name), '');
}

function startedAtMsOf(pod: KubeObject): number | undefined {
  const state = world.node.containerState(pod.metadata.uid!, 'main');
  return state?.phase === 'running' ? state.startedAtMs : undefined;
}

function pidOf(pod: KubeObject): number | undefined {
  const state = world.node.containerState(pod.metadata.uid!, 'main');
  return state?.phase === 'running' ? state.pid : undefined;
}

test('a running Pod is taken up again: same process, the log goes on, the exit code is its own', async () => {
  await world.shell('lasting', `echo before; ${waitFor('go-on')}; echo after; exit 5`, SHARED, MOUNT);
  await world.printed('lasting', 'before');
  const pod = await world.running('lasting');
  const pid = pidOf(pod);
  const startedAtMs = startedAtMsOf(pod);
  await world.restart();
  assert.equal(startedAtMsOf(pod), startedAtMs, 'it has run since then, whichever server looks');
  assert.ok(pid !== undefined && pid > 0);
  assert.equal(pidOf(pod), pid);
  await letGo('go-on');
  const ended = await world.ended('lasting');
  assert.equal(terminated(ended)['exitCode'], 5);
  assert.equal(containerStatus(ended)['restartCount'], 0);
  assert.equal(await world.log(ended), 'before\nafter\n');
});

test('an exit that happened while the server was down is known afterwards', async () => {
  const marker = `short-${process.pid}`;
  await world.shell('ending-alone', `echo up; ${waitFor('end-alone')}; exit 6 # ${marker}`, SHARED, MOUNT);
  await world.printed('ending-alone', 'up');
  await world.running('ending-alone');
  await world.stop();
  await letGo('end-alone');
  await until('the process to end', async () => (await countProcesses(marker)) === 0);
  await world.start();
  const pod = await world.ended('ending-alone');
  assert.equal(terminated(pod)['exitCode'], 6);
  assert.match(await world.log(pod), /up/);
});

test('a Pod deleted while the server was down is ended with grace, one that is gone is killed', async () => {
  const marker = `deleted-${process.pid}`;
  await world.shell('deleted', 'trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.02; done');
  await world.shell('removed', `trap "" TERM; echo up; while :; do sleep 0.02; done # ${marker}`);
  await world.printed('deleted', 'up');
  await world.printed('removed', 'up');
  await world.running('deleted');
  const deleted = await world.get('deleted');
  await world.stop();
  await world.delete('deleted', 20);
  await world.delete('removed', 0);
  await world.start();
  await world.gone('deleted');
  assert.equal(await world.log(deleted), 'up\nbye\n');
  await until('the processes to be killed', async () => (await countProcesses(marker)) === 0);
});

test('a deleted Pod whose end was published is removed by the next server', async () => {
  await world.shell('half-deleted', 'echo up; sleep 600');
  await world.running('half-deleted');
  await world.stop();
  await world.delete('half-deleted', 30);
  const ref = { type: { group: '', version: 'v1', resource: 'pods' }, namespace: 'default', name: 'half-deleted' };
  must(await world.api.patch(ref, 'merge', { status: { phase: 'Failed' } }, { subresource: 'status' }));
  await world.start();
  await world.gone('half-deleted');
});

test('directories of Pods that are no more are swept', async () => {
  const leftover = '00000000-1111-2222-3333-444444444444';
  await world.stop();
  await mkdir(join(world.directory, 'pods', leftover, 'tmp/main.0'), { recursive: true });
  await world.start();
  assert.ok(!world.podDirectories().includes(leftover));
});

test('a back-off goes on after a restart, with the attempts counted on', async () => {
  await world.shell('backing-off', 'exit 9', { restartPolicy: 'Always' });
  await world.until('backing-off', 'back-off', (pod) => waitingReason(pod) === 'CrashLoopBackOff');
  await world.restart();
  const pod = await world.until('backing-off', 'back-off again', (backing) => waitingReason(backing) === 'CrashLoopBackOff');
  assert.equal(containerStatus(pod)['restartCount'], 1);
  assert.equal(stateOf(containerStatus(pod), 'terminated', 'lastState')?.['exitCode'], 9);
  await world.delete('backing-off', 0);
});

test('an init container that has succeeded is not run again', async () => {
  const count = shellContainer('count', 'echo x >> /world/init-count', MOUNT);
  await world.create('initialized', { initContainers: [count], containers: [shellContainer('main', `echo up; ${waitFor('init-done')}; cat /world/init-count`, MOUNT)], ...SHARED });
  await world.printed('initialized', 'up', { container: 'main' });
  await world.restart();
  await letGo('init-done');
  assert.equal(await world.log(await world.ended('initialized'), { container: 'main' }), 'up\nx\n');
});

test('a connection that breaks harms nothing: the same processes go on', async () => {
  await world.shell('unharmed', `echo up; ${waitFor('unharmed-go')}; exit 4`, SHARED, MOUNT);
  await world.printed('unharmed', 'up');
  const pod = await world.running('unharmed');
  const pid = pidOf(pod);
  world.breakConnection();
  await world.shell('started-meanwhile', 'exit 0');
  assert.equal((await world.ended('started-meanwhile')).status?.['phase'], 'Succeeded');
  assert.equal(pidOf(pod), pid);
  await letGo('unharmed-go');
  assert.equal(terminated(await world.ended('unharmed'))['exitCode'], 4);
});

test('a supervisor that dies takes its containers along: NodeLost, and the restart policy decides', async () => {
  await world.shell('lost', 'echo up; sleep 600');
  await world.shell('resilient', 'test $(ls /world | grep -c resilient) -gt 0 && echo again && exit 0; touch /world/resilient-1; echo up; sleep 600', { restartPolicy: 'OnFailure', ...SHARED }, MOUNT);
  await world.printed('lost', 'up');
  await world.printed('resilient', 'up');
  await world.running('lost');
  process.kill(world.node.supervisor().hello.pid, 'SIGKILL');
  const lost = await world.ended('lost');
  const { exitCode, reason } = terminated(lost);
  assert.equal(lost.status?.['phase'], 'Failed');
  assert.deepEqual({ exitCode, reason }, { exitCode: 137, reason: 'NodeLost' });
  const resilient = await world.ended('resilient');
  assert.equal(resilient.status?.['phase'], 'Succeeded');
  assert.equal(stateOf(containerStatus(resilient), 'terminated', 'lastState')?.['reason'], 'NodeLost');
  await world.shell('afterwards', 'true');
  await world.ended('afterwards');
});

test('the same while the server is down', async () => {
  await world.shell('lost-unseen', 'echo up; sleep 600');
  await world.printed('lost-unseen', 'up');
  await world.running('lost-unseen');
  const { pid } = world.node.supervisor().hello;
  await world.stop();
  process.kill(pid, 'SIGKILL');
  await world.start();
  assert.equal(terminated(await world.ended('lost-unseen'))['reason'], 'NodeLost');
});

test('a supervisor that dies amid starts leaves no Pod hanging', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `amid-${index}`);
  await Promise.all(names.map((name) => world.shell(name, 'sleep 0.05')));
  await until('the first to run', () => names.length > 0 && world.node.status().podCount >= names.length);
  process.kill(world.node.supervisor().hello.pid, 'SIGKILL');
  const pods = await Promise.all(names.map((name) => world.ended(name)));
  for (const pod of pods) {
    const { reason } = terminated(pod);
    assert.ok(reason === 'Completed' || reason === 'NodeLost', `${pod.metadata.name}: ${String(reason)}`);
  }
});
