import assert from 'node:assert/strict';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { expectFailure, findPython, runProgram, startFixture, type SupervisorFixture } from './supervisor-fixture.ts';

/** As nobody: a root is built and sealed; says whether a place open to everybody can still be written to. */
const SEAL = `
import os, sys
sys.path.insert(0, sys.argv[1])
from slipway_supervisor import kernel, root
base = sys.argv[1]
for place in ('hidden/mount', 'open'):
    kernel.mount('tmpfs', f'{base}/{place}', 'tmpfs', options='mode=777')
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
kernel.prctl('own /proc/self', 4, 1)  # PR_SET_DUMPABLE
kernel.enter_user_namespace()
kernel.unshare(root.INIT_NAMESPACES)
tree = root.Root(f'{base}/base')
tree.build()
tree.bind(base, base)
tree.seal([])
tree.enter()
try:
    open(f'{base}/open/file', 'w').close()
    print('written')
except OSError:
    print('refused')
`;

/** Skips the test, with the kernel's reason, where namespaces are not permitted. */
async function startSandboxed(t: TestContext): Promise<SupervisorFixture | undefined> {
  const fixture = await startFixture(t);
  if (fixture.supervisor.hello.sandbox) return fixture;
  t.skip(fixture.supervisor.hello.reason);
  return undefined;
}

test('/tmp is the directory that the Pod brought, /proc shows the Pod alone', async (t) => {
  const fixture = await startSandboxed(t);
  if (fixture === undefined) return;
  await writeFile(join(fixture.tmpDir, 'before'), '');
  const { stdout } = await fixture.run(fixture.shell('ls /tmp; echo hello > /tmp/after; set -- /proc/[0-9]*; echo $#; echo pid $$'));
  assert.equal(stdout(), 'before\n2\npid 2\n', 'init and the shell');
  assert.equal(await readFile(join(fixture.tmpDir, 'after'), 'utf8'), 'hello\n');
});

test('containers with another /tmp do not see it', async (t) => {
  const fixture = await startSandboxed(t);
  if (fixture === undefined) return;
  const other = join(fixture.dataDir, 'other-tmp');
  await mkdir(other);
  await fixture.run(fixture.shell('touch /tmp/mine /dev/shm/mine'));
  const { stdout } = await fixture.run(fixture.shell('ls /tmp /dev/shm'), { sandbox: { tmpDir: other } });
  assert.equal(stdout(), '/dev/shm:\n\n/tmp:\n');
});

test('mounts appear where nothing is on the host, and leave no trace there', async (t) => {
  const fixture = await startSandboxed(t);
  if (fixture === undefined) return;
  const source = join(fixture.dataDir, 'artifacts');
  await mkdir(join(source, 'inner'), { recursive: true });
  await writeFile(join(source, 'model'), 'weights\n');
  const at = (target: string, readOnly = true, from = source) => ({ source: from, target, readOnly });
  const { exit, stdout } = await fixture.run(
    fixture.shell(
      'cat /slipway-minio/bucket/a/model /var/run/secrets/slipway/token /usr/share/slipway-test/deep/model; ' +
        'ls /slipway-gcs/b; ls /usr/share | grep -c slipway-test; ls /usr/bin/env /run > /dev/null && echo intact; ' +
        'echo new > /slipway-app/new; cat /slipway-app/config/model',
    ),
    {
      mounts: [
        at('/slipway-minio/bucket/a'),
        at('/slipway-gcs/b/c/model', true, join(source, 'model')),
        at('/var/run/secrets/slipway/token', true, join(source, 'model')),
        at('/usr/share/slipway-test/deep'),
        at('/slipway-app', false),
        at('/slipway-app/config'),
      ],
    },
  );
  assert.equal(exit.code, 0);
  assert.equal(stdout(), 'weights\nweights\nweights\nc\n1\nintact\nweights\n');
  assert.equal(await readFile(join(source, 'new'), 'utf8'), 'new\n', 'writable means written to the source');
  for (const path of ['/slipway-minio', '/slipway-gcs', '/slipway-app', '/usr/share/slipway-test', '/run/secrets/slipway']) {
    await assert.rejects(stat(path), { code: 'ENOENT' }, `${path} was made on the host`);
  }
});

test('mounts below /tmp are mounts, too', async (t) => {
  const fixture = await startSandboxed(t);
  if (fixture === undefined) return;
  const source = join(fixture.dataDir, 'outputs');
  await mkdir(source);
  await fixture.run(fixture.shell('echo 0.93 > /tmp/kfp/outputs/accuracy'), {
    mounts: [{ source, target: '/tmp/kfp/outputs', readOnly: false }],
  });
  assert.equal(await readFile(join(source, 'accuracy'), 'utf8'), '0.93\n');
});

test('a read-only mount refuses every kind of change', async (t) => {
  const fixture = await startSandboxed(t);
  if (fixture === undefined) return;
  const source = join(fixture.dataDir, 'artifact');
  await mkdir(source);
  await writeFile(join(source, 'file'), 'sealed');
  const { stdout } = await fixture.run(
    fixture.shell('cd /in; for c in "rm file" "touch new" "mkdir d" "chmod 777 file" "mv file f2"; do $c 2>/dev/null || echo refused; done; (echo x >> file) 2>/dev/null || echo refused'),
    { mounts: [{ source, target: '/in', readOnly: true }] },
  );
  assert.equal(stdout(), 'refused\n'.repeat(6));
  assert.deepEqual(await readdir(source), ['file']);
  assert.equal(await readFile(join(source, 'file'), 'utf8'), 'sealed');
});

