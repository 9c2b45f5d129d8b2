// The life of Pods on the node: from their start to their end, whatever ends them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isJsonObject, until, type Json, type JsonObject, type KubeObject } from '../base/mod.ts';
import { containerStatus, countProcesses, NodeWorld, shellContainer, stateOf, terminated, waitingReason } from './testing/node-world.ts';

const world = await new NodeWorld().start();
after(() => world.close());

function condition(pod: KubeObject, type: string): JsonObject {
  const conditions = pod.status?.['conditions'] as readonly Json[];
  const found = conditions.find((item) => isJsonObject(item) && item['type'] === type);
  assert.ok(isJsonObject(found), `condition ${type}`);
  return found;
}

test('a container that ends well makes a Pod that succeeded', async () => {
  await world.shell('well', 'echo hello; echo trouble >&2');
  const pod = await world.ended('well');
  assert.equal(pod.status?.['phase'], 'Succeeded');
  const { exitCode, reason, startedAt, finishedAt, message } = terminated(pod);
  assert.deepEqual({ exitCode, reason, message }, { exitCode: 0, reason: 'Completed', message: undefined });
  assert.ok(Date.parse(String(startedAt)) <= Date.parse(String(finishedAt)));
  assert.equal(condition(pod, 'Ready')['reason'], 'PodCompleted');
  assert.equal(condition(pod, 'Initialized')['status'], 'True');
  assert.equal(pod.status?.['qosClass'], 'BestEffort');
  assert.match((await world.log(pod)).split('\n').toSorted().join(' '), /hello trouble/);
});

test('a failure tells its exit code, and what it said last where that is wanted', async () => {
  await world.shell('silent', 'echo the disk is on fire >&2; exit 7');
  assert.equal(terminated(await world.ended('silent'))['message'], undefined);
  await world.shell('ill', 'echo the disk is on fire >&2; exit 7', {}, { terminationMessagePolicy: 'FallbackToLogsOnError' });
  const pod = await world.ended('ill');
  assert.equal(pod.status?.['phase'], 'Failed');
  const { exitCode, reason, message } = terminated(pod);
  assert.deepEqual({ exitCode, reason, message }, { exitCode: 7, reason: 'Error', message: 'the disk is on fire' });
});

test('a signal shows as 128 and its number', async () => {
  // In a Pod's command two dollars are one.
  await world.shell('struck', 'kill -SEGV $$$$');
  const { exitCode, signal } = terminated(await world.ended('struck'));
  assert.deepEqual({ exitCode, signal }, { exitCode: 139, signal: 11 });
});

test('a termination message that was written takes precedence over the log', async () => {
  await world.shell('message', 'echo noise; echo -n "loss is nan" > /dev/termination-log; exit 3');
  assert.equal(terminated(await world.ended('message'))['message'], 'loss is nan');
  await world.shell('message-elsewhere', 'echo -n done > /tmp/said', {}, { terminationMessagePath: '/tmp/said' });
  assert.equal(terminated(await world.ended('message-elsewhere'))['message'], 'done');
  await world.shell('message-long', 'head -c 6000 /dev/zero | tr "\\0" x > /dev/termination-log; echo -n " loss is nan" >> /dev/termination-log; exit 3');
  const long = String(terminated(await world.ended('message-long'))['message']);
  assert.deepEqual([long.length, long.slice(-14)], [4096, 'xx loss is nan'], 'the end is what counts');
});

test('a command that is not there is a StartError, and the restart policy decides', async () => {
  await world.create('absent', { containers: [{ name: 'main', image: 'busybox', command: ['no-such-command'] }] });
  const { exitCode, reason, message, startedAt } = terminated(await world.ended('absent'));
  assert.deepEqual({ exitCode, reason, startedAt }, { exitCode: 128, reason: 'StartError', startedAt: undefined });
  assert.match(String(message), /no-such-command.*not found/);
  await world.create('absent-again', { restartPolicy: 'Always', containers: [{ name: 'main', image: 'busybox', command: ['no-such-command'] }] });
  await world.until('absent-again', 'back-off', (pod) => waitingReason(pod) === 'CrashLoopBackOff');
  await world.delete('absent-again');
  await world.gone('absent-again');
});

