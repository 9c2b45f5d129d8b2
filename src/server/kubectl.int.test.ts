// The real kubectl, as a user drives it. Skipped where there is none.
import { test, type TestContext } from 'node:test';
import assert from 'node:assert/strict';
import { success, until, type UsageMeter, type UsageReport } from '../base/mod.ts';
import { logKubelet } from './testing/log-kubelet.ts';
import { kubectlAgainst, noKubectl, type Kubectl } from './testing/kubectl.ts';
import { patchResponse, webhookServer, type WebhookServer } from './testing/webhook-server.ts';
import { must, NAMESPACES, PODS, type TestServerOptions } from './testing/test-server.ts';

function kubectlTest(name: string, body: (kubectl: Kubectl, t: TestContext) => Promise<void>, options: TestServerOptions = {}): void {
  test(`kubectl: ${name}`, { skip: noKubectl }, async (t) => {
    await body(await kubectlAgainst(t, options), t);
  });
}

/** The output of a run that must succeed. */
async function ok({ run }: Kubectl, args: string, input?: string): Promise<string> {
  const { code, stdout, stderr } = await run(args.split(' '), input);
  assert.equal(code, 0, `kubectl ${args}: ${stderr}`);
  return stdout;
}

/** The complaint of a run that must fail. */
async function fails({ run }: Kubectl, args: string, input?: string): Promise<string> {
  const { code, stderr } = await run(args.split(' '), input);
  assert.notEqual(code, 0, `kubectl ${args} succeeded`);
  return stderr;
}

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: p1, labels: {app: web}}
spec:
  containers:
  - {name: main, image: "busybox:1", env: [{name: A, value: "1"}], resources: {requests: {cpu: 1}}}
  - {name: side, image: "busybox:2"}
