// Pods of pipeline steps: what they see, what they yield, how many run at once.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { after, test } from 'node:test';
import { until, type KubeObject, type ObjectApi } from '../base/mod.ts';
import { containerStatus, NodeWorld, stateOf, terminated, waitingReason } from './testing/node-world.ts';
import { stepDocument } from './testing/step-document.ts';

const refusals = new Map<string, number>();
const writes: { readonly verb: string; readonly name: string }[] = [];

function recording(api: ObjectApi): ObjectApi {
  return {
    ...api,
    create(type, namespace, object, options) {
      writes.push({ verb: `create ${type.resource}`, name: object.metadata.name });
      return api.create(type, namespace, object, options);
    },
    patch(ref, kind, patch, options) {
      writes.push({ verb: `patch ${ref.type.resource}`, name: ref.name });
      return api.patch(ref, kind, patch, options);
    },
  };
}

const world = await new NodeWorld({
  stepsAtOnce: 2,
  wrapApi: recording,
  async onReport({ taskId }) {
    const left = refusals.get(taskId) ?? 0;
    refusals.set(taskId, left - 1);
    if (left > 0) throw new Error('the records are busy');
  },
}).start();
after(() => world.close());

const SUCCESS = 'mkdir -p $TASK_ROOT && echo \'{"parameterValues": {"n": 1}}\' > $TASK_ROOT/output_metadata.json && echo -n value > /tmp/outputs/text && echo weights > $TASK_ROOT/model';

test('a step yields its executor output, parameters and sealed artifacts', async () => {
  await world.step('good', SUCCESS);
  const { startedAtMs, finishedAtMs, podUid, ...result } = await world.stepResult('good');
  assert.deepEqual(result, {
    runId: 'run',
    taskId: 'good',
    attempt: 0,
    exitCode: 0,
    outcome: 'Succeeded',
    executorOutput: { parameterValues: { n: 1 } },
    parameterTexts: { text: 'value' },
    artifacts: { model: { exists: true, sizeBytes: 8 } },
  });
  assert.ok(startedAtMs !== undefined && startedAtMs <= finishedAtMs);
  const pod = await world.ended('good');
  assert.equal(pod.metadata.uid, podUid);
  assert.equal(pod.status?.['phase'], 'Succeeded');
  assert.equal(await readFile(world.blobs.localPathOf('minio://mlpipeline/v2/artifacts/good/model'), 'utf8'), 'weights\n');
});

const asRoot = process.geteuid?.() === 0 ? {} : { skip: 'only root can become another user' };

test('a step of another user writes its outputs where one of root does', asRoot, async () => {
  await world.step('somebody', `test $(id -u) = 61234 && ${SUCCESS}`, {}, { securityContext: { runAsUser: 61_234 } });
  const { outcome, parameterTexts, artifacts } = await world.stepResult('somebody');
  assert.deepEqual([outcome, parameterTexts, artifacts], ['Succeeded', { text: 'value' }, { model: { exists: true, sizeBytes: 8 } }]);
});

test('what was not written is missing, not invented', async () => {
  await world.step('silent', 'true');
  const { outcome, parameterTexts, artifacts, executorOutput } = await world.stepResult('silent');
  assert.deepEqual({ outcome, parameterTexts, artifacts, executorOutput }, {
    outcome: 'Succeeded',
    parameterTexts: {},
    artifacts: { model: { exists: false, sizeBytes: 0 } },
    executorOutput: undefined,
  });
});

test('a step that fails says why and yields nothing', async () => {
  await world.step('bad', `${SUCCESS}; echo "ValueError: no rows" >&2; exit 2`);
  const { outcome, exitCode, reason, message, parameterTexts, artifacts } = await world.stepResult('bad');
  assert.deepEqual({ outcome, exitCode, reason, message, parameterTexts, artifacts }, {
    outcome: 'Failed',
    exitCode: 2,
    reason: 'Error',
    message: 'ValueError: no rows',
    parameterTexts: {},
    artifacts: {},
  });
  assert.equal((await world.ended('bad')).status?.['phase'], 'Failed');
});

