// npm run bench -- api [turns]: the Kubernetes API's figures: processor time and rate of durable creates, fan-out of watches, long lists, memory, kubectl apply;
// beside the referee (conformance/referee) where it is built. Every client here speaks HTTPS with a token, as kubectl does. `turns`: only
// what large requests cost the loop.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { connect, send, type Server } from './api/connection.ts';
import { runTurns } from './api/turns.ts';
import { measureBareFanOut, measureFanOut, type FanOutFigures } from './api/fan-out.ts';
import { cpuMsOf, MeasuredServer, numbersUpTo } from './engine/measured-server.ts';

const REFEREE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'slipway', 'referee', 'referee');
/** A server that has just started compiles what it runs often: the first thousands cost half as much again. */
const WARM_UP = 10_000;
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
/** Nothing else is in it. */
const LISTED_NAMESPACE = 'listed';

interface Row {
  readonly name: string;
  readonly ours: string;
  readonly referee: string;
  readonly goal: string;
}

export async function run([section]: readonly string[] = []): Promise<void> {
  if (section === 'turns') return runTurns();
  const work = mkdtempSync(join(tmpdir(), 'slipway-bench-api-'));
  const server = new MeasuredServer();
  const rows: Row[] = [];
  let referee: { readonly child: ChildProcess; readonly kubeconfig: string } | undefined;
  const loadBefore = loadavg()[0]!.toFixed(1);
  try {
    await server.start();
    const ours = connect(join(server.installation.dataDir, 'kubeconfig'), PARALLEL);
    await createNamespace(ours);
    const configMaps = await measureCreates(server, ours, 'configmaps', configMap);
    const pods = await measureCreates(server, ours, 'pods', pod);
    rows.push(...(await fanOutRows(server, ours)));
    rows.push(await measureLists(server, ours));
    rows.push(await measureMemory(server, ours));
    const oursApplyMs = await kubectlApply(ours, work);
    if (existsSync(REFEREE)) referee = await startReferee(work);
    const theirs = referee === undefined ? undefined : connect(referee.kubeconfig, PARALLEL);
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

async function fanOutRows(server: MeasuredServer, ours: Server): Promise<readonly Row[]> {
  const target = { port: Number(ours.url.port), authority: String(ours.agent.options.ca), token: ours.headers['authorization']!.replace('Bearer ', '') };
  const fanOut = { watchers: WATCHERS, count: EVENTS, perSecond: EVENTS_PER_SECOND, path: `/api/v1/namespaces/${NAMESPACE}/configmaps` };
  const figures = await measureFanOut(server, target, fanOut);
  const floor = await measureBareFanOut(server.installation.dataDir, fanOut, figures.eventBytes);
  const name = `${WATCHERS} watchers, ${EVENTS} events, ${EVENTS_PER_SECOND}/s wished`;
  return [
    { name, ours: fanOutText(figures), referee: '', goal: 'p99 ≤ 20 ms from the request, ≤ 5 ms from the commit' },
    { name: 'the same bytes by a bare node:https server', ours: fanOutText(floor), referee: '', goal: 'what two cores give at best' },
  ];
}

function fanOutText({ perSecond, arrivedShare, fromRequestMs, fromCommitMs, cpuUs, eventBytes }: FanOutFigures): string {
  const commit = fromCommitMs === undefined ? '' : `, ${ms(fromCommitMs.median)} and ${ms(fromCommitMs.p99)} from the commit`;
  return `${perSecond.toFixed(0)}/s, ${(arrivedShare * 100).toFixed(0)}% arrived; median and p99 ${ms(fromRequestMs.median)} and ${ms(fromRequestMs.p99)} from the request${commit}; ${cpuUs.toFixed(0)} µs of the server for an event of ${eventBytes.toFixed(0)} bytes`;
}

async function measureLists(server: MeasuredServer, ours: Server): Promise<Row> {
  await createNamespace(ours, LISTED_NAMESPACE);
  await createAll(ours, 'configmaps', 'listed', LISTED, configMap, LISTED_NAMESPACE);
  await server.watchTurns();
  for (let round = 0; round < LISTS; round++) await call(ours, 'GET', `/api/v1/namespaces/${LISTED_NAMESPACE}/configmaps`);
  const { longestMs, longCount } = await server.turns();
  return { name: `${LISTS} lists of ${LISTED} ConfigMaps, beside ${WARM_UP + MEASURED + EVENTS} others`, ours: `longest turn of the loop ${ms(longestMs)}, ${longCount} above 10 ms`, referee: '', goal: 'p99.9 ≤ 20 ms' };
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

async function createNamespace(server: Server, name = NAMESPACE): Promise<void> {
  await call(server, 'POST', '/api/v1/namespaces', { metadata: { name } });
}

async function createAll(server: Server, resource: string, prefix: string, count: number, body: (name: string) => object, namespace = NAMESPACE): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await call(server, 'POST', `/api/v1/namespaces/${namespace}/${resource}`, body(`${prefix}-${next++}`));
  };
  await Promise.all(numbersUpTo(PARALLEL).map(work));
}

async function call(server: Server, method: string, path: string, body?: object): Promise<void> {
  const status = await send(server, method, path, body === undefined ? undefined : { text: JSON.stringify(body) });
  if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
}

function configMap(name: string): { readonly metadata: object; readonly data: object } {
  return { metadata: { name, labels: { app: 'bench' } }, data: { settings: 'x'.repeat(200) } };
}

/** No such node: nobody runs it. */
function pod(name: string): object {
  return { metadata: { name, labels: { app: 'bench' } }, spec: { nodeName: 'elsewhere', containers: [{ name: 'main', image: 'busybox', command: ['true'] }] } };
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
