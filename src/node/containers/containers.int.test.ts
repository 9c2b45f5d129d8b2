// Pods whose image no recipe covers, run by a real podman: what a container sees, how it ends, how others get at it.
import assert from 'node:assert/strict';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { until, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { networkProblem } from '../network/testing/network-problem.ts';
import { findPython } from '../supervisor/supervisor-fixture.ts';
import { boundClaim } from '../testing/bound-claim.ts';
import { containerStatus, must, NodeWorld, stateOf, terminated } from '../testing/node-world.ts';
import { startPodman } from './testing/podman-world.ts';

const podman = await startPodman();
const skip = typeof podman === 'string' ? podman : false;
const image = typeof podman === 'string' ? '' : podman.image;
const world = await new NodeWorld(typeof podman === 'string' ? {} : { containerEngine: podman.socket }).start();
const host = await mkdtemp(join(tmpdir(), 'slipway-host-'));
after(async () => {
  await world.close();
  if (typeof podman !== 'string') await podman.close();
  await rm(host, { recursive: true, force: true });
});

const container = (script: string, more: JsonObject = {}): JsonObject => ({ name: 'main', image, imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', script], ...more });

function run(name: string, script: string, more: JsonObject = {}, spec: JsonObject = {}): Promise<KubeObject> {
  return world.create(name, { containers: [container(script, more)], ...spec });
}

/** Lines of the log of a Pod that succeeded. */
async function lines(name: string): Promise<readonly string[]> {
  const pod = await world.ended(name);
  const log = await world.log(pod);
  assert.equal(pod.status?.['phase'], 'Succeeded', `${log}\n${JSON.stringify(pod.status)}`);
  return log.trimEnd().split('\n');
}

test('an image without a recipe runs as a container: its output, its exit code, its end in its own words', { skip }, async () => {
  await run('first', 'echo from $FROM_IMAGE in $PWD on $(hostname); echo to err >&2; echo the last word > /dev/termination-log; exit 7');
  const pod = await world.ended('first');
  assert.equal(pod.status?.['phase'], 'Failed');
  assert.deepEqual([terminated(pod)['exitCode'], terminated(pod)['reason'], terminated(pod)['message']], [7, 'Error', 'the last word\n']);
  assert.equal((await world.log(pod)).split('\n').toSorted().join('|'), '|from yes in /work on first|to err');
  assert.match(await world.log(pod, { timestamps: true, tailLines: 1 }), /^\d{4}-\d\d-\d\dT\S+ /);
  assert.match((await world.event('first', 'Pulled')).message, /already present on machine/);
});

test('command and arguments over those of the image, variables, working directory', { skip }, async () => {
  await world.create('default', { containers: [{ name: 'main', image, imagePullPolicy: 'Never' }] });
  await world.create('args', { containers: [{ name: 'main', image, imagePullPolicy: 'Never', args: ['sh', '-c', 'echo $0 $WORD $PWD', '$(WORD)!'], env: [{ name: 'WORD', value: 'a b' }], workingDir: '/tmp' }] });
  assert.deepEqual(await lines('default'), ['default command']);
  assert.deepEqual(await lines('args'), ['a b! a b /tmp']);
});

test('volumes of every kind at their paths', { skip }, async () => {
  const put = async (resource: string, object: JsonObject) => must(await world.api.create({ group: '', version: 'v1', resource }, 'default', object as unknown as KubeObject));
  await put('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'words' }, data: { a: 'from map', b: 'b' } });
  await put('secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hidden' }, stringData: { key: 'from secret' } });
  await boundClaim(world.api, 'kept');
  await writeFile(join(host, 'file'), 'from host\n');
  const volumes = [
    { name: 'map', configMap: { name: 'words' } },
    { name: 'secret', secret: { secretName: 'hidden' } },
    { name: 'mixed', projected: { sources: [{ configMap: { name: 'words', items: [{ key: 'b', path: 'x/y' }] } }, { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } }] } },
    { name: 'empty', emptyDir: {} },
    { name: 'claim', persistentVolumeClaim: { claimName: 'kept' } },
    { name: 'host', hostPath: { path: host } },
  ];
  const volumeMounts = [
    ...[['map', '/map'], ['secret', '/secret'], ['mixed', '/mixed'], ['empty', '/empty'], ['claim', '/claim']].map(([name, mountPath]) => ({ name: name!, mountPath: mountPath! })),
    { name: 'host', mountPath: '/host:dir', readOnly: true },
    { name: 'map', mountPath: '/etc/one', subPath: 'a' },
  ];
  const script = 'cat /map/a; echo; cat /secret/key; echo; cat /mixed/x/y /mixed/name; echo; cat /host:dir/file; cat /etc/one; echo; echo x > /empty/x && echo kept > /claim/file; (echo no > /host:dir/file) 2>/dev/null || echo read-only';
  await run('volumes', script, { volumeMounts }, { volumes });
  assert.deepEqual(await lines('volumes'), ['from map', 'from secret', 'bvolumes', 'from host', 'from map', 'read-only']);
  await run('later', 'cat /claim/file', { volumeMounts: [{ name: 'claim', mountPath: '/claim' }] }, { volumes });
  assert.deepEqual(await lines('later'), ['kept']);
});

test('security context: user and groups, a root that can not be written, capabilities, runAsNonRoot', { skip }, async () => {
  const securityContext = { runAsUser: 1234, runAsGroup: 7, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] }, allowPrivilegeEscalation: false };
  await run('secure', 'id -u; id -g; id -G; (echo x > /work/x) 2>/dev/null || echo read-only; grep -E "CapEff|NoNewPrivs" /proc/self/status | tr -d "\\t"', { securityContext }, { securityContext: { supplementalGroups: [9] } });
  assert.deepEqual(await lines('secure'), ['1234', '7', '7 9', 'read-only', 'CapEff:0000000000000000', 'NoNewPrivs:1']);
  await run('rootless', 'id', { securityContext: { runAsNonRoot: true } });
  assert.match((await world.event('rootless', 'Failed')).message, /runAsNonRoot and image will run as root/);
  await world.delete('rootless', 0);
});

