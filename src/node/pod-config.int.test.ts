// What Pods get from elsewhere: variables, ConfigMaps, Secrets, volumes.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { PERSISTENT_VOLUMES } from '../api/mod.ts';
import { until, type JsonObject, type KubeObject } from '../base/mod.ts';
import { boundClaim, sayPhase } from './testing/bound-claim.ts';
import { must, NodeWorld, shellContainer, waitingReason } from './testing/node-world.ts';

const world = await new NodeWorld().start();
const hostDirectory = await mkdtemp(join(tmpdir(), 'slipway-node-host-'));
after(async () => {
  await world.close();
  await rm(hostDirectory, { recursive: true, force: true });
});

function put(kind: 'ConfigMap' | 'Secret', name: string, more: JsonObject): Promise<unknown> {
  const type = { group: '', version: 'v1', resource: kind === 'Secret' ? 'secrets' : 'configmaps' };
  return world.api.create(type, 'default', { apiVersion: 'v1', kind, metadata: { name }, ...more }).then(must);
}

async function output(name: string): Promise<string> {
  const pod = await world.ended(name);
  const text = await world.log(pod);
  assert.equal(pod.status?.['phase'], 'Succeeded', `${text}\n${JSON.stringify(pod.status)}`);
  return text;
}

await put('ConfigMap', 'settings', { data: { color: 'blue', 'size.txt': '42\n' }, binaryData: { raw: Buffer.from([0, 255]).toString('base64') } });
await put('Secret', 'credentials', { stringData: { password: 's3cret' } });

test('variables: literal, expanded, from fields, ConfigMaps, Secrets and resources', async () => {
  const fieldRef = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  const env = [
    { name: 'GREETING', value: 'hello' },
    { name: 'WHOLE', value: '$(GREETING) $(NOBODY) $$(GREETING)' },
    { name: 'NAME', ...fieldRef('metadata.name') },
    { name: 'SPACE', ...fieldRef('metadata.namespace') },
    { name: 'APP', ...fieldRef("metadata.labels['app']") },
    { name: 'NODE', ...fieldRef('spec.nodeName') },
    { name: 'IP', ...fieldRef('status.podIP') },
    { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'credentials', key: 'password' } } },
    { name: 'ABSENT', valueFrom: { secretKeyRef: { name: 'credentials', key: 'no-such', optional: true } } },
    { name: 'MEMORY_MI', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
    { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'requests.cpu', divisor: '1m' } } },
  ];
  const script = env.map(({ name }) => `echo "${name}=$${name}"`).join(';');
  await world.create(
    'variables',
    { hostNetwork: true, containers: [shellContainer('main', `${script}; echo "arg=$(GREETING)"`, { env, resources: { limits: { memory: '64Mi', cpu: '250m' } } })] },
    { labels: { app: 'demo' } },
  );
  assert.deepEqual((await output('variables')).trim().split('\n'), [
    'GREETING=hello',
    'WHOLE=hello $(NOBODY) $(GREETING)',
    'NAME=variables',
    'SPACE=default',
    'APP=demo',
    'NODE=machine',
    'IP=127.0.0.1',
    'COLOR=blue',
    'PASSWORD=s3cret',
    'ABSENT=',
    'MEMORY_MI=64',
    'CPU=250',
    'arg=hello',
  ]);
});

test('envFrom with a prefix; env wins over it; what is optional may be absent', async () => {
  const envFrom = [
    { prefix: 'CFG_', configMapRef: { name: 'settings' } },
    { secretRef: { name: 'credentials' } },
    { configMapRef: { name: 'nowhere', optional: true } },
  ];
  await world.shell('env-from', 'echo "$CFG_color $password"', {}, { envFrom, env: [{ name: 'CFG_color', value: 'red' }] });
  assert.equal(await output('env-from'), 'red s3cret\n');
});

