import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { until } from '../../base/mod.ts';
import { connectSupervisor, type SupervisorOptions } from './client.ts';
import { openConnection } from './connection.ts';
import { readExitRecord } from './exit-record.ts';
import type { Supervisor } from './protocol.ts';
import { connectFor, expectFailure, removeDirectory, runProgram, startFixture } from './supervisor-fixture.ts';

test('one supervisor serves a directory, and ends when it is idle and alone', async (t) => {
  const fixture = await startFixture(t, { idleSeconds: 0.2 });
  const other = await connectFor(t, fixture.options);
  assert.equal(other.hello.pid, fixture.supervisor.hello.pid);
  const { pid } = other.hello;
  other.close();
  const request = fixture.request(fixture.shell('sleep 0.6'));
  await fixture.supervisor.startContainer(request);
  fixture.supervisor.close();
  await until('the record', () => readExitRecord(request.exitFile));
  await until('the end of the idle supervisor', async () => !(await isRunning(pid)));
});

test('a supervisor whose directory was removed ends when it is idle', async (t) => {
  const fixture = await startFixture(t);
  const supervisor = await connectFor(t, { ...fixture.options, dataDir: join(fixture.dataDir, 'removed') });
  await removeDirectory(join(fixture.dataDir, 'removed'));
  supervisor.close();
  await until('its end', async () => !(await isRunning(supervisor.hello.pid)));
});

test('an interpreter that is missing or too old is named in the failure', async (t) => {
  const fixture = await startFixture(t);
  const dataDir = join(fixture.dataDir, 'elsewhere');
  const missing = await expectFailure(connectSupervisor({ ...fixture.options, dataDir, python: '/no/such/python' }));
  assert.equal(missing.reason, 'SupervisorUnavailable');
  assert.match(missing.message, /\/no\/such\/python cannot be started/);
  const broken = await expectFailure(connectSupervisor({ ...fixture.options, dataDir, python: '/bin/false' }));
  assert.match(broken.message, /ended with 1/);
});

test('a data directory with a long path is served through a short socket', async (t) => {
  const fixture = await startFixture(t);
  const options = { ...fixture.options, dataDir: join(fixture.dataDir, 'd'.repeat(120)) };
  const supervisor = await connectFor(t, options);
  assert.notEqual(supervisor.hello.pid, fixture.supervisor.hello.pid);
  await supervisor.shutdown();
});

test('an older supervisor is kept while it is busy and replaced when it is idle', async (t) => {
  const fixture = await startFixture(t);
  const options = { ...fixture.options, dataDir: join(fixture.dataDir, 'upgraded') };
  const older = await startOlderSupervisor(options);
  t.after(() => older.close());
  await older.startContainer(fixture.request(fixture.shell('sleep 60'), { podUid: 'pod' }));
  const kept = await connectFor(t, options);
  assert.deepEqual([kept.hello.pid, kept.hello.version], [older.hello.pid, 'older']);
  await kept.removePod('pod', []);
  const replacement = await connectFor(t, options);
  assert.notEqual(replacement.hello.pid, older.hello.pid);
  assert.notEqual(replacement.hello.version, 'older');
  assert.equal((await expectFailure(older.list())).reason, 'SupervisorLost');
  await replacement.shutdown();
});

test('a busy supervisor of another protocol is never touched', async (t) => {
  const fixture = await startFixture(t);
  const directory = join(fixture.dataDir, 'foreign', 'supervisor');
  await mkdir(directory, { recursive: true });
  const socket = join(directory, 'supervisor.sock');
  const received: string[] = [];
  const foreign = createServer((connection) => {
    connection.on('data', (chunk) => {
      received.push(chunk.toString());
      connection.write(`${JSON.stringify({ reply: 1, value: { protocol: 99, version: 'foreign', pid: 4711, runningCount: 2 } })}\n`);
    });
    connection.on('error', () => undefined); // the client leaves without a word
  });
  await new Promise<void>((resolve) => {
    foreign.listen(socket, resolve);
  });
  t.after(() => foreign.close());
  await writeFile(join(directory, 'supervisor.json'), JSON.stringify({ pid: 4711, socket, instanceId: 'foreign' }));
  const failure = await expectFailure(connectSupervisor({ ...fixture.options, dataDir: join(fixture.dataDir, 'foreign') }));
  assert.equal(failure.reason, 'SupervisorUnavailable');
  assert.match(failure.message, /pid 4711\) runs 2 containers/);
  assert.equal(received.length, 1, 'it was only greeted');
});

test('programs of earlier versions are removed once they are not needed', async (t) => {
  const fixture = await startFixture(t);
  const directory = join(fixture.dataDir, 'supervisor');
  await mkdir(join(directory, 'program-000000000000'));
  const again = await connectFor(t, fixture.options);
  again.close();
  assert.equal((await readdir(directory)).filter((name) => name.startsWith('program-')).length, 1);
});

test('a client that speaks nonsense is disconnected, and nobody else notices', async (t) => {
  const fixture = await startFixture(t);
  for (const nonsense of ['hello\n', '{}\n', '[]\n', '{"id":1}\n', 'GET / HTTP/1.1\r\n\r\n', `{"id":1,"type":[],"request":{}}\n`]) {
    const socket = connect(join(fixture.dataDir, 'supervisor', 'supervisor.sock'));
    const answer = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('data', () => socket.end());
      socket.on('close', () => resolve(text));
      socket.on('error', () => undefined); // it may be cut off while it still sends
    });
    socket.write(nonsense);
    assert.match(await answer, /^$|InvalidRequest/, nonsense);
  }
  assert.deepEqual((await fixture.supervisor.list()).containers, []);
});

async function startOlderSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const directory = join(options.dataDir, 'supervisor');
  await mkdir(directory, { recursive: true });
  const program = join(import.meta.dirname, 'supervisor.py');
  const parameters = ['--dir', directory, '--short-dir', tmpdir(), '--version', 'older', '--idle-seconds', '20'];
  spawn(options.python, ['-I', '-S', program, 'supervise', ...parameters], { detached: true, stdio: 'ignore' }).unref();
  return until('the older supervisor', () => openConnection(join(directory, 'supervisor.sock'), options).catch(() => undefined));
}

async function isRunning(pid: number): Promise<boolean> {
  return runProgram('/bin/kill', ['-0', String(pid)]).then(
    () => true,
    () => false,
  );
}
