// Pods with addresses of their own, in their real surroundings. Skips where the machine permits no network namespaces.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { ENDPOINT_SLICES, SERVICES } from '../../api/mod.ts';
import { until, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { findPython } from '../supervisor/supervisor-fixture.ts';
import { must, NodeWorld } from '../testing/node-world.ts';
import { dialDirectly } from './dial.ts';
import { networkProblem } from './testing/network-problem.ts';

const problem = await networkProblem();
const skip = problem === '' ? false : `no network namespaces here: ${problem}`;
const world = new NodeWorld();
const machineBefore = await machineNetwork();
let python = '';

before(async () => {
  python = await findPython();
  if (skip === false) await world.start();
});
after(() => world.close());

/** Sends datagrams back. */
const UDP_ECHO = `
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(('0.0.0.0', 8080))
while True:
    payload, source = server.recvfrom(2000)
    server.sendto(b'echo ' + payload, source)`;

/** Says its host name to everybody who connects to port 8080 of any address. */
const GREETER = `
import socket
with socket.create_server(('0.0.0.0', 8080)) as server:
    while True:
        connection, peer = server.accept()
        connection.sendall(socket.gethostname().encode())
        connection.close()`;

/** Sends back whatever comes, to one caller. */
const ECHO = `
import socket
with socket.create_server(('0.0.0.0', 8080)) as server:
    connection, peer = server.accept()
    while chunk := connection.recv(100):
        connection.sendall(chunk)`;

/** Counts aloud over one connection. */
const CALLER = `
import itertools, socket, time
connection = socket.create_connection(('ADDRESS', 8080), 20)
for number in itertools.count():
    connection.sendall(b'echo %d' % number)
    print(connection.recv(100).decode(), flush=True)
    time.sleep(0.05)`;

function program(name: string, source: string, more: JsonObject = {}, spec: JsonObject = {}): Promise<KubeObject> {
  const container = { name: 'main', image: 'busybox', command: [python, '-c', source], ports: [{ containerPort: 8080 }], ...more };
  return world.create(name, { terminationGracePeriodSeconds: 0, containers: [container], ...spec });
}

function greeter(name: string): Promise<KubeObject> {
  return program(name, GREETER, { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } });
}

async function ready(name: string): Promise<{ readonly pod: KubeObject; readonly ip: string }> {
  const pod = await world.until(name, 'ready', ({ status }) => JSON.stringify(status?.['conditions'] ?? []).includes('"type":"Ready","status":"True"'));
  return { pod, ip: String(pod.status?.['podIP']) };
}

/** What a program hears that connects from inside a Pod. */
async function heard(from: string, host: string, port: number): Promise<string> {
  const source = `import socket; print(socket.create_connection((${JSON.stringify(host)}, ${port}), 20).makefile().read())`;
  return (await world.output(await world.get(from), [python, '-c', source])).trim();
}

/** On port 8080, by the kernel's table: a connection would be the one that it waits for. */
async function isListening(name: string): Promise<boolean> {
  const listening = await world.output(await world.get(name), ['sh', '-c', 'cat /proc/net/tcp']);
  return listening.includes(':1F90 00000000:0000 0A');
}

async function dialled(podUid: string, port: number): Promise<string> {
  const socket = await world.node.dial(podUid, port);
  return text(socket);
}

async function serve(answer: (socket: Socket) => void): Promise<{ readonly port: number; close(): void }> {
  const server = createServer((socket) => answer(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

test('two Pods listen on the same port of all addresses, and are reached by address and by the node', { skip }, async () => {
  await Promise.all([greeter('first'), greeter('second')]);
  const [first, second] = await Promise.all([ready('first'), ready('second')]);
  assert.match(first.ip, /^10\.88\.0\.\d+$/);
  assert.notEqual(first.ip, second.ip);
  assert.equal(first.pod.status?.['hostIP'], '127.0.0.1');
  assert.equal(await heard('second', first.ip, 8080), 'first');
  assert.equal(await heard('first', second.ip, 8080), 'second');
  assert.deepEqual(await Promise.all([dialled(first.pod.metadata.uid!, 8080), dialled(second.pod.metadata.uid!, 8080)]), ['first', 'second']);
  await assert.rejects(world.node.dial(first.pod.metadata.uid!, 1), /Connection refused/);
});

test('what runs in a Pod reaches the loopback interface of the machine, and is refused where nobody listens', { skip }, async (t) => {
  const server = await serve((socket) => socket.end('the machine'));
  t.after(() => server.close());
  assert.equal(await heard('first', 'host.slipway.internal', server.port), 'the machine');
  server.close();
  await assert.rejects(heard('first', 'host.slipway.internal', server.port), /Connection refused/);
});

/** A Service with the addresses behind it, as the controller would write them. */
async function service(name: string, spec: JsonObject, endpoints: readonly JsonObject[] = [], targetPort = 8080): Promise<KubeObject> {
  const created = must(await world.api.create(SERVICES, 'default', { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ name: 'greet', port: 80, targetPort: 8080 }], ...spec } }));
  const metadata = { name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } };
  const [{ protocol = 'TCP' } = {}] = created.spec!['ports'] as JsonObject[];
  const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: 'IPv4', endpoints: [...endpoints], ports: [{ name: 'greet', port: targetPort, protocol }] };
  must(await world.api.create(ENDPOINT_SLICES, 'default', slice));
  return created;
}

