import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { until } from '../../base/mod.ts';
import { readExitRecord } from './exit-record.ts';
import { countProcesses, expectFailure, startFixture } from './supervisor-fixture.ts';

const SIGKILL = 9;
const SIGTERM = 15;

/** Every promise about the life of a container holds with and without namespaces. */
for (const isSandboxWanted of [true, false]) {
  describe(isSandboxWanted ? 'a container in a sandbox' : 'a plain container', () => {
    test('ends with the code of its command, and the record on disk says so before the event', async (t) => {
      const fixture = await startFixture(t, { isSandboxWanted });
      const seen = new Promise<string>((resolve) => {
        fixture.supervisor.onExit((exit) => resolve(exit.id));
      });
      const request = fixture.request(fixture.shell('echo working; exit 7'));
      const started = await fixture.supervisor.startContainer(request);
      await seen;
      const record = await readExitRecord(request.exitFile);
      assert.ok(record);
      const { startedAtMs, finishedAtMs, ...rest } = record;
      assert.deepEqual(rest, {
        id: request.id,
        pid: started.pid,
        startTime: started.startTime,
        bootId: (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim(),
        code: 7,
        signal: null,
        logDroppedBytes: 0,
      });
      assert.ok(startedAtMs <= finishedAtMs && finishedAtMs - startedAtMs < 10_000);
      assert.deepEqual(fixture.exits.get(request.id), record);
    });

    test('is identified by the pid and start time of its main process', async (t) => {
      const fixture = await startFixture(t, { isSandboxWanted });
      const request = fixture.request(fixture.shell('sleep 60'));
      const { pid, startTime } = await fixture.supervisor.startContainer(request);
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      assert.equal(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]), startTime);
      await fixture.supervisor.killContainer(request.id);
    });

    test('passes a signal to the main process, which may answer it', async (t) => {
      const fixture = await startFixture(t, { isSandboxWanted });
      const request = fixture.request(fixture.shell('trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 0.05; done'));
      const started = await fixture.supervisor.startContainer(request);
      await fixture.logged(request, 'ready');
      await fixture.supervisor.signal(request.id, SIGTERM);
      const ended = await fixture.ended(request, started);
      assert.equal(ended.exit.code, 3);
      assert.equal(ended.stdout(), 'ready\nbye\n');
      assert.equal((await expectFailure(fixture.supervisor.signal(request.id, SIGTERM))).reason, 'NotFound');
    });

    test('a command that no system can start has failed, and says why', async (t) => {
      const fixture = await startFixture(t, { isSandboxWanted });
      const request = fixture.request(fixture.shell('echo never', { BROKEN: 'a\0b' }));
      const ended = await fixture.ended(request, await fixture.supervisor.startContainer(request));
      assert.equal(ended.exit.code, 127);
      assert.match(ended.stderr(), /sh: ValueError: embedded null byte/);
    });

    test('ends by the signal that its main process does not handle', async (t) => {
      const fixture = await startFixture(t, { isSandboxWanted });
      const request = fixture.request({ ...fixture.shell('exec sleep 60') });
      const started = await fixture.supervisor.startContainer(request);
      await fixture.supervisor.signal(request.id, SIGTERM);
      const { exit } = await fixture.ended(request, started);
      assert.deepEqual([exit.code, exit.signal], [null, SIGTERM]);
    });

    test('is killed with what escaped to sessions of its own, and with nothing else', async (t) => {
      const fixture = await startFixture(t, { isSandboxWanted });
      const marker = `sleep 98${process.pid % 1000}1`;
      const other = fixture.request(fixture.shell('sleep 60'), { podUid: 'other' });
      await fixture.supervisor.startContainer(other);
      const escape = `setsid sh -c "setsid ${marker} & ${marker}" & (setsid ${marker} &) ; echo ready; sleep 60`;
      const request = fixture.request(fixture.shell(escape), { podUid: 'pod' });
      const started = await fixture.supervisor.startContainer(request);
      await fixture.logged(request, 'ready');
      await until('the escaped processes', async () => (await countProcesses(marker)) >= 3);
      assert.deepEqual(await fixture.supervisor.killPod('pod'), { killedCount: 1 });
      const { exit } = await fixture.ended(request, started);
      assert.deepEqual([exit.code, exit.signal], [null, SIGKILL]);
      assert.equal(await countProcesses(marker), 0, 'a process outlived its Pod');
      const { containers } = await fixture.supervisor.list();
      assert.equal(containers.find(({ id }) => id === other.id)?.state, 'running');
      assert.deepEqual(await fixture.supervisor.killPod('pod'), { killedCount: 0 });
    });

    test('takes along what its main process leaves behind', async (t) => {
      const fixture = await startFixture(t, { isSandboxWanted });
      const marker = `sleep 97${process.pid % 1000}1`;
      const { exit, log } = await fixture.run(fixture.shell(`setsid ${marker} & echo done; exit 0`));
      assert.equal(exit.code, 0);
      assert.deepEqual(log.map(({ text }) => text), ['done']);
      assert.equal(await countProcesses(marker), 0);
    });

    test('dies with the supervisor, and the next one does not know it', async (t) => {
      const fixture = await startFixture(t, { isSandboxWanted });
      const marker = `sleep 96${process.pid % 1000}1`;
      const request = fixture.request(fixture.shell(`setsid ${marker} & echo ready; ${marker}`));
      await fixture.supervisor.startContainer(request);
      await fixture.logged(request, 'ready');
      const { pid, instanceId } = fixture.supervisor.hello;
      const lost = new Promise<void>((resolve) => {
        fixture.supervisor.onLost(resolve);
      });
      process.kill(pid, 'SIGKILL');
      await lost;
      await until('the death of the container', async () => (await countProcesses(marker)) === 0);
      assert.equal((await expectFailure(fixture.supervisor.list())).reason, 'SupervisorLost');
      const next = await fixture.connect();
      assert.notEqual(next.hello.instanceId, instanceId);
      assert.deepEqual((await next.list()).containers, []);
      assert.equal(await readExitRecord(request.exitFile), undefined);
      assert.equal((await fixture.run(fixture.shell('exit 0'))).exit.code, 0);
    });

    test('sees three descriptors, its own environment and nothing else', async (t) => {
      const fixture = await startFixture(t, { isSandboxWanted });
      const command = { ...fixture.shell(''), argv: ['/bin/sh', '-c', 'ls /proc/self/fd; exec /usr/bin/env'] };
      const { stdout } = await fixture.run({ ...command, env: { PATH: '/usr/bin:/bin', ONLY: 'this' } } as typeof command);
      const lines = stdout().trim().split('\n');
      assert.deepEqual(lines.slice(0, 4), ['0', '1', '2', '3'], 'the fourth is the directory that ls reads');
      const variables = lines.slice(4).filter((line) => !/^(PWD|SHLVL|_|OLDPWD)=/.test(line));
      assert.deepEqual(variables.toSorted(), ['ONLY=this', 'PATH=/usr/bin:/bin']);
    });

    test('is refused with a sentence when it cannot start', async (t) => {
      const fixture = await startFixture(t, { isSandboxWanted });
      const refused = async (argv: string[], options = {}) =>
        expectFailure(fixture.supervisor.startContainer(fixture.request({ kind: 'exec', argv, env: { PATH: '/usr/bin:/bin' }, cwd: '/' }, options)));
      const missing = await refused(['no-such-program']);
      assert.equal(missing.reason, 'StartError');
      assert.equal(missing.message, 'exec: "no-such-program": executable file not found in $PATH');
      assert.match((await refused(['/etc/passwd'])).message, /permission denied/);
      assert.match((await refused(['true'], { logFile: '/no/such/place/log' })).message, /cannot keep its log/);
      assert.match((await refused(['true'], { exitFile: '/dev/full' })).message, /exit record: .*No space left/);
      assert.deepEqual((await fixture.supervisor.list()).containers, []);
    });
  });
}

