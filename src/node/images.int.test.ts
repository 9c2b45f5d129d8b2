// Which images run here, and how: interpreters, packages, recipes, warm parents.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import { until, type JsonObject } from '../base/mod.ts';
import { machineUv } from './environments/testing/machine.ts';
import { containerStatus, NodeWorld, stateOf, terminated, waitingReason } from './testing/node-world.ts';
import { makeWheel } from './testing/wheel.ts';

// A package index that answers for nothing but lets `hanging` wait for ever.
const index = createServer((request, response) => {
  if (request.url?.includes('hanging') !== true) response.writeHead(404).end();
});
await new Promise<void>((resolve) => index.listen(0, '127.0.0.1', resolve));
const root = await mkdtemp(join(tmpdir(), 'slipway-node-images-'));
const wheels = join(root, 'wheels');
const EXECUTOR = `import sys, os
if __name__ == '__main__':
    print('executor', *sys.argv[1:], os.environ.get('WORD', ''), flush=True)
    sys.exit(int(os.environ.get('CODE', '0')))
`;
await makeWheel(wheels, 'tiny', '1.0');
await makeWheel(wheels, 'kfp', '2.99.0', { files: { 'kfp.py': '', 'kfp/__init__.py': '', 'kfp/dsl/__init__.py': '', 'kfp/dsl/executor_main.py': EXECUTOR } });

const uvPath = await machineUv(join(root, 'tools'));
const world = await new NodeWorld({
  variables: {
    ...(uvPath === undefined ? {} : { PATH: `${dirname(uvPath)}:${process.env['PATH']}` }),
    PIP_INDEX_URL: `http://127.0.0.1:${(index.address() as AddressInfo).port}/simple`,
    PIP_FIND_LINKS: wheels,
    PIP_RETRIES: '0',
    UV_HTTP_TIMEOUT: '600',
  },
}).start();
after(async () => {
  await world.close();
  index.closeAllConnections();
  index.close();
  await rm(root, { recursive: true, force: true });
});

await mkdir(join(root, 'app'));
await writeFile(join(root, 'app/main.py'), 'import os, tiny\nprint("app", tiny.VERSION, os.environ["MODE"])\n');
const RECIPES = [
  { image: 'registry.example/team/app:*', interpreter: 'python3', packages: ['tiny==1.0'], directories: [{ source: join(root, 'app'), target: '/app' }], variables: { MODE: 'test' } },
  { image: 'registry.example/team/tool', interpreter: 'shell' },
  { image: 'registry.example/team/kfp', interpreter: 'python3', packages: ['kfp==2.99.0'] },
  { image: 'registry.example/team/hanging', interpreter: 'python3', packages: ['hanging'] },
  { image: 'registry.example/team/broken', interpreter: 'python3', packages: ['no-such-package'] },
];
await writeFile(world.recipesFile, stringify({ recipes: RECIPES }));

function run(name: string, image: string, command: readonly string[], more: JsonObject = {}, spec: JsonObject = {}): Promise<unknown> {
  return world.create(name, { containers: [{ name: 'main', image, command, ...more }], ...spec });
}

async function output(name: string): Promise<string> {
  const pod = await world.ended(name);
  const text = await world.log(pod);
  assert.equal(pod.status?.['phase'], 'Succeeded', `${text}\n${JSON.stringify(pod.status)}`);
  return text;
}

test('an image that nobody knows fails the Pod and names the two ways out', async () => {
  await run('unknown', 'registry.example/who/knows:1', ['true']);
  const pod = await world.ended('unknown');
  assert.equal(pod.status?.['phase'], 'Failed');
  assert.equal(pod.status?.['reason'], 'ImageNotRunnable');
  const message = String(pod.status?.['message']);
  assert.match(message, /install podman or Docker/);
  assert.ok(message.includes(world.recipesFile) && message.includes('- image: "registry.example/who/knows:1"'), message);
  assert.equal(terminated(pod)['reason'], 'ImageNotRunnable');
  assert.equal((await world.event('unknown', 'ImageNotRunnable')).type, 'Warning');
  assert.match(await world.log(pod), /^container "main" in pod "unknown" never started: ImageNotRunnable: The image /);
});