function endpoint(ip: string, more: JsonObject = {}): JsonObject {
  return { addresses: [ip], conditions: { ready: true, serving: true, terminating: false }, ...more };
}

test('a Service is one address for both, from its name on; a headless one has their names', { skip }, async () => {
  const [first, second] = await Promise.all([ready('first'), ready('second')]);
  await service('greeters', {}, [endpoint(first.ip), endpoint(second.ip)]);
  await service('each', { clusterIP: 'None' }, [endpoint(first.ip, { hostname: 'one' }), endpoint(second.ip, { hostname: 'two' })]);
  await service('nobody', {});
  await world.api.create(SERVICES, 'default', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'elsewhere' }, spec: { type: 'ExternalName', externalName: 'one.each.default.svc.cluster.local' } });
  await until('the name of the Service', () => heard('first', 'greeters', 80).catch(() => undefined));
  assert.deepEqual(new Set([await heard('first', 'greeters', 80), await heard('first', 'greeters.default.svc.cluster.local', 80)]), new Set(['first', 'second']));
  assert.deepEqual([await heard('first', 'one.each', 8080), await heard('first', 'two.each.default.svc', 8080)], ['first', 'second']);
  assert.equal(await heard('second', 'elsewhere', 8080), 'first');
  await assert.rejects(heard('first', 'nobody', 80), /Connection refused/);
  await assert.rejects(heard('first', 'no-such-service', 80), /Name or service not known/);
});

test('datagrams: to a Pod, through a Service, to the machine', { skip }, async (t) => {
  await program('udp', UDP_ECHO);
  const { podIP } = (await world.running('udp')).status!;
  await service('datagrams', { ports: [{ name: 'greet', port: 53, targetPort: 8080, protocol: 'UDP' }] }, [endpoint(String(podIP))]);
  const socket = createSocket('udp4', (payload, { address, port }) => socket.send(`machine ${payload.toString()}`, port, address));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  t.after(() => socket.close());
  const answer = async (host: string, port: number) => {
    const source = `import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(1); s.connect((${JSON.stringify(host)}, ${port})); s.send(b'hi'); print(s.recv(100).decode())`;
    // Datagrams may be lost, and nobody says when the Pod listens.
    return until(`an answer from ${host}`, async () => world.output(await world.get('first'), [python, '-c', source]).then((text) => text.trim(), () => undefined), { timeoutMs: 30_000 });
  };
  assert.deepEqual([await answer(String(podIP), 8080), await answer('datagrams', 53), await answer('host.slipway.internal', socket.address().port)], ['echo hi', 'echo hi', 'machine hi']);
  await world.delete('udp', 0);
});

/** Asks twice a second by one socket, and prints what comes. */
const UDP_CALLER = `
import socket, time
caller = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
caller.connect(('ADDRESS', 53))
caller.settimeout(0.5)
while True:
    try:
        caller.send(b'hi')
        print(caller.recv(100).decode(), flush=True)
    except OSError:
        pass
    time.sleep(0.1)`;

test('datagrams of one caller go to another Pod when theirs is no longer behind the Service', { skip }, async () => {
  await program('udp-old', UDP_ECHO);
  await program('udp-new', UDP_ECHO.replace('echo ', 'new '));
  const addressOf = async (name: string) => String((await world.running(name)).status?.['podIP']);
  const { spec } = await service('replaced', { ports: [{ name: 'greet', port: 53, targetPort: 8080, protocol: 'UDP' }] }, [endpoint(await addressOf('udp-old'))]);
  await program('udp-caller', UDP_CALLER.replace('ADDRESS', String(spec?.['clusterIP'])));
  await world.printed('udp-caller', 'echo hi');
  must(await world.api.patch({ type: ENDPOINT_SLICES, namespace: 'default', name: 'replaced-1' }, 'merge', { endpoints: [endpoint(await addressOf('udp-new'))] }));
  await world.printed('udp-caller', 'new hi');
  for (const name of ['udp-old', 'udp-new', 'udp-caller']) await world.delete(name, 0);
});

