// Commands in running containers, their streams and files, and connections to their ports: with the real kubectl and the
// Kubernetes client of Python. Skipped where there is no kubectl.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { kubectlPath, noKubectl as skip } from '../../src/server/testing/kubectl.ts';
import { until } from '../../src/base/mod.ts';
import { installationWithKubectl } from './support/kubectl.ts';
import { sdkPython } from './support/sdk-python.ts';

const PODS = `
apiVersion: v1
kind: Pod
metadata: {name: box}
spec:
  hostname: boxhost
  terminationGracePeriodSeconds: 0
  containers:
  - name: main
    image: busybox:1.36
    workingDir: /tmp
    env: [{name: GREETING, value: hello}]
    command: [sh, -c, 'echo mine > /tmp/own; sleep 1000']
---
apiVersion: v1
kind: Pod
metadata: {name: done}
spec:
  restartPolicy: Never
  containers: [{name: main, image: busybox, command: ['true']}]
`;

const LISTENER = `require('node:http').createServer((q, r) => q.pipe(r)).listen(0, '127.0.0.1', function () { console.log('port ' + this.address().port); })`;
const LISTENING_POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'echo' },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox', command: [process.execPath, '-e', LISTENER] }] },
};
const CLOCK_POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'clock' },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'while sleep 0.1; do echo tick; done'] }] },
};
const PYTHON_CLIENT = `
import sys
from kubernetes import client, config, stream
config.load_kube_config()
api = client.CoreV1Api()
def execute(script, **options):
    return stream.stream(api.connect_get_namespaced_pod_exec, 'box', 'default', command=['sh', '-c', script],
                         **{'stdin': False, 'stdout': True, 'stderr': True, 'tty': False, **options})
assert execute('echo out').strip() == 'out'
assert execute('echo out; head -c 300000 /dev/zero >&2', stderr=False).strip() == 'out', 'only what was asked for'
session = execute('read line; echo "got $line"; echo aside >&2; exit 3', stdin=True, _preload_content=False)
session.write_stdin('a word\\n')
session.run_forever(timeout=20)
assert session.read_stdout() == 'got a word\\n' and session.read_stderr() == 'aside\\n', 'streams'
assert session.returncode == 3, session.returncode
port = int(sys.argv[1])
forward = stream.portforward(api.connect_get_namespaced_pod_portforward, 'echo', 'default', ports=str(port))
connection = forward.socket(port)
connection.setblocking(True)
connection.sendall(b'POST / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: 5\\r\\n\\r\\nhello')
answer = b''
while not answer.endswith(b'0\\r\\n\\r\\n') and not answer.endswith(b'hello'):
    piece = connection.recv(1024)
    if not piece: break
    answer += piece
assert b'200 OK' in answer and b'hello' in answer, answer
connection.close()
print('everything holds')`;
/** kubectl speaks WebSocket unless it is told not to, or fails with it. */
const SPEECHES = [
  ['WebSocket', 'true'],
  ['SPDY', 'false'],
] as const;

const { installation, kubectl } = installationWithKubectl(skip, async () => {
  await kubectl.ok('apply -f -', PODS);
  for (const pod of [LISTENING_POD, CLOCK_POD]) await kubectl.ok('apply -f -', JSON.stringify(pod));
  await kubectl.ok('wait --for=condition=Ready pod/box pod/echo pod/clock --timeout=30s');
  await kubectl.ok('wait --for=jsonpath={.status.phase}=Succeeded pod/done --timeout=30s');
});
const folder = mkdtempSync(join(tmpdir(), 'slipway-streams-'));

after(() => rmSync(folder, { recursive: true, force: true }));

const run = (parameters: readonly string[], input?: string) => kubectl.start(parameters, input).done;
const inBox = (script: string) => ['exec', 'box', '--', 'sh', '-c', script];

test('a command sees what the container sees: environment, directory, files, name, processes', { skip }, async () => {
  const script = 'echo "$GREETING $PWD $(cat own) $(hostname)"; echo aside >&2; test "$(ps -e -o comm= | grep -c sleep)" = 1';
  const { code, stdout, stderr } = await run(inBox(script));
  assert.deepEqual([code, stdout, stderr], [0, 'hello /tmp mine boxhost\n', 'aside\n']);
});