test('the environment is exact: nothing of the server leaks in but its ways to package indexes', async () => {
  process.env['SLIPWAY_TEST_LEAK'] = 'yes';
  await world.shell('exact', 'env | cut -d= -f1 | grep -v -E "^(PIP_|UV_|SSL_|REQUESTS_|CURL_|OPENBLAS_|TZ|.*_proxy|.*_PROXY|PWD|OLDPWD|SHLVL|_)" | sort | tr "\\n" " "', { automountServiceAccountToken: false });
  assert.equal(await output('exact'), 'HOME HOSTNAME LANG PATH ');
});

test('a Pod finds the API and who it is: token, certificates, namespace', async () => {
  const place = '/var/run/secrets/kubernetes.io/serviceaccount';
  await world.shell('in-cluster', `echo "$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT"; cd ${place}; cat namespace; echo; cat ca.crt; echo; cut -d. -f2 token; touch ${place}/mine 2>/dev/null || echo read-only`, { hostNetwork: true });
  const [address, namespace, certificates, claims = '', last] = (await output('in-cluster')).trimEnd().split('\n');
  assert.deepEqual([address, namespace, certificates, last], ['127.0.0.1:6443', 'default', 'the certificates of the test', 'read-only']);
  const { sub: subject, 'kubernetes.io': own } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { sub: string; 'kubernetes.io': { pod: object } };
  assert.equal(subject, 'system:serviceaccount:default:default');
  assert.deepEqual(own.pod, { name: 'in-cluster', uid: (await world.get('in-cluster')).metadata.uid });
});

test('a missing ConfigMap keeps the container waiting with a sentence until it appears', async () => {
  await world.shell('patient', 'echo $WANTED', {}, { env: [{ name: 'WANTED', valueFrom: { configMapKeyRef: { name: 'late', key: 'word' } } }] });
  const waiting = await world.until('patient', 'waiting', (pod) => waitingReason(pod) === 'CreateContainerConfigError');
  assert.match(JSON.stringify(waiting.status), /configmap \\"late\\" not found/);
  assert.equal((await world.event('patient', 'Failed')).message, 'configmap "late" not found');
  await put('ConfigMap', 'late', { data: { other: 'x' } });
  await world.until('patient', 'the key', (pod) => JSON.stringify(pod.status).includes("couldn't find key word in configmap default/late"));
  must(await world.api.patch({ type: { group: '', version: 'v1', resource: 'configmaps' }, namespace: 'default', name: 'late' }, 'merge', { data: { word: 'found' } }));
  assert.equal(await output('patient'), 'found\n');
});

test('an emptyDir is shared by the containers of a Pod', async () => {
  const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
  await world.create('sharing', {
    containers: [
      shellContainer('writer', 'echo payload > /shared/file', { volumeMounts }),
      shellContainer('reader', 'until test -s /shared/file; do sleep 0.01; done; cat /shared/file', { volumeMounts }),
    ],
    volumes: [{ name: 'shared', emptyDir: {} }],
  });
  assert.equal(await world.log(await world.ended('sharing'), { container: 'reader' }), 'payload\n');
});

test('configMap and secret volumes: keys, items, modes, read-only', async () => {
  await world.shell(
    'files',
    'cat /cfg/color /cfg/deep/size /sec/password; od -An -tu1 /cfg/raw; stat -L -c %a /sec/password /cfg/deep/size /cfg/color; touch /cfg/new 2>/dev/null || echo refused',
    {
      volumes: [
        { name: 'cfg', projected: { sources: [
          { configMap: { name: 'settings', items: [{ key: 'color', path: 'color' }, { key: 'size.txt', path: 'deep/size', mode: 0o640 }, { key: 'raw', path: 'raw' }] } },
          { secret: { name: 'nowhere', optional: true } },
        ] } },
        { name: 'sec', secret: { secretName: 'credentials', defaultMode: 0o400 } },
      ],
    },
    { volumeMounts: [{ name: 'cfg', mountPath: '/cfg' }, { name: 'sec', mountPath: '/sec' }] },
  );
  assert.deepEqual((await output('files')).split('\n').map((line) => line.trim()), ['blue42', 's3cret   0 255', '400', '640', '644', 'refused', '']);
});