test('outputs that lead elsewhere, are too large or no JSON fail the step with a sentence', async () => {
  const scripts: readonly (readonly [string, string, RegExp])[] = [
    ['linked', 'ln -s /etc/passwd /tmp/outputs/text', /output parameter "text" is a symbolic link, which is never followed/],
    ['linked-directory', 'rmdir /tmp/outputs && ln -s /etc /tmp/outputs', /lies behind a symbolic link/],
    ['piped', 'mkfifo /tmp/outputs/text', /output parameter "text" is not a regular file/],
    ['large', 'head -c 1048577 /dev/zero > /tmp/outputs/text', /larger than 1048576 bytes; write it as an artifact/],
    ['no-json', 'mkdir -p $TASK_ROOT && echo oops > $TASK_ROOT/output_metadata.json', /the executor output is not JSON/],
    ['no-object', 'mkdir -p $TASK_ROOT && echo [1] > $TASK_ROOT/output_metadata.json', /not a JSON object/],
  ];
  for (const [name, script] of scripts) await world.step(name, script);
  for (const [name, , expected] of scripts) {
    const { outcome, reason, message } = await world.stepResult(name);
    assert.deepEqual({ name, outcome, reason }, { name, outcome: 'Failed', reason: 'OutputInvalid' });
    assert.match(message ?? '', expected);
    const pod = await world.ended(name);
    assert.deepEqual([pod.status?.['phase'], pod.status?.['reason'], terminated(pod)['exitCode']], ['Failed', 'OutputInvalid', 0]);
  }
});

const toldPath = (path: string) => `echo '{"artifacts": {"model": {"artifacts": [{"custom_path": "${path}"}]}}}' > $TASK_ROOT/output_metadata.json`;

test('an artifact that the step wrote to a path of its own is taken from there', async () => {
  await world.step('own-path', `mkdir -p $TASK_ROOT /tmp/mine && echo weights > /tmp/mine/file && ${toldPath('/tmp/mine')}`);
  const { outcome, artifacts } = await world.stepResult('own-path');
  assert.deepEqual({ outcome, artifacts }, { outcome: 'Succeeded', artifacts: { model: { exists: true, sizeBytes: 8 } } });
  assert.equal(await readFile(`${world.blobs.localPathOf('minio://mlpipeline/v2/artifacts/own-path/model')}/file`, 'utf8'), 'weights\n');
});

test('a path of its own that leads elsewhere fails the step with a sentence', async () => {
  await world.step('own-link', `mkdir -p $TASK_ROOT && ln -s /etc /tmp/mine && ${toldPath('/tmp/mine/passwd')}`);
  await world.step('own-place', `mkdir -p $TASK_ROOT && ${toldPath('/var/lib/model')}`);
  assert.match((await world.stepResult('own-link')).message ?? '', /output artifact "model" lies behind a symbolic link/);
  assert.match((await world.stepResult('own-place')).message ?? '', /the path \/var\/lib\/model is neither below \/tmp nor below the task root/);
});

test('a step that fails tells which of its input artifacts are not here', async () => {
  await world.step('starving', 'exit 1', { inputArtifacts: [{ key: 'gone', uri: 'minio://mlpipeline/v2/artifacts/earlier/gone' }, { key: 'cloud', uri: 'gs://bucket/data' }] });
  assert.deepEqual((await world.stepResult('starving')).missingInputs, [
    { key: 'gone', uri: 'minio://mlpipeline/v2/artifacts/earlier/gone' },
    { key: 'cloud', uri: 'gs://bucket/data' },
  ]);
});

test('an input artifact that this store can not keep is the step’s own affair: a path, an image, a bucket', async () => {
  const inputArtifacts = ['/etc/hostname', 'gs://bucket', 'oci://registry.example/model:1'].map((uri, index) => ({ key: `k${index}`, uri }));
  await world.step('on-its-own', `test -r /etc/hostname && ${SUCCESS}`, { inputArtifacts });
  assert.equal((await world.stepResult('on-its-own')).outcome, 'Succeeded');
  await world.step('left-alone', 'exit 1', { inputArtifacts });
  assert.deepEqual((await world.stepResult('left-alone')).missingInputs, inputArtifacts.slice(1));
});

test('an input artifact is seen at its path and can not be changed', async () => {
  const uri = 'minio://mlpipeline/v2/artifacts/earlier/data';
  const path = world.blobs.localPathOf(uri);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'rows\n');
  await world.step('reading', 'cat /minio/mlpipeline/v2/artifacts/earlier/data; (echo x > /minio/mlpipeline/v2/artifacts/earlier/data) 2>/dev/null || echo refused', {
    inputArtifacts: [{ key: 'data', uri }, { key: 'gone', uri: 'minio://mlpipeline/v2/artifacts/earlier/gone' }],
  });
  const pod = await world.ended('reading');
  assert.equal(await world.log(pod), 'rows\nrefused\n');
  assert.equal(await readFile(path, 'utf8'), 'rows\n');
});