test('two containers run side by side, each with a /tmp of its own, and both must succeed', async () => {
  const script = (code: number) => `test ! -e /tmp/mine && touch /tmp/mine && sleep 0.1 && exit ${code}`;
  await world.create('pair', { containers: [shellContainer('a', script(0)), shellContainer('b', script(4))] });
  const pod = await world.ended('pair');
  assert.equal(pod.status?.['phase'], 'Failed');
  assert.equal(terminated(pod, 'a')['exitCode'], 0);
  assert.equal(terminated(pod, 'b')['exitCode'], 4);
});

test('init containers run in order before the others', async () => {
  const initContainers = [shellContainer('first', 'sleep 0.05; echo 1 >> /data/order'), shellContainer('second', 'echo 2 >> /data/order')];
  const volume = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
  await world.create('prepared', {
    initContainers: initContainers.map((container) => ({ ...container, ...volume })),
    containers: [shellContainer('main', 'cat /data/order', volume)],
    volumes: [{ name: 'data', emptyDir: {} }],
  });
  const pod = await world.ended('prepared');
  assert.equal(pod.status?.['phase'], 'Succeeded');
  assert.equal(await world.log(pod, { container: 'main' }), '1\n2\n');
  assert.equal(containerStatus(pod, 'first')['ready'], true);
});

test('an init container that fails fails the Pod, and nothing else starts', async () => {
  await world.create('unprepared', { initContainers: [shellContainer('prepare', 'exit 2')], containers: [shellContainer('main', 'true')] });
  const pod = await world.ended('unprepared');
  assert.equal(pod.status?.['phase'], 'Failed');
  assert.equal(stateOf(containerStatus(pod, 'main'), 'waiting')?.['reason'], 'PodInitializing');
  assert.equal(condition(pod, 'Initialized')['reason'], 'ContainersNotInitialized');
  assert.match(await world.log(pod, { container: 'main' }), /container "main" in pod "unprepared" is waiting to start: PodInitializing/);
});

test('a sidecar runs as long as the others and does not fail the Pod', async () => {
  const sidecar = shellContainer('proxy', 'trap "echo bye; exit 1" TERM; echo ready > /data/proxy; while :; do sleep 0.02; done', { restartPolicy: 'Always' });
  const volume = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
  await world.create('accompanied', {
    initContainers: [{ ...sidecar, ...volume }],
    containers: [shellContainer('main', 'until test -e /data/proxy; do sleep 0.01; done', volume)],
    volumes: [{ name: 'data', emptyDir: {} }],
  });
  const pod = await world.ended('accompanied');
  assert.equal(pod.status?.['phase'], 'Succeeded');
  assert.equal(terminated(pod, 'proxy')['exitCode'], 1);
});

test('a container that keeps failing is restarted at once, then with back-off; the log before it stays', async () => {
  await world.shell('crashing', 'echo "attempt on $HOSTNAME"; exit 1', { restartPolicy: 'OnFailure' });
  const pod = await world.until('crashing', 'back-off', (crashing) => waitingReason(crashing) === 'CrashLoopBackOff');
  const status = containerStatus(pod);
  assert.equal(pod.status?.['phase'], 'Running');
  assert.equal(status['restartCount'], 1);
  assert.equal(stateOf(status, 'terminated', 'lastState')?.['exitCode'], 1);
  assert.equal(await world.log(pod, { previous: true }), 'attempt on crashing\n');
  assert.equal((await world.event('crashing', 'BackOff')).type, 'Warning');
  await world.delete('crashing');
  await world.gone('crashing');
});

test('restartPolicy OnFailure restarts until it works', async () => {
  const script = 'test -e /data/tried && exit 0; touch /data/tried; exit 1';
  await world.shell('second-time', script, { restartPolicy: 'OnFailure', volumes: [{ name: 'data', emptyDir: {} }] }, { volumeMounts: [{ name: 'data', mountPath: '/data' }] });
  const pod = await world.ended('second-time');
  assert.equal(pod.status?.['phase'], 'Succeeded');
  assert.equal(containerStatus(pod)['restartCount'], 1);
});

