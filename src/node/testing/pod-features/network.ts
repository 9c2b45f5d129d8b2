// How Pods reach and are reached.
import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { until, type KubeObject } from '../../../base/mod.ts';
import { dialDirectly } from '../../network/dial.ts';
import { must } from '../node-world.ts';
import { feature, HOLD, isReady, QUICK, type Area } from './feature.ts';
import type { Lab } from './lab.ts';
import { asking, GREETER } from './servers.ts';

const GREETS = { ports: [{ containerPort: 8080 }], readinessProbe: { tcpSocket: { port: 8080 }, ...QUICK } };
const WAIT = { timeoutMs: 30_000, intervalMs: 100 };

async function greeter(lab: Lab, name: string, spec = {}, port = {}): Promise<KubeObject> {
  await lab.startPython(name, GREETER, { ...GREETS, ports: [{ containerPort: 8080, ...port }] }, spec);
  return lab.world.until(name, 'ready', isReady);
}

function ipOf(pod: KubeObject): string {
  return String(pod.status?.['podIP']);
}

/** What a program hears that connects from inside a Pod, once somebody answers. */
function heard(lab: Lab, from: KubeObject, host: string, port: number): Promise<string> {
  return until(`an answer of ${host}`, () => lab.python(from, asking(host, port)).catch(() => undefined), WAIT);
}

async function serveOnMachine(answer: (socket: Socket) => void): Promise<{ readonly port: number; close(): void }> {
  const server = createServer((socket) => answer(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

export const NETWORK: Area = {
  title: 'Network',
  features: [
    feature('an address for each Pod: two listen on the same port', async (lab) => {
      const [one, two] = await Promise.all([greeter(lab, 'one'), greeter(lab, 'two')]);
      assert.notEqual(ipOf(one), ipOf(two));
      assert.equal(await heard(lab, one, ipOf(two), 8080), 'two');
      assert.equal(await heard(lab, two, ipOf(one), 8080), 'one');
      await lab.drop('one', 'two');
    }),
    feature('port-forward', async (lab) => {
      const pod = await greeter(lab, 'forwarded');
      assert.equal(await text(must(await lab.world.kubelet().connect(pod, 8080))), 'forwarded');
      assert.match(JSON.stringify(await lab.world.kubelet().connect(pod, 1)), /nothing answers at port 1 of the pod/);
      await lab.drop('forwarded');
    }),
    feature('DNS: a Service by its names', async (lab) => {
      const pod = await greeter(lab, 'behind');
      await lab.service('front', {}, [{ ip: ipOf(pod) }]);
      for (const name of ['front', 'front.default', 'front.default.svc.cluster.local']) assert.equal(await heard(lab, pod, name, 80), 'behind');
      await lab.drop('behind');
    }),
    feature('DNS: replicas of StatefulSets and Jobs by their names', async (lab) => {
      const names = ['web-0', 'train-0'];
      const pods = await Promise.all(names.map((name) => greeter(lab, name, { hostname: name, subdomain: 'replicas' })));
      await lab.service('replicas', { clusterIP: 'None' }, pods.map((pod) => ({ ip: ipOf(pod), hostname: pod.metadata.name })));
      assert.equal(await heard(lab, pods[0]!, 'train-0.replicas', 8080), 'train-0');
      assert.equal(await heard(lab, pods[1]!, 'web-0.replicas.default.svc.cluster.local', 8080), 'web-0');
      await lab.drop(...names);
    }),
    feature('dnsPolicy None, dnsConfig', (lab) =>
      lab.prints('search here\nnameserver 192.0.2.1\noptions ndots:2\n', 'resolver', 'cat /etc/resolv.conf', {}, { dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.1'], searches: ['here'], options: [{ name: 'ndots', value: '2' }] } })),
    feature('variables of Services', async (lab) => {
      await lab.service('listed', {}, []);
      const script = 'echo "$LISTED_SERVICE_PORT $LISTED_PORT_80_TCP_PROTO ${KUBERNETES_SERVICE_PORT:+api}"';
      await until('the Service to be seen', async () => {
        const name = `links-${Math.trunc(performance.now())}`;
        await lab.start(name, script);
        return (await lab.log(await lab.world.ended(name), {})) === '80 tcp api\n';
      }, WAIT);
    }),
    feature('hostAliases', (lab) => lab.prints('192.0.2.7\tfar\taway\n', 'aliases', 'grep 192.0.2.7 /etc/hosts', {}, { hostAliases: [{ ip: '192.0.2.7', hostnames: ['far', 'away'] }] })),
    feature('hostPort', async (lab) => {
      const free = await serveOnMachine(() => undefined);
      free.close();
      await greeter(lab, 'housed', {}, { hostPort: free.port });
      const answer = () => dialDirectly('127.0.0.1', free.port).then(text).catch(() => undefined);
      assert.equal(await until('the port of the machine', answer, WAIT), 'housed');
      await lab.drop('housed');
    }),
    feature('hostNetwork', async (lab) => {
      const server = await serveOnMachine((socket) => socket.end('machine'));
      try {
        const pod = await lab.startPython('home', `import time; time.sleep(1000)`, {}, { hostNetwork: true });
        await lab.world.running('home');
        assert.equal(await heard(lab, pod, '127.0.0.1', server.port), 'machine');
      } finally {
        server.close();
      }
      await lab.drop('home');
    }),
    feature("egress to the machine's localhost (host.slipway.internal)", async (lab) => {
      const server = await serveOnMachine((socket) => socket.end('database'));
      try {
        const pod = await lab.startPython('guest-of', 'import time; time.sleep(1000)');
        await lab.world.running('guest-of');
        assert.equal(await heard(lab, pod, 'host.slipway.internal', server.port), 'database');
      } finally {
        server.close();
      }
      await lab.drop('guest-of');
    }),
    feature('an address stays through restarts of containers', async (lab) => {
      const pod = await lab.start('settled', `test -e /v/once || { touch /v/once; sleep 0.5; exit 3; }; ${HOLD}`, { volumeMounts: [{ name: 'v', mountPath: '/v' }] }, { restartPolicy: 'Always', volumes: [{ name: 'v', emptyDir: {} }] });
      const before = await lab.world.until(pod.metadata.name, 'its address', ({ status }) => status?.['podIP'] !== undefined);
      const after = await lab.world.until(pod.metadata.name, 'its second start', (one) => /"restartCount":1\b/.test(JSON.stringify(one.status)));
      assert.equal(ipOf(after), ipOf(before));
      await lab.drop('settled');
    }),
  ],
};