test('init containers come first, a sidecar stays beside them, and a failed container starts again', { skip }, async () => {
  const share = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
  await world.create('group', {
    restartPolicy: 'OnFailure',
    volumes: [{ name: 'v', emptyDir: {} }],
    initContainers: [
      { ...container('echo init >> /v/order', share), name: 'init' },
      { ...container('echo sidecar >> /v/order; while true; do sleep 1; done', share), name: 'sidecar', restartPolicy: 'Always' },
    ],
    containers: [container('while ! grep -q sidecar /v/order; do sleep 0.1; done; echo main >> /v/order; cat /v/order; test $(grep -c main /v/order) = 2', share)],
    terminationGracePeriodSeconds: 1,
  });
  assert.deepEqual(await lines('group'), ['init', 'sidecar', 'main', 'main']);
  const pod = await world.get('group');
  assert.equal(containerStatus(pod)['restartCount'], 1);
  assert.equal(stateOf(containerStatus(pod), 'terminated', 'lastState')?.['exitCode'], 1);
  assert.equal(await world.log(pod, { container: 'main', previous: true }), 'init\nsidecar\nmain\n');
});

test('a command that is not there, and one whose memory runs out', { skip }, async () => {
  await world.create('absent', { containers: [{ name: 'main', image, command: ['/no/such'] }] });
  const absent = await world.ended('absent');
  assert.deepEqual([terminated(absent)['reason'], terminated(absent)['exitCode']], ['StartError', 128]);
  assert.match(String(terminated(absent)['message']), /no such file|not found/);
  await run('hungry', 'head -c 200000000 /dev/zero | tail -c 200000000 > /dev/null', { resources: { limits: { memory: '32Mi' } } });
  const { exitCode, reason } = terminated(await world.ended('hungry'));
  // podman before version 5 does not tell; the kernel's log does, to those who may read it.
  const isTold = await open('/dev/kmsg').then((file) => file.close().then(() => true), () => false);
  assert.deepEqual([exitCode, reason], [137, isTold ? 'OOMKilled' : reason]);
});

test('SIGTERM with grace, then SIGKILL; nothing is left at the engine', { skip }, async () => {
  await run('polite', 'trap "echo bye; exit 3" TERM; echo up; while true; do sleep 0.1; done');
  await run('deaf', 'trap "" TERM; echo up; while true; do sleep 0.1; done');
  const [polite, deaf] = [await world.running('polite'), await world.running('deaf')];
  for (const name of ['polite', 'deaf']) await world.printed(name, 'up');
  await world.delete('polite', 30);
  await world.delete('deaf', 1);
  await world.gone('polite');
  await world.gone('deaf');
  assert.equal(await world.log(polite), 'up\nbye\n');
  assert.equal(await world.log(deaf), 'up\n');
  assert.ok(typeof podman !== 'string');
  assert.doesNotMatch(await podman.podman('ps', '--all', '--format', '{{.Names}}'), /polite|deaf/);
});