test('ports of the machine lead to Pods: hostPort and NodePort', { skip }, async (t) => {
  const { ip } = await ready('second');
  const free = async () => {
    const server = await serve(() => undefined);
    server.close();
    return server.port;
  };
  const hostPort = await free();
  const container = { name: 'main', image: 'busybox', command: [python, '-c', GREETER], ports: [{ containerPort: 8080, hostPort }] };
  await world.create('on-machine', { terminationGracePeriodSeconds: 0, containers: [container] });
  t.after(() => world.delete('on-machine'));
  const { spec } = await service('node-port', { type: 'NodePort' }, [endpoint(ip)]);
  const ask = (port: number) => until(`port ${port} of the machine`, () => dialDirectly('127.0.0.1', port).then(text).catch(() => undefined));
  assert.equal(await ask(Number((spec!['ports'] as JsonObject[])[0]!['nodePort'])), 'second');
  assert.equal(await ask(hostPort), 'on-machine');
});

test('a port of the machine that another program has is said in an event, and taken when it is free', { skip }, async (t) => {
  const server = await serve(() => undefined);
  await program('crowded-out', GREETER, { ports: [{ containerPort: 8080, hostPort: server.port }] });
  t.after(() => world.delete('crowded-out', 0));
  assert.match((await world.event('crowded-out', 'PortUnavailable')).message, new RegExp(`^TCP port ${server.port} of 127\\.0\\.0\\.1 cannot be listened on: Address already in use`));
  server.close();
  const answer = () => dialDirectly('127.0.0.1', server.port).then(text).catch(() => undefined);
  assert.equal(await until('the port', async () => (await answer()) || undefined, { timeoutMs: 40_000, intervalMs: 200 }), 'crowded-out');
});

test('datagrams come in by ports of the machine: to a Pod by its hostPort, to a program of the machine by a NodePort', { skip }, async (t) => {
  const listener = createSocket('udp4', (payload, { address, port }) => listener.send(`machine ${payload.toString()}`, port, address));
  await new Promise<void>((resolve) => listener.bind(0, '127.0.0.1', resolve));
  const free = createSocket('udp4');
  await new Promise<void>((resolve) => free.bind(0, '127.0.0.1', resolve));
  const hostPort = free.address().port;
  await new Promise<void>((resolve) => free.close(() => resolve()));
  await program('udp-host', UDP_ECHO, { ports: [{ containerPort: 8080, hostPort, protocol: 'UDP' }] });
  const { spec } = await service('udp-node', { type: 'NodePort', ports: [{ name: 'greet', port: 53, targetPort: 8080, protocol: 'UDP' }] }, [endpoint('192.88.99.1')], listener.address().port);
  const asker = createSocket('udp4');
  t.after(async () => {
    for (const socket of [listener, asker]) socket.close();
    await world.delete('udp-host', 0);
  });
  const answers = new Set<string>();
  asker.on('message', (payload) => answers.add(payload.toString()));
  const ports = [hostPort, Number((spec!['ports'] as JsonObject[])[0]!['nodePort'])];
  // Datagrams may be lost, and nobody says when somebody listens.
  await until('both answers', () => {
    for (const port of ports) asker.send('hi', port, '127.0.0.1');
    return answers.has('echo hi') && answers.has('machine hi');
  }, { timeoutMs: 30_000, intervalMs: 100 });
});