test('a read-only root passes by mounts that this user may not look at', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can mount what others may not look at');
  const directory = await mkdtemp(join(tmpdir(), 'slipway-hidden-'));
  t.after(() => rm(directory, { recursive: true }));
  await chmod(directory, 0o755);
  for (const place of ['hidden/mount', 'open', 'base']) await mkdir(join(directory, place), { recursive: true });
  await chmod(join(directory, 'hidden'), 0o700);
  for (const place of ['open', 'base']) await chmod(join(directory, place), 0o777);
  await cp(join(import.meta.dirname, 'slipway_supervisor'), join(directory, 'slipway_supervisor'), { recursive: true });
  const program = join(directory, 'seal.py');
  await writeFile(program, SEAL);
  const { stdout } = await runProgram('unshare', ['--mount', await findPython(), '-B', program, directory]).catch((error: unknown) => ({ stdout: String(error) }));
  if (/unshare failed|make namespaces|user namespace/.test(stdout)) return t.skip('this machine permits no namespaces');
  assert.equal(stdout, 'refused\n');
});

test('a mount target may lead through symbolic links and has to stay inside', async (t) => {
  const fixture = await startSandboxed(t);
  if (fixture === undefined) return;
  const source = join(fixture.dataDir, 'source');
  await mkdir(source);
  await writeFile(join(source, 'file'), 'found\n');
  const { stdout } = await fixture.run(fixture.shell('cat /slipway-x/file /slipway-y/file'), {
    mounts: [
      { source, target: '/bin/../../../slipway-x', readOnly: true },
      { source, target: '/tmp/../slipway-y', readOnly: true },
    ],
  });
  assert.equal(stdout(), 'found\nfound\n');
});

test('the host is there as it is: programs, configuration, devices, the user', async (t) => {
  const fixture = await startSandboxed(t);
  if (fixture === undefined) return;
  const { exit, stdout } = await fixture.run(
    fixture.shell('id -u; cat /etc/passwd > /dev/null; echo x > /dev/null; head -c 4 /dev/urandom | wc -c; ls -A / | sort'),
  );
  const entries = (await readdir('/')).toSorted().join('\n');
  assert.equal(exit.code, 0);
  assert.equal(stdout(), `${process.getuid!()}\n4\n${entries}\n`);
});

test('the working directory is made when it is missing, the host name is the one asked for', async (t) => {
  const fixture = await startSandboxed(t);
  if (fixture === undefined) return;
  const command = { ...fixture.shell(''), argv: ['/bin/sh', '-c', 'pwd; uname -n'], cwd: '/workspace/project' };
  const { stdout } = await fixture.run(command as ReturnType<typeof fixture.shell>, {
    sandbox: { tmpDir: fixture.tmpDir, hostname: 'train-0' },
  });
  assert.equal(stdout(), '/workspace/project\ntrain-0\n');
  assert.notEqual(hostname(), 'train-0');
});

test('a mount without a source is refused with its name', async (t) => {
  const fixture = await startSandboxed(t);
  if (fixture === undefined) return;
  const request = fixture.request(fixture.shell('exit 0'), {
    mounts: [{ source: '/no/such/source', target: '/data', readOnly: true }],
  });
  const failure = await expectFailure(fixture.supervisor.startContainer(request));
  assert.equal(failure.reason, 'StartError');
  assert.equal(failure.message, 'the source of mount /data does not exist: /no/such/source');
});

test('a user is taken where that is possible, and refused with a sentence elsewhere', async (t) => {
  const fixture = await startSandboxed(t);
  if (fixture === undefined) return;
  const request = fixture.request(fixture.shell('id -u; id -g; id -G; touch /tmp/x || echo denied'), { user: { uid: 12345, gid: 23456 } });
  if (fixture.supervisor.hello.canSetUser) {
    const ended = await fixture.ended(request, await fixture.supervisor.startContainer(request));
    assert.match(ended.stdout(), /^12345\n23456\n23456\n/);
  } else {
    assert.equal((await expectFailure(fixture.supervisor.startContainer(request))).reason, 'StartError');
  }
});

test('another user finds a mount below a directory that is closed to it, and nothing else there', async (t) => {
  const fixture = await startSandboxed(t);
  if (fixture === undefined) return;
  if (!fixture.supervisor.hello.canSetUser) return t.skip('only root can become another user');
  // Below /tmp a sandbox has directories of its own anyway.
  const closed = await mkdtemp('/var/tmp/slipway-closed-');
  t.after(() => rm(closed, { recursive: true }));
  await mkdir(join(closed, 'open'));
  await writeFile(join(closed, 'open/file'), 'found');
  await writeFile(join(closed, 'secret'), 'secret');
  await chmod(closed, 0o700);
  const request = fixture.request(fixture.shell(`cat ${closed}/open/file; ls ${closed}`), { user: { uid: 12345, gid: 23456 }, mounts: [{ source: join(closed, 'open'), target: join(closed, 'open'), readOnly: true }] });
  const ended = await fixture.ended(request, await fixture.supervisor.startContainer(request));
  assert.equal(ended.stdout(), 'foundopen\n');
});

test('an unprivileged user has no capability inside', { skip: process.getuid?.() === 0 && 'needs an unprivileged user' }, async (t) => {
  const fixture = await startSandboxed(t);
  if (fixture === undefined) return;
  const { stdout } = await fixture.run(fixture.shell('grep -E "Cap(Inh|Prm|Eff|Amb)" /proc/self/status | cut -f 2'));
  assert.equal(stdout(), '0000000000000000\n'.repeat(4));
});