test('a Pod that is to run for ever waits for a recipe of its image, and says so instead of its log', async () => {
  await run('waits', 'registry.example/later', ['sh', '-c', 'echo at last; sleep 600'], {}, { restartPolicy: 'Always' });
  const waiting = await world.until('waits', 'waiting for its image', (pod) => waitingReason(pod) === 'ImageNotRunnable');
  assert.equal(waiting.status?.['phase'], 'Pending');
  assert.match(await world.log(waiting), /is waiting to start: ImageNotRunnable: The image registry\.example\/later can't run here/);
  await writeFile(world.recipesFile, stringify({ recipes: [...RECIPES, { image: 'registry.example/later', interpreter: 'shell' }] }));
  await world.running('waits');
  await world.printed('waits', 'at last');
  await world.delete('waits', 0);
});

test('a Python image runs as another user, wherever its interpreter lies', { skip: process.geteuid?.() !== 0 && 'only root can become another user' }, async () => {
  const securityContext = { runAsUser: 61_234, runAsNonRoot: true };
  await run('guest', 'python:3.11', ['python', '-c', 'import json, os; print(os.getuid())'], { securityContext });
  assert.equal(await output('guest'), '61234\n');
  await run('guest-step', 'registry.example/team/kfp', ['python3', '-m', 'kfp.dsl.executor_main', '--function_to_execute', 'f'], { securityContext });
  assert.match(await output('guest-step'), /^executor /);
});

test('a Pod for another system fails with a sentence; one that is to run for ever waits and says it', async () => {
  await run('foreign', 'busybox', ['true'], {}, { os: { name: 'windows' } });
  const failed = await world.ended('foreign');
  assert.deepEqual([failed.status?.['phase'], failed.status?.['reason']], ['Failed', 'PodOSNotSupported']);
  assert.match((await world.event('foreign', 'PodOSNotSupported')).message, /the Pod is for windows \(spec\.os\.name\)/);
  await run('foreign-service', 'busybox', ['true'], {}, { os: { name: 'windows' }, restartPolicy: 'Always' });
  await world.until('foreign-service', 'waiting for its system', (pod) => waitingReason(pod) === 'PodOSNotSupported');
  await world.delete('foreign-service', 0);
  await run('own-system', 'busybox', ['true'], {}, { os: { name: 'linux' } });
  assert.equal(await output('own-system'), '');
});

test('scripts for the shell of busybox run; an image that does nothing runs without a recipe', async () => {
  await run('ash', 'busybox:1.28', ['sh', '-c', "if [[ -e /etc/hosts ]]; then echo -en 'a\\nb\\n'; fi; echo \"$(sh -c 'echo -e c')\""]);
  assert.equal(await output('ash'), 'a\nb\nc\n');
  await run('names', 'busybox:1.28', ['sh', '-c', 'UID=1000; EUID=$((UID + 1)) sh -c \'echo "$EUID"\'; echo "$UID"']);
  assert.equal(await output('names'), '1001\n1000\n');
  await world.create('idle', { containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.8' }] });
  await world.running('idle');
  await world.delete('idle', 0);
});

test('a recipe maps a directory to /app and brings packages and variables', async () => {
  await run('app', 'registry.example/team/app:3', ['python', '/app/main.py']);
  assert.equal(await output('app'), 'app 1.0 test\n');
});

test('a recipe may say that the shell is enough; a changed recipes file acts without a restart', async () => {
  await run('tool', 'registry.example/team/tool', ['echo', 'shell']);
  assert.equal(await output('tool'), 'shell\n');
  await writeFile(world.recipesFile, stringify({ recipes: [...RECIPES, { image: 'registry.example/new', interpreter: 'shell' }] }));
  await run('new-tool', 'registry.example/new', ['echo', 'new']);
  assert.equal(await output('new-tool'), 'new\n');
});

test('a Python that differs from the image is a warning, not a failure', async () => {
  await run('newer', 'python:3.29', ['python', '-c', 'import sys; print(sys.version_info[0])']);
  assert.equal(await output('newer'), '3\n');
  assert.match((await world.event('newer', 'ImageDiffers')).message, /The image python:3\.29 names Python 3\.29; this machine has none, so it runs with Python 3\./);
});

test('pip inside an unrecognised command installs for this Pod alone', async () => {
  const more = { volumeMounts: [{ name: 'wheels', mountPath: '/wheels' }] };
  const spec = { volumes: [{ name: 'wheels', hostPath: { path: wheels } }] };
  const script = 'pip install --quiet --no-index --find-links /wheels tiny 2>/dev/null && python -c "import tiny; print(tiny.VERSION)"';
  await run('installing', 'python:3', ['sh', '-c', script], more, spec);
  assert.equal(await output('installing'), '1.0\n');
  await run('not-installed', 'python:3', ['python', '-c', 'import tiny'], { terminationMessagePolicy: 'FallbackToLogsOnError' });
  const pod = await world.ended('not-installed');
  assert.match(String(terminated(pod)['message']), /ModuleNotFoundError: No module named 'tiny'/);
});

test('a Pod that is deleted while its environment is built does not wait for it', async () => {
  await run('building', 'registry.example/team/hanging', ['python', '-c', '']);
  const pod = await world.until('building', 'building', (building) => waitingReason(building) === 'PreparingEnvironment');
  assert.match(await world.log(pod), /container "main" in pod "building" is waiting to start: PreparingEnvironment: /);
  const startMs = Date.now();
  await world.delete('building');
  await world.gone('building');
  assert.ok(Date.now() - startMs < 10_000, 'well within the grace of 30 s');
  assert.equal((await world.programs.environments.list()).length > 0, true);
});

test('a Pod that is forced away while its environment is built leaves nothing', async () => {
  await run('building-forced', 'registry.example/team/hanging', ['python', '-c', '']);
  await world.until('building-forced', 'building', (building) => waitingReason(building) === 'PreparingEnvironment');
  await world.delete('building-forced', 0);
  await until('no Pod to be left', async () => world.podDirectories().length === 0);
});

test('an environment that can not be built fails a Pod that runs once, and keeps one that restarts waiting', async () => {
  await run('broken', 'registry.example/team/broken', ['python', '-c', '']);
  const pod = await world.ended('broken');
  assert.equal(pod.status?.['reason'], 'EnvironmentBuildFailed');
  assert.match(String(pod.status?.['message']), /no-such-package/);
  await run('broken-service', 'registry.example/team/broken', ['python', '-c', ''], {}, { restartPolicy: 'Always' });
  const service = await world.until('broken-service', 'waiting', (waiting) => waitingReason(waiting) === 'EnvironmentBuildFailed');
  assert.equal(service.status?.['phase'], 'Pending');
  assert.match(String(stateOf(containerStatus(service), 'waiting')?.['message']), /no-such-package/);
  await world.delete('broken-service', 0);
});

const KFP = ['python3', '-m', 'kfp.dsl.executor_main'];

test('the command of the SDK is forked from one warm parent', async () => {
  for (const word of ['one', 'two']) {
    await run(`forked-${word}`, 'registry.example/team/kfp', KFP, { args: ['--executor_input', '{}'], env: [{ name: 'WORD', value: word }] });
    assert.equal(await output(`forked-${word}`), `executor --executor_input {} ${word}\n`);
  }
  const { parents } = await world.node.supervisor().list();
  assert.deepEqual(parents.map(({ startedCount }) => startedCount), [2]);
  await run('forked-badly', 'registry.example/team/kfp', KFP, { env: [{ name: 'CODE', value: '9' }] });
  assert.equal(terminated(await world.ended('forked-badly'))['exitCode'], 9);
});

test('variables of the interpreter need a process of its own', async () => {
  await run('fresh', 'registry.example/team/kfp', KFP, { env: [{ name: 'PYTHONHASHSEED', value: '0' }, { name: 'WORD', value: 'fresh' }] });
  assert.equal(await output('fresh'), 'executor fresh\n');
  const { parents } = await world.node.supervisor().list();
  assert.deepEqual(parents.map(({ startedCount }) => startedCount), [3]);
});

test('a warm parent that died is replaced', async () => {
  const [parent] = (await world.node.supervisor().list()).parents;
  process.kill(parent!.pid, 'SIGKILL');
  await run('orphaned', 'registry.example/team/kfp', KFP, { env: [{ name: 'WORD', value: 'again' }] });
  assert.equal(await output('orphaned'), 'executor again\n');
});

test('after a restart of the server the warm parents are the same', async () => {
  await run('before-restart', 'registry.example/team/kfp', KFP, { env: [{ name: 'WORD', value: 'first' }] });
  assert.equal(await output('before-restart'), 'executor first\n');
  const before = (await world.node.supervisor().list()).parents.map(({ pid }) => pid);
  assert.equal(before.length, 1);
  await world.restart();
  await run('after-restart', 'registry.example/team/kfp', KFP, { env: [{ name: 'WORD', value: 'still' }] });
  assert.equal(await output('after-restart'), 'executor still\n');
  assert.deepEqual((await world.node.supervisor().list()).parents.map(({ pid }) => pid), before);
});

test('an environment without the SDK says so in the log of the step', async () => {
  await run('without-sdk', 'python:3', KFP);
  const pod = await world.ended('without-sdk');
  assert.equal(terminated(pod)['exitCode'], 1);
  assert.match(await world.log(pod), /No module named '?kfp/);
});