test('SIGTERM is handled within the grace', async () => {
  await world.shell('polite', 'trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.02; done');
  const pod = await world.running('polite');
  await world.printed('polite', 'up');
  assert.equal(condition(pod, 'Ready')['status'], 'True');
  await world.delete('polite', 20);
  await world.gone('polite');
  assert.equal(await world.log(pod), 'up\nbye\n');
  assert.equal((await world.event('polite', 'Killing')).message, 'Stopping container main');
});

test('who ignores SIGTERM is killed after the grace, with everything it started', async () => {
  const marker = `stubborn-${process.pid}`;
  const grandchild = `setsid sh -c 'trap "" TERM; sleep 600 # ${marker}' &`;
  await world.shell('stubborn', `trap "" TERM; ${grandchild} echo up; while :; do sleep 0.02; done`);
  await world.printed('stubborn', 'up');
  assert.ok((await countProcesses(marker)) > 0);
  const startMs = Date.now();
  await world.delete('stubborn', 1);
  await world.gone('stubborn');
  assert.ok(Date.now() - startMs >= 900, 'the grace was given');
  assert.equal(await countProcesses(marker), 0);
});

test('a grandchild that calls setsid dies with its Pod, also when the Pod ends by itself', async () => {
  const marker = `orphan-${process.pid}`;
  await world.shell('leaving', `setsid sh -c 'sleep 600 # ${marker}' & sleep 0.05`);
  await world.ended('leaving');
  assert.equal(await countProcesses(marker), 0);
});

test('a forced deletion kills at once', async () => {
  const marker = `forced-${process.pid}`;
  await world.shell('forced', `trap "" TERM; echo up; sleep 600 # ${marker}\nsleep 1`);
  await world.printed('forced', 'up');
  await world.delete('forced', 0);
  await until('its processes to be gone', async () => (await countProcesses(marker)) === 0);
});

test('activeDeadlineSeconds end a Pod', async () => {
  await world.shell('late', 'sleep 600', { activeDeadlineSeconds: 1, terminationGracePeriodSeconds: 1 });
  const pod = await world.ended('late');
  assert.equal(pod.status?.['phase'], 'Failed');
  assert.equal(pod.status?.['reason'], 'DeadlineExceeded');
  assert.match(String(pod.status?.['message']), /activeDeadlineSeconds of 1/);
});

test('phases never go back, and watchers see them in order', async () => {
  const seen: unknown[] = [];
  const watch = new AbortController();
  const events = await world.api.watch({ group: '', version: 'v1', resource: 'pods' }, 'default', { fieldSelector: 'metadata.name=watched', signal: watch.signal });
  assert.ok(events.ok);
  const watching = (async () => {
    for await (const event of events.value) if (event.type !== 'ERROR' && event.type !== 'BOOKMARK') seen.push(event.object.status?.['phase']);
  })();
  await world.shell('watched', 'sleep 0.1');
  await world.ended('watched');
  await until('the watch to see the end', () => seen.includes('Succeeded'));
  watch.abort();
  await watching;
  assert.deepEqual([...new Set(seen)], ['Pending', 'Running', 'Succeeded']);
});

test('logs stay when the Pod is gone; a container must be named when there are several', async () => {
  await world.create('talking', { initContainers: [shellContainer('init', 'true')], containers: [shellContainer('a', 'echo from a'), shellContainer('b', 'echo from b')] });
  const pod = await world.ended('talking');
  assert.match(await world.log(pod), /a container name must be specified for pod talking, choose one of: \[a b\] or one of the init containers: \[init\]/);
  assert.match(await world.log(pod, { container: 'c' }), /container c is not valid for pod talking/);
  assert.match(await world.log(pod, { container: 'a', previous: true }), /previous terminated container "a" in pod "talking" not found/);
  await world.delete('talking');
  await world.gone('talking');
  assert.equal(await world.log(pod, { container: 'b' }), 'from b\n');
});

test('a log that the retention rule took is said to be gone', async () => {
  await world.shell('forgotten', 'echo something');
  const pod = await world.ended('forgotten');
  await world.logs.retain({ ageMsMax: 0, sizeBytesMax: 0, isKept: (podUid) => podUid !== pod.metadata.uid });
  assert.equal(await world.log(pod), 'the log of container "main" in pod "forgotten" is not kept any more');
});

