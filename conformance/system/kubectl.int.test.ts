// The real kubectl against the whole system: Pods that really run, logs that really flow. Skipped where there is no kubectl.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noKubectl as skip } from '../../src/server/testing/kubectl.ts';
import { until } from '../../src/base/mod.ts';
import { installationWithKubectl } from './support/kubectl.ts';
import { shellPipeline } from './support/shell-pipeline.ts';

/** Counts aloud until it is told to stop, then says so and needs a moment. */
const COUNTER = `
apiVersion: v1
kind: Pod
metadata: {name: counter, labels: {app: counter}}
spec:
  terminationGracePeriodSeconds: 20
  containers:
  - name: main
    image: busybox:1.36
    command: [sh, -c]
    args: ['trap "echo stopping; sleep 0.3; echo stopped; exit 0" TERM; i=0; while true; do i=$((i+1)); echo "count $i"; sleep 0.05; done']
    env: [{name: GREETING, value: hello}]
    resources: {requests: {cpu: 100m, memory: 16Mi}}
`;

const SHORT = `
apiVersion: v1
kind: Pod
metadata: {generateName: short-, labels: {app: short}}
spec:
  restartPolicy: Never
  containers: [{name: main, image: busybox, command: [sh, -c, "echo done; exit 3"]}]
`;

const { installation, kubectl } = installationWithKubectl(skip);

test('a Pod from apply to delete: namespace, watch, wait, describe, follow, change, grace', { skip }, async (t) => {
  assert.equal(await kubectl.ok('create ns team-a'), 'namespace/team-a created\n'); // its body is protobuf
  const watching = kubectl.start('get pods -n team-a -w'.split(' '));
  t.after(() => watching.stop());
  assert.equal(await kubectl.ok('apply -n team-a -f -', COUNTER), 'pod/counter created\n');
  assert.match(await kubectl.ok('wait -n team-a --for=condition=Ready pod/counter --timeout=20s'), /condition met/);
  assert.match(await kubectl.ok('wait -n team-a --for=jsonpath={.status.phase}=Running pod/counter --timeout=20s'), /condition met/);
  await until('the watch to show it', () => /counter +1\/1 +Running/.test(watching.output()));

  const followed = kubectl.start('logs -n team-a -f counter'.split(' '));
  await until('log lines while it runs', () => followed.output().includes('count 3\n'));
  const described = await until('the events', async () => {
    const text = await kubectl.ok('describe pod counter -n team-a');
    return /Normal +Started/.test(text) ? text : undefined;
  });
  assert.match(described, /GREETING: +hello[^]*Conditions:[^]*Ready +True[^]*Events:[^]*Started/);
  assert.equal(await kubectl.ok('label pod counter -n team-a tier=front'), 'pod/counter labeled\n');
  assert.equal(await kubectl.ok('apply -n team-a -f -', COUNTER.replace('app: counter', 'app: renamed')), 'pod/counter configured\n');
  assert.equal(await kubectl.ok('get pod counter -n team-a -o jsonpath={.metadata.labels}'), '{"app":"renamed","tier":"front"}');
  assert.match(await kubectl.fails('apply -n team-a -f -', COUNTER.replace('name: main', 'name: other')), /pod updates may not/i);

  assert.equal(await kubectl.ok('delete pod counter -n team-a'), 'pod "counter" deleted\n');
  const { stdout } = await followed.done;
  assert.match(stdout, /stopping\nstopped\n$/, 'the grace period lets it end by itself, and the follower sees it');
  await until('the watch to show the end', () => /counter +\d\/1 +(Terminating|Completed)/.test(watching.output()));
  assert.match(await kubectl.fails('get pod counter -n team-a'), /NotFound/);
});

