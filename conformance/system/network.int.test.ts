// Programs as users run them, in Pods with addresses, on a whole installation: nginx behind a Service, kubectl in a Pod, members
// of a StatefulSet that find each other. Skipped where there is no kubectl, or where Pods can't have addresses.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { kubectlPath, noKubectl } from '../../src/server/testing/kubectl.ts';
import { until } from '../../src/base/mod.ts';
import { installationWithKubectl } from './support/kubectl.ts';
import { networkProblem } from './support/network-problem.ts';

const problem = noKubectl || networkProblem();
const skip = problem === '' ? false : problem;
const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path));
const python = skip === false ? execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim() : '';

const WEB = `
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  nginx.conf: |
    error_log /dev/stderr; pid /tmp/nginx.pid; worker_processes 1;
    events {}
    http {
      access_log off;
      client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
      server { listen 80; location / { return 200 "$hostname\\n"; } }
    }
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 10
      volumes: [{name: config, configMap: {name: web}}]
      containers:
      - name: nginx
        image: busybox:1.35
        command: [${nginx}, -c, /config/nginx.conf, -g, 'daemon off;']
        ports: [{containerPort: 80}]
        volumeMounts: [{name: config, mountPath: /config}]
        readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 1, failureThreshold: 1}
        lifecycle: {preStop: {exec: {command: [sh, -c, 'sleep 0.5; ${nginx} -c /config/nginx.conf -s quit; sleep 0.5']}}}
`;

/** Asks without a pause and a new connection each time; tells how often it was answered, by how many, and every failure. */
const VISITOR = `
import json, time, urllib.request
seen, count = set(), 0
while True:
    try:
        seen.add(urllib.request.urlopen('http://web', timeout=10).read().decode().strip())
        count += 1
    except Exception as error:
        print('failure', repr(error), flush=True)
    if count % 20 == 0:
        print(json.dumps({'count': count, 'seen': sorted(seen)}), flush=True)
    time.sleep(0.01)`;

const VISITOR_POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'visitor', annotations: { 'slipway.dev/network': 'own' } },
  spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox', command: [python, '-c', VISITOR] }] },
};

const BY_NAME = `
import json, ssl, urllib.request
context = ssl.create_default_context(cafile='/var/run/secrets/kubernetes.io/serviceaccount/ca.crt')
print('by name', json.load(urllib.request.urlopen('https://kubernetes.default.svc/version', context=context))['gitVersion'])`;

const MEMBERS = `
apiVersion: v1
kind: Service
metadata: {name: member}
spec: {clusterIP: None, selector: {app: member}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: member}
spec:
  replicas: 2
  podManagementPolicy: Parallel
  serviceName: member
  selector: {matchLabels: {app: member}}
  template:
    metadata: {labels: {app: member}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - name: main
        image: busybox
        command: [sh, -c, 'for n in member-0.member member-1.member member-0.member.default.svc.cluster.local; do until getent hosts $n; do sleep 0.1; done; done; hostname -f; echo found; exec sleep 1000']
`;

const { kubectl } = installationWithKubectl(skip);

const noNginx = nginx === undefined ? 'nginx is not installed (Debian: apt install nginx-light)' : false;

test('nginx behind a Service: a rolling update without a failed request, and a way in for port-forward', { skip: skip || noNginx }, async (t) => {
  await kubectl.ok('apply -f -', WEB);
  assert.match(await kubectl.ok('rollout status deployment/web --timeout=25s'), /successfully rolled out/);
  await kubectl.ok('apply -f -', JSON.stringify(VISITOR_POD));
  const visits = async () => {
    const lines = (await kubectl.ok('logs visitor --tail=-1')).trim().split('\n');
    const last = lines.findLast((line) => line.startsWith('{'));
    const { count = 0, seen = [] } = last === undefined ? {} : (JSON.parse(last) as { count?: number; seen?: string[] });
    return { count, seen, failures: lines.filter((line) => line.startsWith('failure')) };
  };
  await until('answers from both', async () => (await visits().catch(() => undefined))?.seen.length === 2, { timeoutMs: 30_000 });
  await kubectl.ok('set image deployment/web nginx=busybox:1.36');
  assert.match(await kubectl.ok('rollout status deployment/web --timeout=29s'), /successfully rolled out/);
  await until('answers from the new ones', async () => (await visits()).seen.length === 4, { timeoutMs: 30_000 });
  await until('the old ones to be gone', async () => (await kubectl.ok('get pods -l app=web -o name')).trim().split('\n').length === 2, { timeoutMs: 30_000 });
  assert.deepEqual((await visits()).failures, []);
  const forwarding = kubectl.start(['port-forward', 'service/web', '0:80']);
  t.after(() => forwarding.stop());
  const port = await until('the forwarded port', () => /127\.0\.0\.1:(\d+)/.exec(forwarding.output())?.[1]);
  assert.match(await (await fetch(`http://127.0.0.1:${port}/`)).text(), /^web-/);
  await kubectl.ok('delete pod visitor --grace-period=0');
});

test('kubectl in a Pod finds the API by its Service, with the token of the Pod', { skip }, async () => {
  const script = `until ${kubectlPath} auth whoami; do sleep 0.2; done; ${python} -c "$BY_NAME"; echo end; sleep 1000`;
  const spec = { hostname: 'inside', terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', script], env: [{ name: 'BY_NAME', value: BY_NAME }] }] };
  await kubectl.ok('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'inside' }, spec }));
  const log = await until('its answers', async () => {
    const text = await kubectl.ok('logs inside').catch(() => '');
    return text.includes('end') ? text : undefined;
  }, { timeoutMs: 30_000 });
  assert.match(log, /by name v1\./);
  assert.match(log, /Username +system:serviceaccount:default:default/);
});

test('members of a StatefulSet find each other by name', { skip }, async () => {
  await kubectl.ok('apply -f -', MEMBERS);
  assert.match(await kubectl.ok('rollout status statefulset/member --timeout=25s'), /roll out complete/);
  for (const name of ['member-0', 'member-1']) {
    const log = await until(`what ${name} found`, async () => {
      const text = await kubectl.ok(`logs ${name}`);
      return text.includes('found') ? text : undefined;
    }, { timeoutMs: 20_000 });
    assert.match(log, /^10\.88\.\S+ +member-0\.member\.default\.svc\.cluster\.local/m);
    assert.match(log, new RegExp(`^${name}\\.member\\.default\\.svc\\.cluster\\.local$`, 'm'));
  }
  await kubectl.ok('delete statefulset member');
});