test('a log is followed to the end of the container', async () => {
  await world.shell('following', 'echo one; sleep 0.1; echo two');
  await world.printed('following', 'one');
  assert.equal(await world.log(await world.get('following'), { follow: true }), 'one\ntwo\n');
});

test('an ordinary Pod has the events of a kubelet', async () => {
  await world.shell('eventful', 'true');
  await world.ended('eventful');
  await world.event('eventful', 'Started');
  const events = await world.events('eventful');
  assert.deepEqual(new Set(events.map(({ reason }) => reason)), new Set(['Created', 'Pulled', 'Started']));
});

test('stats count private bytes of each container', async () => {
  await world.shell('weighed', 'echo up; sleep 600');
  await world.printed('weighed', 'up');
  const stats = await world.node.stats();
  const own = stats.containers.find(({ podName }) => podName === 'weighed');
  assert.equal(own?.namespace, 'default');
  assert.equal(own?.container, 'main');
  assert.ok(own !== undefined && own.privateBytes > 0 && own.processCount > 0);
  assert.ok(stats.privateBytes > own.privateBytes);
  await world.delete('weighed', 0);
});

test('what is used is a rate over the time between two looks', async () => {
  const pod = await world.shell('busy', 'while :; do :; done', { terminationGracePeriodSeconds: 0 });
  const look = async () => {
    const outcome = await world.node.usage.measure();
    return outcome.ok ? outcome.value.containers.find(({ podUid, cpuNanocores }) => podUid === pod.metadata.uid && cpuNanocores > 0) : undefined;
  };
  const { container, cpuNanocores, memoryBytes } = await until('what it uses', look, { timeoutMs: 60_000 });
  assert.equal(container, 'main');
  assert.ok(memoryBytes > 0 && cpuNanocores < 1.5e9, `${cpuNanocores} of one processor`);
  await world.delete('busy', 0);
});

test('the node reports as a kubelet does: its Pods, and what they use', async () => {
  const pod = await world.shell('seen', 'while :; do :; done', { terminationGracePeriodSeconds: 0 });
  const read = async (path: string) => {
    const outcome = await world.node.reports.read(path, new URLSearchParams());
    assert.ok(outcome?.ok, path);
    return outcome.value.body;
  };
  const summary = async () => (JSON.parse(await read('stats/summary')) as { node: JsonObject; pods: { podRef: JsonObject; containers: { name: string; cpu: JsonObject; memory: JsonObject }[] }[] }).pods.find(({ podRef }) => podRef['uid'] === pod.metadata.uid);
  const { podRef, containers } = await until('it in the summary', async () => {
    const found = await summary();
    return Number(found?.containers[0]?.cpu['usageNanoCores']) > 0 && found;
  }, { timeoutMs: 60_000 });
  assert.deepEqual([podRef['name'], podRef['namespace'], containers[0]?.name], ['seen', 'default', 'main']);
  assert.ok(Number(containers[0]?.cpu['usageCoreNanoSeconds']) > 0 && Number(containers[0]?.memory['workingSetBytes']) > 0);
  assert.match(await read('metrics/resource'), /^container_cpu_usage_seconds_total\{container="main",namespace="default",pod="seen"\} 0?\.?\d/m);
  assert.match(await read('metrics/cadvisor'), /^container_memory_working_set_bytes\{container="main",.*pod="seen"\} \d/m);
  assert.match(await read('metrics'), /^kubelet_running_pods [1-9]/m);
  assert.ok((JSON.parse(await read('pods')) as { items: KubeObject[] }).items.some(({ metadata }) => metadata.name === 'seen'));
  assert.equal(await read('healthz'), 'ok');
  assert.equal(world.node.reports.read('logs', new URLSearchParams()), undefined);
  await world.delete('seen', 0);
});

test('the directory of a Pod is gone with it', async () => {
  const { metadata } = await world.shell('tidy', 'true');
  await world.ended('tidy');
  await until('its directory to be removed', async () => !world.podDirectories().includes(metadata.uid!));
});
