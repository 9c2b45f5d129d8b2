import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import type { ImageProgram } from '../pods/container-program.ts';
import type { ContainerPlan } from '../runtimes/runtime.ts';
import { containerName, createRequest, podmanLimitsJson } from './create-request.ts';
import { argvFor, imageConfigOf } from './image-config.ts';
import { securityOf } from './security.ts';

const CONTEXT = { installation: 'here', exitFile: '/data/exit.json', canWriteLogs: true };

function podOf(container: JsonObject, spec: JsonObject = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod', namespace: 'team', uid: 'uid' }, spec: { containers: [{ name: 'main', ...container }], ...spec } };
}

function programOf(pod: KubeObject, more: Partial<ImageProgram> = {}): ImageProgram {
  const outcome = securityOf(pod, 'main', '');
  assert.ok(outcome.kind === 'security');
  return { kind: 'image', imageId: 'sha256:1', argv: ['sh', '-c', 'true'], env: {}, workingDirectory: undefined, security: outcome.security, ...more };
}

function planOf(pod: KubeObject, more: Partial<ContainerPlan> = {}): ContainerPlan {
  return {
    ...{ id: 'uid/main/2', pod, container: 'main', hostname: 'pod', address: { kind: 'machine', ip: '127.0.0.1' }, mounts: [], message: undefined, step: undefined, limits: {}, gpus: [] },
    ...{ tmpDirectory: '/data/tmp', logFile: '/data/log', logLimits: { fileBytesMax: 10, fileCountMax: 5 }, exitFileOf: () => '/data/exit.json', onWarning: () => undefined, stdin: false, tty: false, beside: undefined },
    ...more,
  };
}

function hostConfig(request: JsonObject): JsonObject {
  return request['HostConfig'] as JsonObject;
}

test('a container that asks for nothing', () => {
  const pod = podOf({});
  const plan = planOf(pod);
  assert.equal(containerName(plan), 'slipway_main_pod_uid_2');
  assert.deepEqual(createRequest(programOf(pod), plan, CONTEXT), {
    Image: 'sha256:1',
    Entrypoint: ['sh'],
    Cmd: ['-c', 'true'],
    Env: [],
    Hostname: 'pod',
    Labels: {
      'slipway.installation': 'here',
      'slipway.pod-uid': 'uid',
      'slipway.container-id': 'uid/main/2',
      'slipway.exit-file': '/data/exit.json',
      'slipway.network': 'machine',
      'slipway.pod-name': 'pod',
      'slipway.pod-namespace': 'team',
    },
    HostConfig: {
      NetworkMode: 'host',
      Mounts: [],
      SecurityOpt: ['label=disable'],
      ReadonlyRootfs: false,
      Privileged: false,
      CapAdd: [],
      CapDrop: [],
      GroupAdd: [],
      LogConfig: { Type: 'k8s-file', Config: { path: '/data/log', 'max-size': '50' } },
    },
  });
});

test('variables, working directory, volumes and the file for the last message', () => {
  const pod = podOf({});
  const plan = planOf(pod, { mounts: [{ source: '/v', target: '/data', readOnly: true }], message: { source: '/m', target: '/dev/termination-log', readOnly: false } });
  const request = createRequest(programOf(pod, { env: { A: 'b=c', EMPTY: '' }, workingDirectory: '/app' }), plan, CONTEXT);
  assert.deepEqual([request['Env'], request['WorkingDir']], [['A=b=c', 'EMPTY='], '/app']);
  assert.deepEqual(hostConfig(request)['Mounts'], [
    { Type: 'bind', Source: '/v', Target: '/data', ReadOnly: true },
    { Type: 'bind', Source: '/m', Target: '/dev/termination-log', ReadOnly: false },
  ]);
});

test('a step has its artifacts at their paths and a /tmp that the node can read', () => {
  const pod = podOf({});
  const step = { mounts: [{ source: '/store/task', target: '/minio/b/task', readOnly: false }], tmpPaths: [], artifactRoots: {} };
  assert.deepEqual(hostConfig(createRequest(programOf(pod), planOf(pod, { step }), CONTEXT))['Mounts'], [
    { Type: 'bind', Source: '/data/tmp', Target: '/tmp', ReadOnly: false },
    { Type: 'bind', Source: '/store/task', Target: '/minio/b/task', ReadOnly: false },
  ]);
});

test('a Pod with an address of its own: the container joins its network', () => {
  const pod = podOf({});
  const address = { kind: 'own', ip: '10.1.0.2', namespace: '/proc/7/ns/net' } as const;
  assert.equal(hostConfig(createRequest(programOf(pod), planOf(pod, { address }), CONTEXT))['NetworkMode'], 'ns:/proc/7/ns/net');
});

test('limits: memory without swap, processors, processes', () => {
  const pod = podOf({});
  const limits = { memoryBytes: 67_108_864, cpuMilli: 1_500, processCountMax: 100 };
  const { Memory, MemorySwap, NanoCpus, PidsLimit } = hostConfig(createRequest(programOf(pod), planOf(pod, { limits }), CONTEXT));
  assert.deepEqual([Memory, MemorySwap, NanoCpus, PidsLimit], [67_108_864, 67_108_864, 1_500_000_000, 100]);
  assert.deepEqual(podmanLimitsJson(limits), { memory: { limit: 67_108_864, swap: 67_108_864 }, cpu: { quota: 150_000, period: 100_000 } });
});