test('a path that goes upwards is refused before anything runs', async () => {
  await world.step('upwards', 'true', { outputParameters: [{ name: 'text', path: '/tmp/../../outside/text' }] });
  const { reason, exitCode, message } = await world.stepResult('upwards');
  assert.deepEqual({ reason, exitCode }, { reason: 'InvalidPath', exitCode: undefined });
  assert.match(message ?? '', /goes upwards/);
});

test('a step that can not run here is told with its reason, without an exit code', async () => {
  await world.step('nowhere', 'true', {}, { image: 'registry.example/none' });
  const { outcome, reason, exitCode } = await world.stepResult('nowhere');
  assert.deepEqual({ outcome, reason, exitCode }, { outcome: 'Failed', reason: 'ImageNotRunnable', exitCode: undefined });
});

test('a step that is deleted while it runs is told as failed', async () => {
  await world.step('cancelled', 'echo up; sleep 600');
  await world.printed('cancelled', 'up');
  await world.delete('cancelled', 5);
  const { outcome, exitCode } = await world.stepResult('cancelled');
  assert.deepEqual({ outcome, exitCode }, { outcome: 'Failed', exitCode: 143 });
  await world.gone('cancelled');
});

test('a result that is refused is told again; the Pod is not seen as ended before', async () => {
  refusals.set('insisting', 3);
  await world.step('insisting', SUCCESS);
  await until('the first refusal', () => (refusals.get('insisting') ?? 0) < 3);
  assert.notEqual((await world.get('insisting')).status?.['phase'], 'Succeeded');
  assert.equal((await world.stepResult('insisting')).outcome, 'Succeeded');
  await world.ended('insisting');
  assert.equal(world.stepResults.filter(({ taskId }) => taskId === 'insisting').length, 1);
});

test('a short step costs one write of its Pod and no event', async () => {
  await world.step('cheap', 'true');
  await world.ended('cheap');
  const own = writes.filter(({ name }) => name === 'cheap' || name.startsWith('cheap.'));
  assert.ok(own.length <= 2 && own.every(({ verb }) => verb === 'patch pods'), JSON.stringify(own));
});

test('no more steps run than are allowed; the others wait with a sentence, in order', async () => {
  for (const name of ['q1', 'q2', 'q3', 'q4']) await world.step(name, 'sleep 600');
  const third = await world.until('q3', 'waiting', (pod: KubeObject) => waitingReason(pod) === 'WaitingForSlot');
  assert.equal(stateOf(containerStatus(third), 'waiting')?.['message'], 'waiting for a free slot: 2 steps run at once on this machine (--steps-at-once)');
  assert.deepEqual(world.node.status().steps, { countMax: 2, usedCount: 2, waitingCount: 2 });
  await world.delete('q3');
  await world.gone('q3');
  await world.delete('q1', 0);
  await world.running('q4');
  await world.delete('q2', 0);
  await world.delete('q4', 0);
  await until('all slots to be free', () => world.node.status().steps.usedCount === 0);
});

test('a step that ended while the server was down is told by the next one', async () => {
  await world.step('unseen', `echo up; sleep 0.3; ${SUCCESS}`);
  await world.printed('unseen', 'up');
  await world.running('unseen');
  await world.stop();
  const model = world.blobs.localPathOf(`${stepDocument('unseen').taskRootUri}/model`);
  await until('its output', async () => (await readFile(model, 'utf8').catch(() => '')) !== '');
  await world.start();
  const { outcome, parameterTexts } = await world.stepResult('unseen');
  assert.deepEqual({ outcome, parameterTexts }, { outcome: 'Succeeded', parameterTexts: { text: 'value' } });
});

test('an annotation of that name that is no step makes an ordinary Pod', async () => {
  await world.create('ordinary', { containers: [{ name: 'main', image: 'busybox', command: ['true'] }] }, { annotations: { 'slipway.dev/step': '{"version": 7}' } });
  assert.equal((await world.ended('ordinary')).status?.['phase'], 'Succeeded');
  await world.event('ordinary', 'Started');
});