for (const [speech, isWebSocket] of SPEECHES) {
  test(`${speech}: exit codes, a signal, a program that does not exist`, { skip }, async (t) => {
    speak(t, isWebSocket);
    assert.equal((await run(inBox('exit 7'))).code, 7);
    assert.equal((await run(inBox('kill -TERM $$'))).code, 143);
    const missing = await run(['exec', 'box', '--', 'no-such-program']);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /exec: "no-such-program": executable file not found in \$PATH/);
  });

  test(`${speech}: a megabyte through stdin and back, and the end of it`, { skip }, async (t) => {
    speak(t, isWebSocket);
    const text = 'Slipway carries bytes.\n'.repeat(45_000);
    const { code, stdout, stderr } = await run(['exec', '-i', 'box', '--', 'cat'], text);
    assert.deepEqual([code, stderr, stdout === text], [0, '', true]);
  });

  test(`${speech}: a port: many connections, a body both ways, one that nobody listens at`, { skip }, async (t) => {
    speak(t, isWebSocket);
    const forwarding = kubectl.start(['port-forward', 'pod/echo', `:${await portOfEcho()}`, '--address', '127.0.0.1']);
    t.after(() => forwarding.stop());
    const port = await until('the forwarding', () => /127\.0\.0\.1:(\d+) ->/.exec(forwarding.output())?.[1], { timeoutMs: 20_000 });
    const body = 'x'.repeat(300_000);
    const answers = await Promise.all(Array.from({ length: 8 }, async () => (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })).text()));
    assert.ok(answers.every((answer) => answer === body));
    const closed = kubectl.start(['port-forward', 'pod/echo', ':1', '--address', '127.0.0.1']);
    t.after(() => closed.stop());
    const closedPort = await until('the other', () => /127\.0\.0\.1:(\d+) ->/.exec(closed.output())?.[1], { timeoutMs: 20_000 });
    await assert.rejects(fetch(`http://127.0.0.1:${closedPort}/`));
    assert.match((await closed.done).stderr, /nothing answers at port 1 of the pod/);
  });
}

function speak(t: TestContext, isWebSocket: string): void {
  const names = ['KUBECTL_REMOTE_COMMAND_WEBSOCKETS', 'KUBECTL_PORT_FORWARD_WEBSOCKETS'];
  for (const name of names) process.env[name] = isWebSocket;
  t.after(() => names.forEach((name) => delete process.env[name]));
}

async function portOfEcho(): Promise<string> {
  return until('the listener', async () => /port (\d+)/.exec((await run(['logs', 'echo'])).stdout)?.[1], { timeoutMs: 20_000 });
}

test('files to a Pod and back', { skip }, async () => {
  const content = randomBytes(200_000);
  writeFileSync(join(folder, 'there'), content);
  await kubectl.ok(`cp ${join(folder, 'there')} box:/tmp/copied`);
  await kubectl.ok(`cp box:/tmp/copied ${join(folder, 'back')}`);
  assert.equal(Buffer.compare(readFileSync(join(folder, 'back')), content), 0);
});

/** What a person types, and what the terminal showed until kubectl ended. */
function atTerminal(typed: string, ...words: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  const python = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execvp(sys.argv[2], sys.argv[2:])
os.write(terminal, sys.argv[1].encode())
seen = b''
try:
    while chunk := os.read(terminal, 4096): seen += chunk
except OSError: pass
print(seen.decode()); sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
  const env = { ...process.env, KUBECONFIG: join(installation.dataDir, 'kubeconfig') };
  return spawnSync('python3', ['-c', python, typed, kubectlPath!, ...words], { env, encoding: 'utf8', timeout: 30_000 });
}

test('a terminal: its size, its echo, its end', { skip }, async () => {
  const { status, stdout } = atTerminal('stty size; test -t 1 && echo a-$((40+2))-terminal; exit 5\n', 'exec', '-it', 'box', '--', 'sh');
  assert.match(stdout, /\d+ \d+\r?\n/);
  assert.match(stdout, /a-42-terminal/);
  assert.equal(status, 5, stdout);
});

test('kubectl run -it: a container whose command has a terminal', { skip }, async () => {
  const { status, stdout } = atTerminal('test -t 0 && echo a-$((40+2))-terminal; exit 5\n', 'run', 'console', '-it', '--rm', '--restart=Never', '--image=busybox', '--', 'sh');
  assert.match(stdout, /a-42-terminal/);
  assert.equal(status, 5, stdout);
});

test('kubectl debug: a shell beside a running container, that sees its processes', { skip }, async () => {
  const { status, stdout } = atTerminal('ls /proc | grep -c "^[0-9]"; exit 0\n', 'debug', '-it', 'box', '--image=busybox', '--target=main', '--', 'sh');
  assert.equal(status, 0, stdout);
  // Two of the container itself, two of the shell's, two that count. Bash leaves its line with a sequence that ends in a \r alone.
  assert.match(stdout, /\r\n?([4-9]|1\d)\r\n/);
});

test('what a container prints from now on; it takes no input', { skip }, async (t) => {
  const attached = kubectl.start(['attach', 'clock']);
  t.after(() => attached.stop());
  await until('its output', () => /tick\ntick\n/.test(attached.output()));
  assert.match((await run(['attach', '-i', 'clock'])).stderr, /container main takes no input/);
  await kubectl.ok('delete pod clock --wait=false');
  assert.equal((await attached.done).code, 0);
});