test('an engine that keeps its logs is told only how much of them', () => {
  const pod = podOf({});
  const request = createRequest(programOf(pod), planOf(pod), { ...CONTEXT, canWriteLogs: false });
  assert.deepEqual(hostConfig(request)['LogConfig'], { Type: 'json-file', Config: { 'max-size': '10', 'max-file': '5' } });
  assert.equal((request['Labels'] as JsonObject)['slipway.log-file'], '/data/log');
});

test('the security context of the container goes before that of its Pod', () => {
  const pod = podOf(
    { securityContext: { runAsUser: 7, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] }, seccompProfile: { type: 'Unconfined' } } },
    { securityContext: { runAsUser: 1, runAsGroup: 8, supplementalGroups: [9], fsGroup: 10 } },
  );
  const request = createRequest(programOf(pod), planOf(pod), CONTEXT);
  const { ReadonlyRootfs, CapAdd, CapDrop, GroupAdd, SecurityOpt } = hostConfig(request);
  assert.equal(request['User'], '7:8');
  assert.deepEqual({ ReadonlyRootfs, CapAdd, CapDrop, GroupAdd, SecurityOpt }, {
    ReadonlyRootfs: true,
    CapAdd: ['NET_ADMIN'],
    CapDrop: ['ALL'],
    GroupAdd: ['9', '10'],
    SecurityOpt: ['label=disable', 'no-new-privileges', 'seccomp=unconfined'],
  });
  assert.equal(hostConfig(createRequest(programOf(podOf({ securityContext: { privileged: true } })), planOf(pod), CONTEXT))['Privileged'], true);
});

for (const [user, imageUser, message] of [
  [undefined, '', /runAsNonRoot and image will run as root/],
  [undefined, 'root:staff', /runAsNonRoot and image will run as root/],
  [0, '1000', /runAsUser breaks non-root policy/],
  [undefined, 'worker', /non-numeric user \(worker\)/],
  [undefined, '1000:1000', undefined],
  [5, '', undefined],
] as const) {
  test(`runAsNonRoot with user ${user} and image user "${imageUser}": ${message === undefined ? 'runs' : 'is refused'}`, () => {
    const outcome = securityOf(podOf({}, { securityContext: { runAsNonRoot: true, ...(user === undefined ? {} : { runAsUser: user }) } }), 'main', imageUser);
    if (message === undefined) assert.equal(outcome.kind, 'security');
    else assert.match(outcome.kind === 'refused' ? outcome.message : '', message);
  });
}

test('the command is the Pod\'s, or the image\'s with the Pod\'s arguments', () => {
  const image = imageConfigOf({ Id: 'sha256:1', Size: 5, Config: { Entrypoint: ['entry'], Cmd: ['one', 'two'], User: '7' } });
  assert.deepEqual(argvFor({ command: [], args: [] }, image), ['entry', 'one', 'two']);
  assert.deepEqual(argvFor({ command: [], args: ['three'] }, image), ['entry', 'three']);
  assert.deepEqual(argvFor({ command: ['own'], args: [] }, image), ['own']);
  assert.deepEqual(argvFor({ command: ['own'], args: ['three'] }, image), ['own', 'three']);
  assert.deepEqual(argvFor({ command: [], args: [] }, imageConfigOf({ Id: 'x', Config: { Entrypoint: null, Cmd: null } })), []);
});

test('an ephemeral container has the rights that its own security context asks for', () => {
  const securityContext = { runAsUser: 7, privileged: true, capabilities: { add: ['SYS_PTRACE'] } };
  const outcome = securityOf(podOf({}, { ephemeralContainers: [{ name: 'debug', securityContext }] }), 'debug', '');
  assert.ok(outcome.kind === 'security');
  assert.deepEqual([outcome.security.user, outcome.security.isPrivileged, outcome.security.addedCapabilities], ['7', true, ['SYS_PTRACE']]);
});

test('the GPUs of a container are asked for by their ids, and no others', () => {
  const pod = podOf({});
  const requestOf = (gpus: readonly string[], more = {}) => hostConfig(createRequest(programOf(pod), planOf(pod, { gpus }), { ...CONTEXT, ...more }))['DeviceRequests'];
  assert.equal(requestOf([]), undefined);
  assert.deepEqual(requestOf(['GPU-a', 'GPU-b']), [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=GPU-a', 'nvidia.com/gpu=GPU-b'] }]);
  assert.deepEqual(requestOf(['GPU-a'], { canWriteLogs: false }), [{ Driver: 'nvidia', DeviceIDs: ['GPU-a'], Capabilities: [['gpu']] }]);
  const variablesOf = (gpus: readonly string[], env: Record<string, string>) => createRequest(programOf(pod, { env }), planOf(pod, { gpus }), CONTEXT)['Env'];
  assert.deepEqual(variablesOf([], { CUDA_VISIBLE_DEVICES: '', NVIDIA_VISIBLE_DEVICES: 'all' }), ['CUDA_VISIBLE_DEVICES=', 'NVIDIA_VISIBLE_DEVICES=void']);
  assert.deepEqual(variablesOf(['GPU-a'], { CUDA_VISIBLE_DEVICES: 'GPU-a' }), ['CUDA_VISIBLE_DEVICES=GPU-a']);
  assert.deepEqual(variablesOf([], { A: 'b' }), ['A=b']);
});
