// What the token of a ServiceAccount may do, and what not, on the whole system with the real kubectl.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kubectlPath, noKubectl as skip } from '../../src/server/testing/kubectl.ts';
import { installationWithKubectl } from './support/kubectl.ts';

let token: string;
const { installation, kubectl } = installationWithKubectl(skip, async () => {
  for (const namespace of ['a', 'b']) {
    await kubectl.ok(`create namespace ${namespace}`);
    await kubectl.ok(`create secret generic key -n ${namespace} --from-literal=password=of-${namespace}`);
    await kubectl.ok(`create serviceaccount worker -n ${namespace}`);
    await kubectl.ok(`run talker -n ${namespace} --image=busybox --restart=Never --command -- echo secret-of-${namespace}`);
    await kubectl.ok(`wait -n ${namespace} --for=jsonpath={.status.phase}=Succeeded pod/talker --timeout=20s`);
  }
  await kubectl.ok('create rolebinding editors -n a --clusterrole=edit --serviceaccount=a:worker');
  token = (await kubectl.ok('create token worker -n a')).trim();
});
const as = (command: string) => `${command} --token=${token}`;

test('a token of one namespace reads and writes there, and nothing of another', { skip }, async () => {
  assert.match(await kubectl.ok(as('get secret key -n a -o jsonpath={.data.password}')), /./);
  assert.equal(await kubectl.ok(as('logs talker -n a')), 'secret-of-a\n');
  await kubectl.ok(as('create configmap mine -n a --from-literal=x=y'));
  const refused = [
    'get secret key -n b',
    'get secrets -n b',
    'get secrets -A',
    'logs talker -n b',
    'get pods -n b --watch --request-timeout=5s',
    'create configmap mine -n b --from-literal=x=y',
    'delete pod talker -n b',
    'create token worker -n b',
    'get nodes',
  ];
  for (const command of refused) assert.match(await kubectl.fails(as(command)), /Forbidden|forbidden/, command);
  assert.equal(await kubectl.ok(as('auth can-i create pods -n a')), 'yes\n');
  await kubectl.fails(as('auth can-i create pods -n b'));
});

/** Places that are not the token's, spelled in many ways. */
const foreignPath = fc
  .tuple(
    fc.constantFrom('/api/v1/namespaces/b', '/api/v1/namespaces/a/../b', '/api/v1/namespaces/a/%2e%2e/b', '/api/v1/namespaces/%62', '/api/v1', '/apis/apps/v1/namespaces/b', '/apis/batch/v1', '/apis/rbac.authorization.k8s.io/v1/namespaces/b'),
    fc.constantFrom('secrets', 'configmaps', 'pods', 'serviceaccounts', 'nodes', 'deployments', 'jobs', 'roles', 'rolebindings', 'namespaces', '*', ''),
    fc.constantFrom('', '/key', '/talker', '/worker', '/mine', '/b', '/%2e%2e'),
    fc.constantFrom('', '/log', '/exec', '/attach', '/portforward', '/token', '/binding', '/eviction', '/status', '/scale', '/ephemeralcontainers'),
    fc.constantFrom('', '?watch=true&timeoutSeconds=1', '?namespace=a', '?fieldSelector=metadata.namespace%3Da', '?labelSelector=a', '?limit=1', '?command=id&stdout=true', '?dryRun=All'),
  )
  .map((parts) => parts.join(''));

test('no request of a tenant, however it is spelled, is answered with what is not his', { skip, timeout: 120_000 }, async () => {
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
  const body = fc.constantFrom('', '{}', '{"metadata":{"name":"mine","namespace":"a"}}', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"mine","namespace":"b"}}');
  const impersonation = fc.constantFrom({}, { 'impersonate-user': 'system:admin' }, { 'impersonate-user': 'x', 'impersonate-group': 'system:masters' });
  const type = fc.constantFrom('application/json', 'application/merge-patch+json', 'application/apply-patch+yaml');
  const asked = fc.asyncProperty(method, foreignPath, body, impersonation, type, async (verb, path, text, headers, contentType) => {
    const response = await fetch(installation.url + path, {
      method: verb,
      headers: { authorization: `Bearer ${token}`, 'content-type': contentType, ...headers },
      ...(verb === 'GET' ? {} : { body: text }),
    });
    const answer = await response.text();
    // What may be asked for is everybody's to know; "%2e%2e" of a client's goes up, to the group itself.
    const isDiscovery = verb === 'GET' && response.ok && /^\{"kind":"API(?:ResourceList|GroupList|Group|Versions)"/.test(answer);
    assert.ok(isDiscovery || (response.status >= 400 && response.status < 500), `${verb} ${path}: ${response.status} ${answer.slice(0, 300)}`);
    assert.doesNotMatch(answer, /b2YtY|secret-of-b/, `${verb} ${path}`);
  });
  await fc.assert(asked, { numRuns: 300 });
});