test('what may be secret lies in memory, also tokens; so do the files that name hosts', async () => {
  const volumes = [{ name: 'sec', secret: { secretName: 'credentials' } }, { name: 'all', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }];
  const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/shown/${name}` }));
  await world.shell('memory', 'stat -f -c %T /shown/sec /shown/all /etc/hosts', { volumes, hostAliases: [{ ip: '10.0.0.1', hostnames: ['example'] }] }, { volumeMounts });
  assert.equal(await output('memory'), 'tmpfs\ntmpfs\ntmpfs\n');
});

test('what ConfigMaps, Secrets, labels and annotations say reaches Pods that run, all at once; a subPath stays as it was', async () => {
  await put('ConfigMap', 'live', { data: { color: 'green', old: 'x' } });
  const items = [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }];
  const volumes = [{ name: 'cfg', configMap: { name: 'live' } }, { name: 'all', projected: { sources: [{ secret: { name: 'credentials' } }, { downwardAPI: { items } }] } }];
  const volumeMounts = [{ name: 'cfg', mountPath: '/cfg' }, { name: 'all', mountPath: '/all' }, { name: 'cfg', mountPath: '/fixed', subPath: 'color' }];
  const script = 'echo up; until grep -q red /cfg/color; do sleep 0.05; done; until grep -q new /all/labels; do sleep 0.05; done; ls /cfg; cat /cfg/color /fixed /all/labels';
  await world.create('live', { containers: [shellContainer('main', script, { volumeMounts })], volumes }, { labels: { a: '1' } });
  await world.printed('live', 'up');
  must(await world.api.patch({ type: { group: '', version: 'v1', resource: 'configmaps' }, namespace: 'default', name: 'live' }, 'merge', { data: { color: 'red', old: null, size: '5' } }));
  must(await world.api.patch({ type: { group: '', version: 'v1', resource: 'pods' }, namespace: 'default', name: 'live' }, 'merge', { metadata: { labels: { b: 'new' } } }));
  assert.equal(await output('live'), 'up\ncolor\nsize\nredgreena="1"\nb="new"');
});

test('an emptyDir in memory; one that holds more than its limit ends the Pod as evicted', async () => {
  const volumeMounts = [{ name: 'v', mountPath: '/v' }];
  await world.shell('quick', 'stat -f -c %T /v; echo x > /v/file; cat /v/file', { volumes: [{ name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }] }, { volumeMounts });
  assert.equal(await output('quick'), 'tmpfs\nx\n');
  await world.shell('filled', 'head -c 3000000 /dev/zero > /v/file; sleep 100', { volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }], terminationGracePeriodSeconds: 1 }, { volumeMounts });
  const pod = await world.ended('filled');
  assert.deepEqual([pod.status?.['phase'], pod.status?.['reason'], pod.status?.['message']], ['Failed', 'Evicted', 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". ']);
});

const asRoot = process.geteuid?.() === 0 ? {} : { skip: 'only root can become another user' };

test('runAsUser, runAsGroup, supplementalGroups and fsGroup; of a command in the container, too', asRoot, async () => {
  const volumes = [{ name: 'v', emptyDir: {} }, { name: 'sec', secret: { secretName: 'credentials', defaultMode: 0o400 } }];
  const volumeMounts = [{ name: 'v', mountPath: '/v' }, { name: 'sec', mountPath: '/sec' }];
  const script = 'id -u; id -g; id -G | tr " " "\\n" | sort -n | tr "\\n" " "; echo x > /v/file; stat -c %g /v/file; cat /sec/password; echo; until test -e /tmp/end; do sleep 0.05; done';
  const securityContext = { runAsUser: 61_234, runAsGroup: 61_235, fsGroup: 61_236, supplementalGroups: [61_237], runAsNonRoot: true };
  const pod = await world.shell('somebody', script, { volumes, securityContext }, { volumeMounts });
  await world.printed('somebody', 's3cret');
  await world.run(pod, 'test "$(id -u)" = 61234 && touch /tmp/end');
  assert.equal(await output('somebody'), '61234\n61235\n61235 61236 61237 61236\ns3cret\n');
  await world.shell('own', 'id -u; id -g', { securityContext: { runAsUser: 5 } }, { securityContext: { runAsUser: 61_234 } });
  assert.equal(await output('own'), '61234\n61234\n', 'a user that the machine does not know has a group of its own number');
});

test('runAsNonRoot without a user is refused where the container would run as root', asRoot, async () => {
  await world.shell('rooted', 'true', { securityContext: { runAsNonRoot: true } });
  await world.until('rooted', 'the refusal', (pod) => waitingReason(pod) === 'CreateContainerConfigError');
  assert.match((await world.event('rooted', 'Failed')).message, /set securityContext.runAsUser/);
  await world.delete('rooted', 0);
});

test('readOnlyRootFilesystem: only volumes can be written to', async () => {
  const script = 'for place in /bin /tmp /etc /run; do touch $place/slipway-x 2>/dev/null && { echo wrote $place; rm $place/slipway-x; }; done; echo x > /v/deep/file; echo x > /dev/null; cat /v/deep/file';
  const volumeMounts = [{ name: 'v', mountPath: '/v/deep' }];
  await world.shell('sealed', script, { volumes: [{ name: 'v', emptyDir: {} }] }, { volumeMounts, securityContext: { readOnlyRootFilesystem: true } });
  assert.equal(await output('sealed'), 'x\n');
});

test('downwardAPI files', async () => {
  const items = [
    { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
    { path: 'name', fieldRef: { fieldPath: 'metadata.name' } },
    { path: 'cpu', resourceFieldRef: { containerName: 'main', resource: 'limits.cpu' } },
  ];
  const container = shellContainer('main', 'cat /info/labels; echo; cat /info/name; echo; cat /info/cpu', {
    volumeMounts: [{ name: 'info', mountPath: '/info' }],
    resources: { limits: { cpu: '1500m' } },
  });
  await world.create('inward', { containers: [container], volumes: [{ name: 'info', downwardAPI: { items } }] }, { labels: { a: '1', b: 'two' } });
  assert.equal(await output('inward'), 'a="1"\nb="two"\ninward\n2');
});

test('hostPath shows a directory of the machine, and its type is checked', async () => {
  await writeFile(join(hostDirectory, 'input'), 'from the host\n');
  const mount = { volumeMounts: [{ name: 'host', mountPath: '/host' }] };
  await world.shell('host', 'cat /host/input; echo back > /host/output', { volumes: [{ name: 'host', hostPath: { path: hostDirectory } }] }, mount);
  assert.equal(await output('host'), 'from the host\n');
  const hostPath = { path: join(hostDirectory, 'input'), type: 'Directory' };
  await world.shell('host-type', 'true', { volumes: [{ name: 'host', hostPath }] }, mount);
  assert.match((await world.event('host-type', 'FailedMount')).message, /hostPath type check failed: .*input is not a Directory/);
  await world.delete('host-type', 0);
  const homeless = { path: join(hostDirectory, 'nowhere', 'file'), type: 'FileOrCreate' };
  await world.shell('host-homeless', 'true', { volumes: [{ name: 'host', hostPath: homeless }] }, mount);
  assert.match((await world.event('host-homeless', 'FailedMount')).message, /nowhere\/file can not be made: /);
  await world.delete('host-homeless', 0);
  const created = { path: join(hostDirectory, 'made'), type: 'DirectoryOrCreate' };
  await world.shell('host-made', 'test -d /host', { volumes: [{ name: 'host', hostPath: created }] }, mount);
  await output('host-made');
  const untyped = { path: join(hostDirectory, 'fresh', 'deep') };
  await world.shell('host-untyped', 'echo x > /host/file', { volumes: [{ name: 'host', hostPath: untyped }] }, mount);
  await output('host-untyped');
  assert.equal(readFileSync(join(hostDirectory, 'fresh', 'deep', 'file'), 'utf8'), 'x\n', 'made where nothing is said of its type, as by container runtimes');
});

test('subPath shows a part of a volume, made when it is missing; a link out of the volume is refused', async () => {
  const volumes = [{ name: 'data', emptyDir: {} }, { name: 'cfg', configMap: { name: 'settings' } }];
  const volumeMounts = [
    { name: 'data', mountPath: '/whole' },
    { name: 'data', mountPath: '/part', subPath: 'a/b' },
    { name: 'data', mountPath: '/own', subPathExpr: '$(WHO)' },
    { name: 'cfg', mountPath: '/etc/app/color', subPath: 'color' },
  ];
  await world.shell('parts', 'echo x > /part/file; cat /whole/a/b/file; ls -d /whole/me; cat /etc/app/color; echo; stat -c %a /part /whole/a', { volumes }, { volumeMounts, env: [{ name: 'WHO', value: 'me' }] });
  assert.equal(await output('parts'), 'x\n/whole/me\nblue\n777\n777\n', 'whoever may write to the volume may write there');
  await symlink('/etc', join(hostDirectory, 'escape'));
  await world.shell('escaping', 'true', { volumes: [{ name: 'host', hostPath: { path: hostDirectory } }] }, { volumeMounts: [{ name: 'host', mountPath: '/m', subPath: 'escape/x' }] });
  await world.shell('nameless', 'true', { volumes }, { volumeMounts: [{ name: 'data', mountPath: '/m', subPathExpr: 'of/$(NOBODY)' }] });
  for (const name of ['escaping', 'nameless']) await world.until(name, 'the refusal', (pod) => waitingReason(pod) === 'CreateContainerConfigError');
  assert.match((await world.event('escaping', 'Failed')).message, /a link leads out of the volume/);
  assert.match((await world.event('nameless', 'Failed')).message, /failed to expand subPathExpr "of\/\$\(NOBODY\)" .*the container has no variable NOBODY/);
  for (const name of ['escaping', 'nameless']) await world.delete(name, 0);
});

test('mounts may be named in any order: the outer one hides none that lies below it', async () => {
  const volumes = [{ name: 'inner', emptyDir: {} }, { name: 'outer', emptyDir: {} }, { name: 'cfg', configMap: { name: 'settings' } }];
  const volumeMounts = [{ name: 'cfg', mountPath: '/v/deep/color', subPath: 'color' }, { name: 'inner', mountPath: '/v/deep' }, { name: 'outer', mountPath: '/v' }];
  const container = (name: string, script: string) => shellContainer(name, script, { volumeMounts });
  const look = { ...shellContainer('look', 'cat /inner/file'), volumeMounts: [{ name: 'inner', mountPath: '/inner' }] };
  await world.create('nested', { volumes, initContainers: [container('write', 'cat /v/deep/color > /v/deep/file')], containers: [look] });
  assert.equal(await output('nested'), 'blue');
});

test('a container is told the host name that it has', async () => {
  await world.shell('named', 'echo $HOSTNAME; hostname', { hostname: 'elsewhere' });
  assert.equal(await output('named'), 'elsewhere\nelsewhere\n');
});

test('a missing Secret volume keeps the Pod pending with a FailedMount event until it appears', async () => {
  await world.shell('mounting', 'cat /sec/key', { volumes: [{ name: 'sec', secret: { secretName: 'later' } }] }, { volumeMounts: [{ name: 'sec', mountPath: '/sec' }] });
  const event = await world.event('mounting', 'FailedMount');
  assert.equal(event.message, 'MountVolume.SetUp failed for volume "sec" : secret "later" not found');
  const pod = await world.until('mounting', 'waiting', (waiting) => waitingReason(waiting) === 'ContainerCreating');
  assert.equal(pod.status?.['phase'], 'Pending');
  await put('Secret', 'later', { stringData: { key: 'opened' } });
  assert.equal(await output('mounting'), 'opened');
});

test('a volume of a kind that is not here fails the Pod with a sentence; one that is to run for long waits', async () => {
  const volumes = [{ name: 'disk', nfs: { server: 'files', path: '/' } }];
  const volumeMounts = [{ name: 'disk', mountPath: '/disk' }];
  await world.shell('lasting', 'true', { volumes, restartPolicy: 'Always' }, { volumeMounts });
  const waiting = await world.until('lasting', 'waiting', (pod) => waitingReason(pod) === 'VolumeUnsupported');
  assert.equal(waiting.status?.['phase'], 'Pending');
  await world.shell('claiming', 'true', { volumes }, { volumeMounts });
  const pod: KubeObject = await world.ended('claiming');
  assert.equal(pod.status?.['reason'], 'VolumeUnsupported');
  assert.match(String(pod.status?.['message']), /the volume "disk" is of the kind nfs, which this node does not have/);
});

test('the directory of a claim outlives its Pods, and goes when its volume is released', async () => {
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  await world.create('claim-writer', { volumes, containers: [shellContainer('main', 'echo kept > /data/file', { volumeMounts })] });
  assert.equal((await world.event('claim-writer', 'FailedMount')).message, 'persistentvolumeclaim "data" not found');
  const { claim, volume } = await boundClaim(world.api, 'data');
  await output('claim-writer');
  await world.create('claim-reader', { volumes, containers: [shellContainer('main', 'cat /data/file', { volumeMounts })] });
  assert.equal(await output('claim-reader'), 'kept\n');
  const directory = join(world.directory, 'volumes', 'default', 'data');
  assert.deepEqual(await readdir(directory), [claim.metadata.uid]);
  await sayPhase(world.api, PERSISTENT_VOLUMES, volume.metadata.name, 'Released');
  await until('the volume to go', async () => !(await world.api.get({ type: PERSISTENT_VOLUMES, name: volume.metadata.name })).ok);
  assert.deepEqual(await readdir(directory), []);
});

test('a claim whose volume is a place of the machine; one that no volume is there for makes its Pod wait', async () => {
  const { volume } = await boundClaim(world.api, 'places');
  const place = mkdtempSync(join(tmpdir(), 'slipway-place-'));
  try {
    const { csi: _csi, ...spec } = volume.spec!;
    must(await world.api.patch({ type: PERSISTENT_VOLUMES, name: volume.metadata.name }, 'merge', { metadata: { finalizers: null } }));
    must(await world.api.delete({ type: PERSISTENT_VOLUMES, name: volume.metadata.name }));
    const volumeMounts = [{ name: 'data', mountPath: '/data' }];
    await world.create('placed', { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'places' } }], containers: [shellContainer('main', 'echo here > /data/file', { volumeMounts })] });
    assert.match((await world.event('placed', 'FailedMount')).message, /persistentvolumes "volume-of-places" not found/);
    const { metadata: { name }, apiVersion, kind } = volume;
    must(await world.api.create(PERSISTENT_VOLUMES, undefined, { apiVersion, kind, metadata: { name }, spec: { ...spec, hostPath: { path: place } } }));
    await output('placed');
    assert.equal(readFileSync(join(place, 'file'), 'utf8'), 'here\n');
  } finally {
    rmSync(place, { recursive: true });
  }
});

test('a generic ephemeral volume is a directory of the Pod', async () => {
  const volumes = [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } } }];
  const volumeMounts = [{ name: 'scratch', mountPath: '/scratch' }];
  await world.create('ephemeral', { volumes, containers: [shellContainer('main', 'echo x > /scratch/file; cat /scratch/file', { volumeMounts })] });
  assert.equal(await output('ephemeral'), 'x\n');
});

test('a device that the machine does not offer fails the Pod with a sentence', async () => {
  await world.shell('accelerated', 'true', {}, { resources: { limits: { 'nvidia.com/gpu': '1', cpu: '1', memory: '64Mi' } } });
  const pod = await world.ended('accelerated');
  assert.equal(pod.status?.['reason'], 'OutOfnvidia.com/gpu');
  assert.match(String(pod.status?.['message']), /^it asks for 1 nvidia\.com\/gpu, and this machine has no such device/);
});