test('exec: output apart, input, exit code, a terminal, a command that is killed with its session; attach', { skip }, async () => {
  await run('shell', 'n=0; while true; do n=$((n+1)); echo tick $n; sleep 0.2; done', {}, { terminationGracePeriodSeconds: 0 });
  const pod = await world.running('shell');
  const kubelet = world.kubelet();
  const apart = must(await kubelet.exec(pod, { command: ['sh', '-c', 'cat; echo err >&2; exit 5'], tty: false, hasStdin: true }));
  apart.stdin.end('through');
  assert.deepEqual([await text(apart.stdout), await text(apart.stderr), await apart.ended], ['through', 'err\n', { kind: 'exited', code: 5 }]);
  apart.close();
  const terminal = must(await kubelet.exec(pod, { command: ['sh', '-c', 'test -t 0 && echo a terminal; read word; echo got $word'], tty: true, hasStdin: true }));
  terminal.resize(40, 100);
  terminal.stdin.write('it\n');
  assert.match(await text(terminal.stdout), /a terminal[^]*got it/);
  terminal.close();
  const absent = must(await kubelet.exec(pod, { command: ['/no/such'], tty: false, hasStdin: false }));
  assert.match(JSON.stringify(await absent.ended), /failed.*no such|"code":12[67]/);
  const long = must(await kubelet.exec(pod, { command: ['sh', '-c', 'echo on; exec sleep 4321'], tty: false, hasStdin: false }));
  long.stdout.once('data', () => long.close());
  await until('the command to be gone', async () => !(await world.output(pod, ['sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\\\0" " "'])).includes('sleep 4321'), { timeoutMs: 30_000 });
  const attached = must(await kubelet.attach(pod, { hasStdin: false }));
  await new Promise((resolve) => attached.stdout.once('data', resolve));
  attached.close();
  await world.delete('shell', 0);
});

test('probes: ready by a command, ended and started anew when not alive', { skip }, async () => {
  const probe = (script: string) => ({ exec: { command: ['sh', '-c', script] }, periodSeconds: 1, timeoutSeconds: 20, failureThreshold: 1 });
  await run('probed', 'echo up; while true; do sleep 0.2; done', { readinessProbe: probe('test -e /work/ready'), livenessProbe: probe('! test -e /work/dead') }, { restartPolicy: 'Always', terminationGracePeriodSeconds: 1 });
  const pod = await world.running('probed');
  assert.equal(containerStatus(pod)['ready'], false);
  await world.run(pod, 'touch /work/ready');
  await world.until('probed', 'ready', (one) => containerStatus(one)['ready'] === true);
  await world.run(pod, 'touch /work/dead');
  await world.until('probed', 'a second attempt', (one) => containerStatus(one)['restartCount'] === 1 && stateOf(containerStatus(one), 'running') !== undefined);
  await world.delete('probed', 0);
});

test('two Pods at the same port, each at an address of its own; reached from here and by name', { skip: skip === false ? ((await networkProblem()) || false) : skip }, async () => {
  const source = "import socket\nwith socket.create_server(('0.0.0.0', 8080)) as server:\n    while True:\n        connection, peer = server.accept()\n        connection.sendall(socket.gethostname().encode())\n        connection.close()";
  const spec = { terminationGracePeriodSeconds: 0, volumes: [{ name: 'machine', hostPath: { path: '/' } }] };
  const greeter = { name: 'main', image, command: ['chroot', '/machine', await findPython(), '-c', source], ports: [{ containerPort: 8080 }], volumeMounts: [{ name: 'machine', mountPath: '/machine', readOnly: true }] };
  for (const name of ['left', 'right']) await world.create(name, { containers: [greeter], ...spec });
  for (const name of ['left', 'right']) {
    const pod = await world.running(name);
    assert.match(String(pod.status?.['podIP']), /^(?!127\.)/);
    const answer = () => world.kubelet().connect(pod, 8080).then((outcome) => (outcome.ok ? text(outcome.value) : undefined));
    assert.equal(await until('an answer', answer, { timeoutMs: 30_000 }), name);
    await world.delete(name, 0);
  }
});

test('a step of a pipeline: artifacts under their true paths, parameters, the executor output', { skip }, async () => {
  await world.step('step', 'mkdir -p $TASK_ROOT && echo model > $TASK_ROOT/model && printf five > /tmp/outputs/text && echo "{\\"parameterValues\\": {\\"n\\": 5}}" > $TASK_ROOT/output_metadata.json', {}, { image });
  const { outcome, parameterTexts, artifacts, executorOutput, message } = await world.stepResult('step');
  assert.deepEqual({ outcome, parameterTexts, artifacts, executorOutput }, { outcome: 'Succeeded', parameterTexts: { text: 'five' }, artifacts: { model: { exists: true, sizeBytes: 6 } }, executorOutput: { parameterValues: { n: 5 } } }, message);
  const uri = 'minio://mlpipeline/v2/artifacts/step/model';
  await world.step('reader', `cat /minio/mlpipeline/v2/artifacts/step/model; (echo x >> /minio/mlpipeline/v2/artifacts/step/model) 2>/dev/null || echo read-only`, { inputArtifacts: [{ key: 'model', uri }] }, { image });
  assert.equal(await world.log(await world.ended('reader')), 'model\nread-only\n');
});

test('what it uses is measured', { skip }, async () => {
  const pod = await run('busy', 'while :; do :; done', {}, { terminationGracePeriodSeconds: 0 });
  await world.running('busy');
  const look = async () => {
    const outcome = await world.node.usage.measure();
    return outcome.ok ? outcome.value.containers.find(({ podUid, cpuNanocores }) => podUid === pod.metadata.uid && cpuNanocores > 0) : undefined;
  };
  const { memoryBytes } = await until('what it uses', look, { timeoutMs: 60_000 });
  assert.ok(memoryBytes > 0);
  await world.delete('busy', 0);
});