test('nobody gives himself more rights', { skip }, async () => {
  assert.match(await kubectl.fails(as('create rolebinding more -n a --clusterrole=cluster-admin --serviceaccount=a:worker')), /cannot create resource "rolebindings"/);
  await kubectl.ok('create rolebinding admins -n b --clusterrole=admin --serviceaccount=b:worker');
  const admin = (await kubectl.ok('create token worker -n b')).trim();
  assert.match(
    await kubectl.fails(`create rolebinding more -n b --clusterrole=cluster-admin --serviceaccount=b:worker --token=${admin}`),
    /is attempting to grant RBAC permissions not currently held/,
  );
  await kubectl.ok(`create rolebinding viewers -n b --clusterrole=view --serviceaccount=a:worker --token=${admin}`);
  assert.match(await kubectl.ok(as('get pods -n b')), /talker/);
  assert.match(await kubectl.fails(as('get secrets -n b')), /forbidden/, 'view shows no Secrets');
  assert.match(await kubectl.fails(as('get pods -n b --as=system:admin')), /cannot impersonate resource "users"/);
});

test('runs, artifacts and logs of steps are the owner’s', { skip }, async () => {
  const status = async (path: string, authorization?: string) =>
    (await fetch(installation.url + path, { headers: authorization === undefined ? {} : { authorization: `Bearer ${authorization}` } })).status;
  for (const path of ['/apis/v2beta1/runs', '/apis/v2beta1/artifacts', '/apis/v1alpha1/runs/x/nodes/y/log']) {
    assert.equal(await status(path, token), 403, path);
    assert.equal(await status(path, `${token.slice(0, -4)}AAAA`), 401, 'a token that is wrong is nobody, also on loopback');
  }
  assert.equal(await status('/apis/v2beta1/runs'), 200);
});

test('a Pod is its account: kubectl inside finds the server and is told no', { skip }, async () => {
  const inside = { name: 'inside', image: 'busybox', command: ['sh', '-c', `${kubectlPath} get pods talker -o name; ${kubectlPath} get secrets -n b; true`] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'inside' }, spec: { restartPolicy: 'Never', serviceAccountName: 'worker', containers: [inside] } };
  await kubectl.ok('create -n a -f -', JSON.stringify(pod));
  await kubectl.ok('wait -n a --for=jsonpath={.status.phase}=Succeeded pod/inside --timeout=30s');
  const log = await kubectl.ok('logs inside -n a');
  assert.match(log, /^pod\/talker$/m);
  assert.match(log, /secrets is forbidden: User "system:serviceaccount:a:worker" cannot list resource "secrets" in API group "" in the namespace "b"/);
});

test('with a second user directories of the machine are off, for the Pods of controllers too', { skip }, async () => {
  const spec = { containers: [{ name: 'main', image: 'busybox', command: ['cat', '/etc-of-host/hostname'], volumeMounts: [{ name: 'host', mountPath: '/etc-of-host' }] }], volumes: [{ name: 'host', hostPath: { path: '/etc' } }] };
  const podNamed = (name: string) => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { ...spec, restartPolicy: 'Never' } });
  await kubectl.ok('create -n a -f -', podNamed('alone'));
  await kubectl.ok('create rolebinding jane -n a --clusterrole=edit --user=jane');
  assert.match(await kubectl.fails('create -n a -f -', podNamed('among-others')), /spec\.volumes\[0\]\.hostPath: directories of the machine are not mounted here .*the rolebinding a\/jane names the user "jane"/);
  const labels = { app: 'mounting' };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'mounting' }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } } };
  await kubectl.ok('create -n a -f -', JSON.stringify(deployment));
  await kubectl.ok('wait -n a --for=condition=ReplicaFailure deployment/mounting --timeout=20s');
  assert.match(await kubectl.ok('get deployment mounting -n a -o jsonpath={.status.conditions[*].message}'), /directories of the machine are not mounted here/);
  await kubectl.ok('delete deployment mounting -n a');
  await kubectl.ok('delete rolebinding jane -n a');
  await kubectl.ok('create -n a -f -', podNamed('alone-again'));
});