test('how Pods look: wide, yaml, json, names, selectors; nodes; explain', { skip }, async () => {
  const name = (await kubectl.ok('create -f - -o name', SHORT)).trim();
  await kubectl.ok(`wait --for=jsonpath={.status.phase}=Failed ${name} --timeout=20s`);
  assert.match(await kubectl.ok('get pods -o wide'), /NAME +READY +STATUS +RESTARTS +AGE +IP +NODE[^]*short-\w+ +0\/1 +Error /);
  assert.match(await kubectl.ok(`get ${name} -o yaml`), /exitCode: 3\n/);
  const listed = JSON.parse(await kubectl.ok('get pods -l app=short --field-selector status.phase=Failed -o json')) as { items: { kind: string }[] };
  assert.deepEqual(listed.items.map(({ kind }) => kind), ['Pod']);
  assert.equal(await kubectl.ok(`logs ${name}`), 'done\n');
  assert.match(await kubectl.ok('get nodes'), /^\S+ +Ready +/m);
  assert.match(await kubectl.ok('explain pod.spec.containers'), /KIND: +Pod/);
  await kubectl.ok(`delete ${name}`);
});

test('a Pod that can not run says why in describe and events', { skip }, async () => {
  await kubectl.ok('apply -f -', 'apiVersion: v1\nkind: Pod\nmetadata: {name: bad}\nspec: {containers: [{name: main, image: "example.com/unknown:7"}]}\n');
  await until('the event', async () => (await kubectl.ok('get events --field-selector involvedObject.name=bad')).includes('ImageNotRunnable'));
  const described = await kubectl.ok('describe pod bad');
  assert.match(described, /Events:[^]*Warning +ImageNotRunnable .*kubelet .*example\.com\/unknown:7 can't run here/);
  assert.match(await kubectl.ok('get pod bad'), /ImageNotRunnable/);
  await kubectl.ok('delete pod bad');
});

test('deleting a namespace takes along what is in it, running Pods too', { skip }, async () => {
  await kubectl.ok('create ns doomed');
  await kubectl.ok('create cm settings --from-literal=a=b -n doomed');
  await kubectl.ok('apply -n doomed -f -', COUNTER);
  await kubectl.ok('wait -n doomed --for=condition=Ready pod/counter --timeout=20s');
  assert.equal(await kubectl.ok('delete ns doomed'), 'namespace "doomed" deleted\n');
  assert.equal(await kubectl.ok('get pods,cm,sa -n doomed -o name'), '');
  assert.match(await kubectl.fails('get ns doomed'), /NotFound/);
});

test('get pods -w sees the Pods of a pipeline run', { skip }, async (t) => {
  const watching = kubectl.start('get pods -A -w'.split(' '));
  t.after(() => watching.stop());
  const steps = ['first', 'second'].map((name) => ({ name, script: `echo ${name} runs` }));
  const { run_id: runId } = await installation.submit('watched', shellPipeline('watched', steps));
  assert.equal((await installation.waitForRun(runId)).state, 'SUCCEEDED');
  const pods = JSON.parse(await kubectl.ok('get pods -n kubeflow -o json')) as { items: { metadata: { name: string } }[] };
  const names = pods.items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('watched'));
  assert.equal(names.length, 2);
  for (const name of names) {
    await until(`the watch to show ${name}`, () => new RegExp(`^kubeflow +${name} +0/1 +Completed `, 'm').test(watching.output()));
    assert.match(await kubectl.ok(`logs -n kubeflow ${name}`), /^(first|second) runs\n$/);
  }
});

test('what stands beside the API: its paths, probes, older watches; a cordoned node is tainted', { skip }, async () => {
  const { paths } = JSON.parse(await kubectl.ok('get --raw /')) as { paths: readonly string[] };
  for (const path of ['/api/v1', '/apis/batch/v1', '/openapi/v3/apis/apps/v1', '/readyz', '/version']) assert.ok(paths.includes(path), path);
  assert.match(await kubectl.ok('get --raw /readyz?verbose'), /\[\+\]etcd ok\nreadyz check passed\n$/);
  assert.match(await kubectl.ok('get --raw /api/v1/watch/namespaces/default?timeoutSeconds=1'), /"type":"ADDED"/);
  const node = (await kubectl.ok('get nodes -o name')).trim();
  assert.match(await kubectl.ok(`cordon ${node}`), /cordoned/);
  await kubectl.ok(`wait ${node} --for=jsonpath={.spec.taints[0].key}=node.kubernetes.io/unschedulable --timeout=10s`);
  await kubectl.ok(`uncordon ${node}`);
  await until('the taint to go', async () => (await kubectl.ok(`get ${node} -o jsonpath={.spec.taints}`)) === '');
});
