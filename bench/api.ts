// The Kubernetes API's figures: processor time and rate of durable creates, fan-out of watches, long lists, memory, kubectl apply;
// beside the referee (conformance/referee) where it is built. Every client here speaks HTTPS with a token, as kubectl does.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { homedir, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { systemClock } from '../src/base/mod.ts';
import { cpuMsOf, MeasuredServer, numbersUpTo } from './engine/measured-server.ts';

const REFEREE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'slipway', 'referee', 'referee');
const WARM_UP = 3_000;
const MEASURED = 4_000;
const REFEREE_WARM_UP = 500;
const PARALLEL = 16;
const LISTED = 10_000;
const LISTS = 10;
const MANY = 30_000;
const WATCHERS = 50;
const EVENTS = 6_000;
const EVENTS_PER_SECOND = 2_000;
const APPLIED = 100;
const NAMESPACE = 'bench';

interface Server {
  readonly url: URL;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly kubeconfig: string;
}

interface Row {
  readonly name: string;
  readonly ours: string;
  readonly referee: string;
  readonly goal: string;
}

export async function run(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'slipway-bench-api-'));
  const server = new MeasuredServer();
  const rows: Row[] = [];
  let referee: { readonly child: ChildProcess; readonly kubeconfig: string } | undefined;
  const loadBefore = loadavg()[0]!.toFixed(1);
  try {
    await server.start();
    const ours = connect(join(server.installation.dataDir, 'kubeconfig'));
    await createNamespace(ours);
    const configMaps = await measureCreates(server, ours, 'configmaps', configMap);
    const pods = await measureCreates(server, ours, 'pods', pod);
    rows.push(await measureFanOut(ours));
    rows.push(await measureLists(server, ours));
    rows.push(await measureMemory(server, ours));
    const oursApplyMs = await kubectlApply(ours, work);
    if (existsSync(REFEREE)) referee = await startReferee(work);
    const theirs = referee === undefined ? undefined : connect(referee.kubeconfig);
    const theirRates = theirs === undefined ? undefined : await measureTheirCreates(theirs);
    const theirApplyMs = theirs === undefined ? undefined : await kubectlApply(theirs, work);
    rows.unshift(createRow('ConfigMap', configMaps, theirRates?.configMaps, 250), createRow('Pod', pods, theirRates?.pods, 400));
    rows.push({ name: `kubectl apply of ${APPLIED} ConfigMaps`, ours: ms(oursApplyMs), referee: theirApplyMs === undefined ? 'not built' : ms(theirApplyMs), goal: 'beside the referee' });
  } finally {
    referee?.child.kill('SIGTERM');
    if (referee !== undefined && referee.child.exitCode === null) await once(referee.child, 'exit');
    await server.remove();
    rmSync(work, { recursive: true, force: true });
  }
  console.log(`load of the machine: ${loadBefore} before, ${loadavg()[0]!.toFixed(1)} after\n\n| Figure | Slipway | Referee | Goal |\n| --- | --- | --- | --- |`);
  for (const { name, ours, referee: theirs, goal } of rows) console.log(`| ${name} | ${ours} | ${theirs} | ${goal} |`);
}

interface CreateFigures {
  readonly cpuUs: number;
  readonly perSecond: number;
}

async function measureCreates(server: MeasuredServer, ours: Server, resource: string, body: (name: string) => object): Promise<CreateFigures> {
  await createAll(ours, resource, 'warm', WARM_UP, body);
  const pid = server.installation.pid!;
  const [cpuMs, beganMs] = [cpuMsOf(pid), performance.now()];
  await createAll(ours, resource, 'measured', MEASURED, body);
  const elapsedMs = performance.now() - beganMs;
  return { cpuUs: ((cpuMsOf(pid) - cpuMs) * 1000) / MEASURED, perSecond: MEASURED / (elapsedMs / 1000) };
}

async function measureTheirCreates(theirs: Server): Promise<{ readonly configMaps: number; readonly pods: number }> {
  await createNamespace(theirs);
  const rate = async (resource: string, body: (name: string) => object) => {
    await createAll(theirs, resource, 'warm', REFEREE_WARM_UP, body);
    const beganMs = performance.now();
    await createAll(theirs, resource, 'measured', MEASURED, body);
    return MEASURED / ((performance.now() - beganMs) / 1000);
  };
  return { configMaps: await rate('configmaps', configMap), pods: await rate('pods', pod) };
}

function createRow(kind: string, { cpuUs, perSecond }: CreateFigures, theirs: number | undefined, goalUs: number): Row {
  return {
    name: `durable create of a ${kind}, ${PARALLEL} at a time`,
    ours: `${cpuUs.toFixed(0)} µs of the server's processor time, ${perSecond.toFixed(0)}/s`,
    referee: theirs === undefined ? 'not built' : `${theirs.toFixed(0)}/s`,
    goal: `≤ ${goalUs} µs, twice the referee's rate`,
  };
}