test('names, variables and files of a Pod that asks for them', { skip }, async () => {
  const spec = { hostname: 'host-a', subdomain: 'each', hostAliases: [{ ip: '10.1.2.3', hostnames: ['far', 'away'] }], dnsConfig: { options: [{ name: 'timeout', value: '1' }] } };
  await world.shell('named', 'hostname; cat /etc/hosts /etc/resolv.conf; env | grep -E "^(GREETERS|KUBERNETES|MY)_" | sort; echo end; sleep 1000', { terminationGracePeriodSeconds: 0, ...spec }, { env: [{ name: 'MY_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }, { name: 'MY_HOST', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } }] });
  await world.printed('named', 'end');
  const pod = await world.until('named', 'its address', ({ status }) => status?.['podIP'] !== undefined);
  const { podIP } = pod.status!;
  const clusterIP = String(must(await world.api.get({ type: SERVICES, namespace: 'default', name: 'greeters' })).spec!['clusterIP']);
  const lines = (await world.log(pod)).split('\n');
  for (const line of [
    'host-a',
    `${String(podIP)}\thost-a.each.default.svc.cluster.local\thost-a`,
    '10.1.2.3\tfar\taway',
    'nameserver 10.96.0.10',
    'options ndots:5 timeout:1',
    `GREETERS_SERVICE_HOST=${clusterIP}`,
    'GREETERS_SERVICE_PORT=80',
    `GREETERS_PORT_80_TCP=tcp://${clusterIP}:80`,
    'KUBERNETES_SERVICE_HOST=10.96.0.1',
    `MY_IP=${String(podIP)}`,
    'MY_HOST=192.88.99.1',
  ]) {
    assert.ok(lines.includes(line), `${line} in\n${lines.join('\n')}`);
  }
  assert.match(lines.find((line) => line.startsWith('search ')) ?? '', /^search default\.svc\.cluster\.local svc\.cluster\.local cluster\.local/);
});

test('a Pod in the machine\'s network has its host aliases, too', { skip }, async () => {
  const spec = { hostNetwork: true, hostPID: true, hostAliases: [{ ip: '10.1.2.3', hostnames: ['far', 'away'] }], dnsConfig: { options: [{ name: 'timeout', value: '1' }] } };
  await world.shell('at-home', 'cat /etc/hosts /etc/resolv.conf; echo end; sleep 1000', { terminationGracePeriodSeconds: 0, ...spec });
  await world.printed('at-home', 'end');
  const printed = await world.log(await world.get('at-home'));
  assert.ok(printed.startsWith((await readFile('/etc/hosts', 'utf8')).trimEnd()), printed);
  assert.match(printed, /^10\.1\.2\.3\tfar\taway$[^]*^options .*timeout:1/m);
  assert.match((await world.event('at-home', 'HostNotShared')).message, /runs without hostPID/);
  await world.delete('at-home', 0);
});

test('addresses and connections outlive the server', { skip }, async () => {
  const { pod, ip } = await ready('first');
  await program('echo', ECHO);
  const echo = String((await world.running('echo')).status?.['podIP']);
  await until('the echo to listen', () => isListening('echo'));
  await program('caller', CALLER.replace('ADDRESS', echo));
  await world.printed('caller', 'echo 3');
  const caller = await world.get('caller');
  await world.restart();
  assert.deepEqual([(await world.get('first')).status?.['podIP'], (await world.get('echo')).status?.['podIP']], [ip, echo]);
  assert.equal(await dialled(pod.metadata.uid!, 8080), 'first');
  const count = async () => (await world.log(caller)).split('\n').length;
  const before = await count();
  await until('more echoes over the same connection', async () => (await count()) > before + 3);
  await greeter('after');
  const { ip: another } = await ready('after');
  assert.ok(![ip, echo].includes(another), `${another} is taken`);
  assert.deepEqual(new Set([await heard('after', 'greeters', 80), await heard('after', 'greeters', 80)]), new Set(['first', 'second']));
});

test('what is deleted leaves neither a network nor a cable behind', { skip }, async () => {
  const names = ['first', 'second', 'named', 'echo', 'caller', 'after'];
  assert.ok((await cableCount()) >= names.length);
  await Promise.all(names.map((name) => world.delete(name, 0)));
  await until('the networks to be closed', async () => (await world.node.supervisor().list()).networks?.length === 0);
  // Some are prepared for the next Pods.
  await until('the cables to go', async () => (await cableCount()) <= 4);
});

test('the machine has the interfaces, routes and forwarding that it had', { skip }, async () => {
  assert.deepEqual(await machineNetwork(), machineBefore);
});

async function machineNetwork(): Promise<readonly string[]> {
  const interfaces = (await readdir('/sys/class/net').catch((): string[] => [])).toSorted((a, b) => a.localeCompare(b));
  const files = ['/proc/net/route', '/proc/sys/net/ipv4/ip_forward', '/proc/sys/net/ipv4/conf/all/rp_filter', '/proc/sys/net/ipv4/ip_unprivileged_port_start'];
  return [...interfaces, ...(await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => ''))))];
}

test('when the process that holds the network dies, its Pods start anew in another one; the others go on', { skip }, async () => {
  await program('again', GREETER, {}, { restartPolicy: 'Always' });
  await world.shell('apart', 'sleep 1000', { terminationGracePeriodSeconds: 0, hostNetwork: true });
  const { metadata } = await world.running('again');
  await world.running('apart');
  process.kill(await networkPid(), 'SIGKILL');
  await world.until('again', 'its second start', ({ status }) => /"restartCount":1\b/.test(JSON.stringify(status?.['containerStatuses'])) && status?.['phase'] === 'Running');
  await until('its answer', () => dialled(metadata.uid!, 8080).then((answer) => answer === 'again').catch(() => false), { timeoutMs: 30_000 });
  assert.match(JSON.stringify((await world.get('apart')).status?.['containerStatuses']), /"restartCount":0,.*"running"/);
});

/** Interfaces at the bridge, as the process that holds it sees them. */
async function cableCount(): Promise<number> {
  return (await readFile(`/proc/${await networkPid()}/net/dev`, 'utf8')).split('\n').filter((line) => /^\s*pod\d+:/.test(line)).length;
}

async function networkPid(): Promise<number> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes(world.directory) || !command.includes('\0network\0')) continue;
    return Number(pid);
  }
  throw new Error('no process holds the network');
}