`;
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: red, size: "1"}\n';

kubectlTest('versions and resources', async (kubectl) => {
  assert.match(await ok(kubectl, 'version'), /Server Version: v1\.32\.\d+\+slipway/);
  const resources = await ok(kubectl, 'api-resources --no-headers');
  assert.match(resources, /^pods +po +v1 +true +Pod$/m);
  assert.match(await fails(kubectl, 'get nosuch'), /the server doesn't have a resource type "nosuch"/);
  assert.match(await ok(kubectl, 'explain pod.spec.containers.image'), /FIELD: image <string>/);
  assert.match(await ok(kubectl, 'auth can-i create pods'), /yes/);
  assert.match(await ok(kubectl, 'auth whoami'), /tester/);
});

kubectlTest('typed creations arrive as protobuf', async (kubectl) => {
  assert.equal(await ok(kubectl, 'create ns team-a'), 'namespace/team-a created\n');
  await ok(kubectl, 'create cm c --from-literal=a=b -n team-a');
  await ok(kubectl, 'create secret generic s --from-literal=k=v -n team-a');
  await ok(kubectl, 'create sa robot -n team-a');
  assert.equal(await ok(kubectl, 'get secret s -n team-a -o jsonpath={.data.k}'), 'dg==');
  assert.match(await fails(kubectl, 'create ns team-a'), /Error from server \(AlreadyExists\): namespaces "team-a" already exists/);
});

kubectlTest('apply: created, unchanged, configured; patches of maps and lists', async (kubectl) => {
  assert.equal(await ok(kubectl, 'apply -f -', CONFIG), 'configmap/settings created\n');
  assert.equal(await ok(kubectl, 'apply -f -', CONFIG), 'configmap/settings unchanged\n');
  assert.equal(await ok(kubectl, 'apply -f -', CONFIG.replace(', size: "1"', ', shape: round')), 'configmap/settings configured\n');
  assert.equal(await ok(kubectl, 'get cm settings -o jsonpath={.data}'), '{"color":"red","shape":"round"}');
  assert.equal(await ok(kubectl, 'apply -f -', POD), 'pod/p1 created\n');
  assert.equal(await ok(kubectl, 'apply -f -', POD.replace('busybox:2', 'busybox:3')), 'pod/p1 configured\n');
  assert.equal(await ok(kubectl, 'get pod p1 -o jsonpath={.spec.containers[*].image}'), 'busybox:1 busybox:3');
  assert.equal(await ok(kubectl, 'get pod p1 -o jsonpath={.spec.containers[0].resources.requests.cpu}'), '1');
  const other = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {a: b, c: d}\n';
  assert.equal(await ok(kubectl, 'apply --server-side -f -', other), 'configmap/other serverside-applied\n');
  await ok(kubectl, 'apply --server-side -f -', other.replace('a: b, ', ''));
  assert.equal(await ok(kubectl, 'get cm other -o jsonpath={.data}'), '{"c":"d"}');
  assert.match(await ok(kubectl, 'apply --dry-run=server -f -', CONFIG.replace('red', 'blue')), /configured \(server dry run\)/);
  assert.equal(await ok(kubectl, 'get cm settings -o jsonpath={.data.color}'), 'red');
  await ok(kubectl, 'replace -f -', CONFIG.replace('red', 'green'));
  assert.equal(await ok(kubectl, 'get cm settings -o jsonpath={.data}'), '{"color":"green","size":"1"}');
});

kubectlTest('get, wide, yaml, selectors, sorting, describe, label, annotate, patch', async (kubectl) => {
  await ok(kubectl, 'apply -f -', POD);
  assert.match(await ok(kubectl, 'get pods'), /^NAME +READY +STATUS +RESTARTS +AGE\np1 +0\/2 +Pending +0 +\d+s\n$/);
  assert.match(await ok(kubectl, 'get pods -A -o wide --sort-by=.metadata.name'), /NAMESPACE +NAME .* IP +NODE/);
  assert.match(await ok(kubectl, 'get pod p1 -o yaml'), /^kind: Pod\nmetadata:\n/m);
  assert.equal(await ok(kubectl, 'get pods -l app=web --field-selector status.phase=Pending -o name'), 'pod/p1\n');
  assert.match(await fails(kubectl, 'get pods --field-selector color=red'), /field label not supported: color/);
  assert.match(await ok(kubectl, 'get all'), /^pod\/p1 /m);
  assert.match(await ok(kubectl, 'describe pod p1'), /Events: +<none>/);
  await ok(kubectl, 'label pod p1 tier=front');
  await ok(kubectl, 'annotate pod p1 note=hello');
  await ok(kubectl, 'patch pod p1 -p {"spec":{"containers":[{"name":"side","image":"busybox:9"}]}}');
  await ok(kubectl, 'patch pod p1 --type=json -p [{"op":"remove","path":"/metadata/labels/app"}]');
  const left = JSON.parse(await ok(kubectl, 'get pod p1 -o json')) as { metadata: { labels: object }; spec: { containers: { image: string }[] } };
  assert.deepEqual(left.metadata.labels, { tier: 'front' });
  assert.deepEqual(left.spec.containers.map(({ image }) => image), ['busybox:1', 'busybox:9']);
});

kubectlTest('get -w and wait see changes', async (kubectl, t) => {
  await ok(kubectl, 'apply -f -', POD);
  const watching = kubectl.start(['get', 'pods', '-w']);
  t.after(() => watching.stop());
  await until('the first line', () => watching.output().includes('Pending'));
  const waiting = kubectl.run(['wait', '--for=jsonpath={.status.phase}=Running', 'pod/p1', '--timeout=20s']);
  const ref = { type: PODS, namespace: 'default', name: 'p1' };
  must(await kubectl.objectApi.patch(ref, 'merge', { status: { phase: 'Running' } }, { subresource: 'status' }));
  await until('the change', () => watching.output().includes('Running'));
  assert.match((await waiting).stdout, /pod\/p1 condition met/);
});

kubectlTest('delete waits until the object is gone; a namespace goes through Terminating', async (kubectl) => {
  await ok(kubectl, 'apply -f -', POD);
  assert.equal(await ok(kubectl, 'delete pod p1'), 'pod "p1" deleted\n');
  assert.match(await fails(kubectl, 'get pod p1'), /Error from server \(NotFound\): pods "p1" not found/);
  await ok(kubectl, 'create ns team-a');
  const deleting = kubectl.run(['delete', 'ns', 'team-a']);
  const ref = { type: NAMESPACES, name: 'team-a' };
  const marked = await until('Terminating', async () => {
    const namespace = must(await kubectl.objectApi.get(ref));
    return namespace.status?.['phase'] === 'Terminating' ? namespace : undefined;
  });
  assert.match(await ok(kubectl, 'get ns team-a'), /Terminating/);
  assert.match(await fails(kubectl, 'create cm c -n team-a'), /because it is being terminated/);
  must(await kubectl.objectApi.update(ref, { ...marked, spec: { finalizers: [] } }, { subresource: 'finalize' }));
  assert.equal((await deleting).stdout, 'namespace "team-a" deleted\n');
});

kubectlTest('mistakes are explained', async (kubectl) => {
  assert.match(await fails(kubectl, 'create -f -', POD.replace('image: "busybox:1", ', '')), /spec\.containers\[0\]\.image: Required value/);
  assert.match(await fails(kubectl, 'create -f -', POD.replace('spec:', 'spec:\n  typo: 1')), /strict decoding error: unknown field "spec\.typo"/);
  await ok(kubectl, 'create -f -', CONFIG);
  assert.match(await fails(kubectl, 'create -f -', CONFIG), /AlreadyExists/);
  const { stderr } = await kubectl.run(['create', '--validate=warn', '-f', '-'], POD.replace('spec:', 'spec:\n  typo: 1'));
  assert.match(stderr, /Warning: unknown field "spec\.typo"/);
});

const kubelet = logKubelet(async (pod, { container, follow }) =>
  success(
    (async function* () {
      yield Buffer.from(`${pod.metadata.name}/${container} ${follow === true ? 'followed' : 'read'}\n`);
    })(),
  ),
);

kubectlTest(
  'logs, once and followed',
  async (kubectl) => {
    await ok(kubectl, 'apply -f -', POD);
    assert.equal(await ok(kubectl, 'logs p1 -c side'), 'p1/side read\n');
    assert.equal(await ok(kubectl, 'logs -f p1 -c main'), 'p1/main followed\n');
  },
  { kubelet },
);

kubectlTest('webhooks: a label is added, a denial is shown, a warning arrives', async (kubectl, t) => {
  const adds = await webhookServer(t, () => patchResponse({ op: 'add', path: '/metadata/labels', value: { hooked: 'yes' } }));
  const denies = await webhookServer(t, ({ name }) => ({ allowed: name !== 'settings', warnings: ['think twice'], status: { message: 'no settings today', code: 403 } }));
  const configuration = (kind: string, { url, caBundle }: WebhookServer) => `
apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}
metadata: {name: hook}
webhooks:
- name: hook.test.example
  clientConfig: {url: "${url}", caBundle: ${caBundle}}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [configmaps, pods]}]
  sideEffects: None
  admissionReviewVersions: [v1]
---`;
  await ok(kubectl, 'apply -f -', configuration('MutatingWebhookConfiguration', adds) + configuration('ValidatingWebhookConfiguration', denies));
  assert.match(await fails(kubectl, 'apply -f -', CONFIG), /admission webhook "hook.test.example" denied the request: no settings today/);
  assert.match(await fails(kubectl, 'apply --server-side -f -', CONFIG), /admission webhook "hook.test.example" denied the request: no settings today/);
  const { stderr } = await kubectl.run(['apply', '-f', '-'], POD);
  assert.match(stderr, /Warning: think twice/);
  assert.equal(await ok(kubectl, 'get pod p1 -o jsonpath={.metadata.labels.hooked}'), 'yes');
});

let measured: UsageReport['containers'] = [];
const usage: UsageMeter = {
  measure: async () => success({ measuredAtMs: Date.now(), windowMs: 15_000, node: { name: 'machine', cpuNanocores: 500_000_000, memoryBytes: 256 * 2 ** 20 }, containers: measured }),
};

kubectlTest(
  'top of Pods, containers and nodes',
  async (kubectl) => {
    await ok(kubectl, 'apply -f -', POD);
    const { uid: podUid = '' } = must(await kubectl.objectApi.get({ type: PODS, namespace: 'default', name: 'p1' })).metadata;
    measured = [
      { podUid, container: 'main', cpuNanocores: 250_000_000, memoryBytes: 64 * 2 ** 20 },
      { podUid, container: 'side', cpuNanocores: 5_000_000, memoryBytes: 2 ** 20 },
    ];
    assert.match(await ok(kubectl, 'top pods'), /^p1 +255m +65Mi *$/m);
    assert.match(await ok(kubectl, 'top pod p1 --containers'), /^p1 +side +5m +1Mi *$/m);
    assert.match(await ok(kubectl, 'top pods -l app=web -A --sum'), /^default +p1 +255m +65Mi *$/m);
    assert.match(await ok(kubectl, 'get pods.metrics.k8s.io'), /^p1 +255m +65Mi +15\.000s *$/m);
    assert.match(await ok(kubectl, 'get pods'), /^p1 +0\/2 /m, 'the core kind is meant first');
    const nodes = { type: { group: '', version: 'v1', resource: 'nodes' }, name: 'machine' } as const;
    must(await kubectl.objectApi.create(nodes.type, undefined, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'machine' } }));
    must(await kubectl.objectApi.patch(nodes, 'merge', { status: { allocatable: { cpu: '2', memory: '1Gi' } } }, { subresource: 'status' }));
    assert.match(await ok(kubectl, 'top nodes'), /^machine +500m +25% +256Mi +25% *$/m);
  },
  { usage },
);