test('without a sandbox a step may kill its own init: what it started dies all the same', async (t) => {
  const fixture = await startFixture(t, { isSandboxWanted: false });
  const marker = `sleep 95${process.pid % 1000}1`;
  const { exit } = await fixture.run(fixture.shell(`setsid ${marker} & ${marker} & kill -9 $PPID; ${marker}`));
  assert.deepEqual([exit.code, exit.signal], [null, SIGKILL]);
  assert.equal(await countProcesses(marker), 0);
  assert.equal((await fixture.run(fixture.shell('exit 0'))).exit.code, 0);
});

test('a server that comes back finds what runs and what ended meanwhile', async (t) => {
  const fixture = await startFixture(t);
  // It ends when it is told to: on a busy machine a moment is over before the server is back, and nobody tells of the exit again.
  const waiting = `echo one; until test -e ${fixture.workDir}/end; do sleep 0.02; done; echo two; exit 4`;
  const lasting = fixture.request(fixture.shell(waiting), { podUid: 'a', ...fixture.step('') });
  const short = fixture.request(fixture.shell('exit 5'), { podUid: 'b' });
  const started = await fixture.supervisor.startContainer(lasting);
  await fixture.supervisor.startContainer(short);
  const { instanceId } = fixture.supervisor.hello;
  fixture.supervisor.close();
  await until('the record of the short one', () => readExitRecord(short.exitFile));
  fixture.exits.clear();
  const again = await fixture.connect();
  assert.equal(again.hello.instanceId, instanceId);
  // The record stands on disk a moment before the supervisor, which waits until it is durable, speaks of the exit.
  const containers = await until('the exit of the short one in the list', async () => {
    const listed = new Map((await again.list()).containers.map((container) => [container.id, container]));
    return listed.get(short.id)?.state === 'exited' ? listed : undefined;
  });
  assert.equal(containers.get(short.id)?.exit?.code, 5);
  assert.equal(containers.get(lasting.id)?.pid, started.pid);
  assert.equal(containers.get(lasting.id)?.startTime, started.startTime);
  assert.ok(started.startedAtMs !== undefined && started.startedAtMs > 0);
  assert.equal(containers.get(lasting.id)?.startedAtMs, started.startedAtMs);
  await writeFile(join(fixture.hostWorkDir, 'end'), '');
  const ended = await fixture.ended(lasting, started);
  assert.equal(ended.exit.startedAtMs, started.startedAtMs, 'start, list and exit tell the same moment');
  assert.equal(ended.exit.code, 4);
  assert.equal(ended.stdout(), 'one\ntwo\n');
});