test("Python's client: both streams, the exit code, input, a port", { skip }, async (t) => {
  const python = await sdkPython(t);
  if (python === undefined) return;
  const env = { ...process.env, KUBECONFIG: join(installation.dataDir, 'kubeconfig'), PYTHONWARNINGS: 'ignore' };
  const { stdout } = await promisify(execFile)(python, ['-c', PYTHON_CLIENT, await portOfEcho()], { env, timeout: 60_000 });
  assert.match(stdout, /everything holds/);
});

test('kubectl run -i gives its input to the container, and the end of it', { skip }, async () => {
  const { code, stdout, stderr } = await run(['run', 'reader', '-i', '--rm', '--quiet', '--restart=Never', '--image=busybox', '--', 'sh', '-c', 'sleep 1; cat; echo over'], 'line\n');
  assert.deepEqual([code, stdout], [0, 'line\nover\n'], stderr);
});

test('attach -i: a container without stdinOnce keeps its input open for the next one', { skip }, async (t) => {
  const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox', stdin: true, command: ['sh', '-c', 'while read -r line; do echo "got $line"; done'] }] };
  await kubectl.ok('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'listener' }, spec }));
  await kubectl.ok('wait --for=condition=Ready pod/listener --timeout=30s');
  for (const word of ['first', 'second']) {
    const attached = kubectl.start(['attach', '-i', 'listener'], `${word}\n`);
    t.after(() => attached.stop());
    await until(`the answer to ${word}`, () => attached.output().includes(`got ${word}\n`));
    attached.stop();
    await attached.done;
  }
  assert.equal(await kubectl.ok('logs listener'), 'got first\ngot second\n');
});

test('a client that goes away takes its command along', { skip }, async () => {
  const exec = kubectl.start(inBox('echo started; exec sleep 4242'));
  await until('the command', () => exec.output().includes('started'));
  assert.equal(sleepers(), 1);
  exec.stop();
  await until('its end', () => sleepers() === 0);
});

test('what can not be: no such Pod or container, one that has ended', { skip }, async () => {
  assert.match((await run(['exec', 'nobody', '--', 'true'])).stderr, /pods "nobody" not found/);
  assert.match((await run(['exec', 'box', '-c', 'other', '--', 'true'])).stderr, /container other is not valid for pod box/);
  assert.match((await run(['port-forward', 'done', ':80'])).stderr, /pod is not running\. Current status=Succeeded/);
  assert.match((await run(['exec', 'done', '--', 'true'])).stderr, /completed|not.*running|has ended/);
});

test('who may not, gets nothing but a refusal: before any other protocol is spoken, over WebSocket and SPDY', { skip }, async () => {
  await kubectl.ok('create role reader --verb=get --resource=pods,pods/exec,pods/portforward');
  await kubectl.ok('create rolebinding reader --role=reader --user=ada');
  for (const user of ['ada', 'bob']) {
    assert.match(await kubectl.fails(`exec box --as ${user} -- touch /tmp/refused`), /pods "box" is forbidden: User "(ada|bob)" cannot (create|get) resource "pods(\/exec)?"/);
    assert.match(await kubectl.fails(`port-forward echo :80 --as ${user}`), /is forbidden/);
  }
  const { host } = new URL(installation.url);
  assert.equal(await upgrade(httpsRequest, `https://${host}`), 401, 'nobody known');
  assert.equal(await upgrade(httpRequest, installation.url, { origin: 'http://evil.example' }), 403, 'a page of another site');
  assert.equal(await upgrade(httpRequest, installation.url), 400, 'somebody who wants neither outputs nor input');
  assert.equal((await run(inBox('test -e /tmp/refused'))).code, 1);
});

test('commands end when the server is killed; the Pod goes on and takes new ones from the next server', { skip }, async () => {
  const exec = kubectl.start(inBox('echo started; exec sleep 4242'));
  await until('the command', () => exec.output().includes('started'));
  await installation.kill();
  await until('its end', () => sleepers() === 0);
  await exec.done;
  await installation.start();
  assert.equal((await run(inBox('cat /tmp/own'))).stdout, 'mine\n');
});

function sleepers(): number {
  return spawnSync('pgrep', ['-f', '-x', 'sleep 4242'], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean).length;
}

/** The status of the answer; 101 when it was upgraded. */
function upgrade(send: typeof httpRequest, origin: string, more: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
  const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io', ...more };
  const options = { method: 'POST', headers, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const request = send(`${origin}/api/v1/namespaces/default/pods/box/exec?command=touch&command=/tmp/refused`, options);
    request.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    request.once('response', (response) => resolve(response.resume().statusCode));
    request.once('error', reject);
    request.end();
  });
}