/** From the request, and from the answer to it, which is later than the commit: the figure is too good by that. */
async function measureFanOut(ours: Server): Promise<Row> {
  const [sentMs, answeredMs] = [new Map<string, number>(), new Map<string, number>()];
  const arrivals: { readonly name: string; readonly atMs: number }[] = [];
  const streams = await Promise.all(numbersUpTo(WATCHERS).map(() => openWatch(ours, (name, atMs) => arrivals.push({ name, atMs }))));
  const beganMs = performance.now();
  const pending: Promise<unknown>[] = [];
  for (let sent = 0; sent < EVENTS; ) {
    const due = Math.min(EVENTS, Math.floor(((performance.now() - beganMs) / 1000) * EVENTS_PER_SECOND));
    for (; sent < due; sent++) {
      const name = `event-${sent}`;
      sentMs.set(name, performance.now());
      pending.push(create(ours, 'configmaps', configMap(name)).then(() => answeredMs.set(name, performance.now())));
    }
    await systemClock.sleep(1);
  }
  await Promise.all(pending);
  const perSecond = EVENTS / ((performance.now() - beganMs) / 1000);
  for (let waited = 0; waited < 500 && arrivals.length < WATCHERS * EVENTS; waited++) await systemClock.sleep(20);
  for (const stream of streams) stream();
  const since = (from: ReadonlyMap<string, number>) => percentile(arrivals.map(({ name, atMs }) => atMs - from.get(name)!), 0.99);
  return {
    name: `${WATCHERS} watchers, ${EVENTS} events, ${EVENTS_PER_SECOND}/s wished`,
    ours: `${perSecond.toFixed(0)}/s, ${((arrivals.length / WATCHERS / EVENTS) * 100).toFixed(0)}% arrived; p99 ${ms(since(sentMs))} from the request, ${ms(since(answeredMs))} from its answer`,
    referee: '',
    goal: 'p99 ≤ 20 ms from the request, ≤ 5 ms from the commit',
  };
}

async function openWatch(server: Server, onEvent: (name: string, atMs: number) => void): Promise<() => void> {
  const outgoing = request(new URL(`/api/v1/namespaces/${NAMESPACE}/configmaps?watch=true&labelSelector=fan`, server.url), { agent: new Agent({ ca: server.agent.options.ca }), headers: server.headers });
  outgoing.on('error', () => undefined).end();
  const [response] = (await once(outgoing, 'response')) as [NodeJS.ReadableStream];
  let rest = '';
  response.on('error', () => undefined).on('data', (chunk: Buffer) => {
    const atMs = performance.now();
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const name = /"name":"(event-\d+)"/.exec(line)?.[1];
      if (name !== undefined) onEvent(name, atMs);
    }
  });
  return () => outgoing.destroy();
}

async function measureLists(server: MeasuredServer, ours: Server): Promise<Row> {
  await createAll(ours, 'configmaps', 'listed', LISTED, configMap);
  await server.watchTurns();
  for (let round = 0; round < LISTS; round++) await call(ours, 'GET', `/api/v1/namespaces/${NAMESPACE}/configmaps`);
  const { longestMs, longCount } = await server.turns();
  return { name: `${LISTS} lists of more than ${LISTED} ConfigMaps`, ours: `longest turn of the loop ${ms(longestMs)}, ${longCount} above 10 ms`, referee: '', goal: 'p99.9 ≤ 20 ms' };
}

async function measureMemory(server: MeasuredServer, ours: Server): Promise<Row> {
  const before = await server.heapBytesAfterCollection();
  await createAll(ours, 'configmaps', 'many', MANY, configMap);
  const perObject = ((await server.heapBytesAfterCollection()) - before) / MANY;
  return { name: `heap of a ConfigMap, over ${MANY}`, ours: `${perObject.toFixed(0)} bytes, so ${((perObject * 100_000) / 1e6).toFixed(0)} MB for 100,000`, referee: '', goal: '≤ 200 MB' };
}

async function kubectlApply(server: Server, work: string): Promise<number> {
  const file = join(work, 'apply.json');
  const items = numbersUpTo(APPLIED).map((index) => ({ apiVersion: 'v1', kind: 'ConfigMap', ...configMap(`applied-${index}`) }));
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const options = { env: { ...process.env, HOME: work, KUBECONFIG: server.kubeconfig } };
  const beganMs = performance.now();
  await promisify(execFile)('kubectl', ['apply', '-n', NAMESPACE, '-f', file], options);
  return performance.now() - beganMs;
}

async function startReferee(work: string): Promise<{ readonly child: ChildProcess; readonly kubeconfig: string }> {
  const child = spawn(REFEREE, ['up', '--data-dir', join(work, 'referee')], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [kubeconfig] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, kubeconfig };
}

function connect(kubeconfig: string): Server {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as {
    clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
    users: [{ user: { token: string } }];
  };
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const agent = new Agent({ ca: Buffer.from(authority, 'base64'), keepAlive: true, maxSockets: PARALLEL });
  return { url: new URL(server), agent, headers: { authorization: `Bearer ${users[0].user.token}` }, kubeconfig };
}

async function createNamespace(server: Server): Promise<void> {
  await call(server, 'POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
}

async function createAll(server: Server, resource: string, prefix: string, count: number, body: (name: string) => object): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await create(server, resource, body(`${prefix}-${next++}`));
  };
  await Promise.all(numbersUpTo(PARALLEL).map(work));
}

async function create(server: Server, resource: string, body: object): Promise<void> {
  await call(server, 'POST', `/api/v1/namespaces/${NAMESPACE}/${resource}`, body);
}

function call(server: Server, method: string, path: string, body?: object): Promise<void> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const sized = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, server.url), { method, agent: server.agent, headers: { ...server.headers, ...sized } }, (response) => {
      response.resume().once('end', () => (response.statusCode! < 300 ? resolve() : reject(new Error(`${method} ${path}: ${response.statusCode}`)))).once('error', reject);
    });
    outgoing.once('error', reject).end(text);
  });
}

function configMap(name: string): { readonly metadata: object; readonly data: object } {
  return { metadata: { name, labels: { app: 'bench', ...(name.startsWith('event-') ? { fan: 'yes' } : {}) } }, data: { settings: 'x'.repeat(200) } };
}

/** No such node: nobody runs it. */
function pod(name: string): object {
  return { metadata: { name, labels: { app: 'bench' } }, spec: { nodeName: 'elsewhere', containers: [{ name: 'main', image: 'busybox', command: ['true'] }] } };
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