test('a Pod that is removed is killed first and forgotten, its directories go and what links in them lead to stays', async (t) => {
  const fixture = await startFixture(t);
  const request = fixture.request(fixture.shell('echo here; sleep 60'), { podUid: 'pod' });
  await fixture.supervisor.startContainer(request);
  await fixture.logged(request, 'here');
  await mkdir(`${fixture.dataDir}/theirs/deep`, { recursive: true });
  await symlink(fixture.tmpDir, `${fixture.dataDir}/theirs/deep/link`);
  await writeFile(`${fixture.tmpDir}/kept`, '');
  const reply = await fixture.supervisor.removePod('pod', [`${fixture.dataDir}/theirs`, `${fixture.dataDir}/missing`]);
  assert.deepEqual(reply, { left: [] });
  assert.deepEqual((await fixture.supervisor.list()).containers, []);
  assert.equal((await readExitRecord(request.exitFile))?.signal, SIGKILL);
  assert.ok(!(await readdir(fixture.dataDir)).includes('theirs'));
  assert.deepEqual(await readdir(fixture.tmpDir), ['kept']);
  await fixture.supervisor.removePod('pod', []);
});

test('ids are used once, and a wrong request leaves nothing behind', async (t) => {
  const fixture = await startFixture(t);
  const request = fixture.request(fixture.shell('exit 0'));
  await fixture.supervisor.startContainer(request);
  assert.equal((await expectFailure(fixture.supervisor.startContainer(request))).reason, 'InvalidRequest');
  const { logFile: _, ...incomplete } = fixture.request(fixture.shell('exit 0'));
  const failure = await expectFailure(fixture.supervisor.startContainer(incomplete as typeof request));
  assert.equal(failure.reason, 'InvalidRequest');
  assert.match(failure.message, /logFile/);
  const orphan = fixture.request({ kind: 'fork', parentId: 'none', module: 'm', args: [], env: {}, cwd: '/' });
  assert.equal((await expectFailure(fixture.supervisor.startContainer(orphan))).reason, 'NotFound');
});

test('many containers at once all run and are all told apart', async (t) => {
  const fixture = await startFixture(t);
  const ended = await Promise.all(Array.from({ length: 30 }, (_, n) => fixture.run(fixture.shell(`echo ${n}; exit ${n}`))));
  assert.deepEqual(ended.map(({ exit }) => exit.code), Array.from({ length: 30 }, (_, n) => n));
  assert.deepEqual(ended.map(({ stdout }) => stdout().trim()), Array.from({ length: 30 }, (_, n) => String(n)));
});

test('memory is counted in private pages, time in CPU milliseconds', async (t) => {
  const fixture = await startFixture(t);
  const source = 'b = bytearray(64 * 1024 * 1024); b[::4096] = b"x" * len(b[::4096]); print("ready", flush=True); input() if 0 else __import__("time").sleep(60)';
  const command = { kind: 'exec', argv: [fixture.options.python, '-I', '-S', '-c', source], env: {}, cwd: '/' } as const;
  const request = fixture.request(command);
  await fixture.supervisor.startContainer(request);
  await fixture.logged(request, 'ready');
  const stats = await fixture.supervisor.stats();
  const own = stats.containers.find(({ id }) => id === request.id);
  assert.ok(own && own.privateBytes > 64 * 1024 ** 2 && own.privateBytes < 90 * 1024 ** 2, JSON.stringify(own));
  assert.ok(own.cpuMs > 0 && own.processCount === 2, 'its init and its main process');
  assert.ok(stats.supervisor.privateBytes > 0 && stats.supervisor.privateBytes < 40 * 1024 ** 2);
});
