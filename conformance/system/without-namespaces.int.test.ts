// A machine that permits no namespaces, as in an unprivileged container: pipelines run all the same, without walls, and what
// can't be had without them is refused in words. Skipped where such a machine can't be imitated.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { noKubectl } from '../../src/server/testing/kubectl.ts';
import { until } from '../../src/base/mod.ts';
import { Installation } from '../../sim/installation.ts';
import { Kubectl } from './support/kubectl.ts';
import { LOCKED, lockedProblem } from './support/locked-machine.ts';
import { shellPipeline } from './support/shell-pipeline.ts';
import { sdkPython } from './support/sdk-python.ts';

const RUN_PIPELINES = join(import.meta.dirname, '../kfp-sdk/run_pipelines.py');

const skip = lockedProblem();
const installation = new Installation();
const home = mkdtempSync(join(tmpdir(), 'slipway-locked-'));
const marks = join(installation.dataDir, 'marks');

before(async () => {
  if (skip !== false) return;
  mkdirSync(marks);
  const recipes = [
    { image: 'python:3', interpreter: 'python3', directories: [{ source: marks, target: marks, readOnly: false }] },
    { image: 'mapped', interpreter: 'shell', directories: [{ source: marks, target: '/elsewhere' }] },
  ];
  writeFileSync(join(installation.dataDir, 'recipes.yaml'), JSON.stringify({ recipes }));
  await installation.start({}, LOCKED);
});

after(async () => {
  await installation.remove();
  rmSync(home, { recursive: true, force: true });
});

test('shell steps run; what would have to be mounted says so', { skip }, async () => {
  const { run_id: runId } = await installation.submit('plain', shellPipeline('plain', [{ name: 'one', script: 'echo "$TMPDIR"; touch "$TMPDIR/x"' }]));
  assert.equal((await installation.waitForRun(runId)).state, 'SUCCEEDED');
  const mapped = await installation.submit('mapped', shellPipeline('mapped', [{ name: 'one', script: 'true', image: 'mapped' }]));
  const { state, error } = await installation.waitForRun(mapped.run_id);
  assert.equal(state, 'FAILED');
  assert.match(error?.message ?? '', /\/elsewhere can't be shown to the container, because this machine does not permit namespaces.*`slipway doctor` says what helps/);
});

test('the pipelines of the SDK run with parameters, artifacts, metrics, caching, retries', { skip }, async (t) => {
  const python = await sdkPython(t);
  if (python === undefined) return;
  const env = { ...process.env, HOME: home, PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore' };
  const { stdout } = await promisify(execFile)(python, [RUN_PIPELINES, '--host', installation.url, '--marks', marks], { env });
  assert.match(stdout, /everything holds/);
});

test('nothing of a step is left on the machine', { skip }, () => {
  for (const path of ['/minio', '/gcs', '/s3']) assert.equal(existsSync(path), false, path);
});

test('a command runs beside a container, with its environment, and ends with it', { skip: skip || noKubectl }, async (t) => {
  const kubectl = new Kubectl(installation);
  t.after(() => kubectl.remove());
  const container = { name: 'main', image: 'busybox', env: [{ name: 'GREETING', value: 'hello' }], command: ['sh', '-c', 'sleep 1000'] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'box' }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } };
  await kubectl.ok('apply -f -', JSON.stringify(pod));
  await kubectl.ok('wait --for=condition=Ready pod/box --timeout=30s');
  const ended = await kubectl.start(['exec', 'box', '--', 'sh', '-c', 'echo "$GREETING"; exit 7']).done;
  assert.deepEqual([ended.code, ended.stdout], [7, 'hello\n']);
  const lasting = kubectl.start(['exec', 'box', '--', 'sh', '-c', 'echo started; exec sleep 4243']);
  await until('the command', () => lasting.output().includes('started'));
  await kubectl.ok('delete pod box --wait=false');
  assert.equal((await lasting.done).code, 137);
});

test('Pods that need an address get one of the loopback interface, and hear what that means', { skip: skip || noKubectl }, async (t) => {
  const kubectl = new Kubectl(installation);
  t.after(() => kubectl.remove());
  const source = `import os, socket\nwith socket.create_server((os.environ['POD_IP'], 18080)) as server:\n    while True:\n        connection, _ = server.accept()\n        connection.sendall(os.environ['POD_IP'].encode())\n        connection.close()`;
  const env = [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }];
  const container = { name: 'main', image: 'busybox', env, command: ['python3', '-c', source], ports: [{ containerPort: 18_080 }], readinessProbe: { tcpSocket: { port: 18_080 }, periodSeconds: 1 } };
  const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } });
  for (const name of ['left', 'right']) {
    await kubectl.ok('apply -f -', JSON.stringify(pod(name)));
    await kubectl.ok(`wait --for=condition=Ready pod/${name} --timeout=30s`);
  }
  const addresses = (await kubectl.ok('get pods left right -o jsonpath={.items[*].status.podIP}')).split(' ');
  assert.equal(new Set(addresses).size, 2);
  for (const address of addresses) assert.match(address, /^127\.88\.\d+\.\d+$/);
  await until('the sentence', async () => /Pods share the machine's network, because .*this one should listen on 127\.88\./.test(await kubectl.ok('describe pod left')));
  await kubectl.ok('delete pod left right');
});
