// npm run bench -- node [starts job exec log idle plain]: from a created Pod to its running process, with and without an address; short
// Pods through Jobs; commands in containers; logs; what idle Pods cost; short Pods without namespaces. All of them unless some are named.
// Example: npm run bench -- node starts job
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, hostname, loadavg } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { Failure, systemClock, until } from '../src/base/mod.ts';
import { Installation } from '../sim/installation.ts';
import { median } from './median.ts';
import { memoryOf } from './process-memory.ts';

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal: string;
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly phase?: string };
}

const PODS = '/api/v1/namespaces/default/pods';
const JOBS = '/apis/batch/v1/namespaces/default/jobs';
const WARM_UP_COUNT = 5;
const START_COUNT = 40;
const JOB_PODS = 120;
const JOB_PARALLELISM = 16;
const EXEC_COUNT = 30;
const LOG_BYTES = 100_000_000;
const IDLE_PODS = 200;
const IDLE_CALM_MS = 5_000;
const WAIT_MS = 300_000;
/** Without namespaces, as in a locked-down container. */
const LOCKED = ['/usr/bin/unshare', '--user', '--map-root-user', '/bin/sh', '-c', 'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all --inh-caps=-all "$@"', 'sh'];

const WITH_ADDRESS = { ports: [{ containerPort: 80 }] };
const SECTIONS: Readonly<Record<string, (installation: Installation) => Promise<readonly Figure[]>>> = {
  starts: async (isolated) => [await measureStarts(isolated, 'without an address', {}, '≤ 15 ms'), await measureStarts(isolated, 'with an address', WITH_ADDRESS, '≤ 25 ms')],
  job: async (isolated) => [await measureJob(isolated, 'isolated', '≥ 60')],
  exec: measureExec,
  log: measureLog,
  idle: async (isolated) => [await measureIdle(isolated, 'without an address', {}), await measureIdle(isolated, 'with an address', WITH_ADDRESS)],
};

export async function run(args: readonly string[]): Promise<void> {
  const unknown = args.filter((name) => name !== 'plain' && !Object.hasOwn(SECTIONS, name));
  if (unknown.length > 0) throw new Failure('Usage', `there is no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')} and plain`);
  const isWanted = (name: string) => args.length === 0 || args.includes(name);
  const figures: Figure[] = [];
  const wanted = Object.entries(SECTIONS).filter(([name]) => isWanted(name));
  if (wanted.length > 0) {
    await within([], async (isolated) => {
      for (const [, measure] of wanted) figures.push(...(await measure(isolated)));
    });
  }
  if (isWanted('plain')) await within(LOCKED, async (plain) => void figures.push(await measureJob(plain, 'plain', '≥ 150')));
  print(figures);
}

async function within(sandbox: readonly string[], measure: (installation: Installation) => Promise<void>): Promise<void> {
  const installation = new Installation();
  try {
    await installation.start({}, sandbox);
    await measure(installation);
  } finally {
    await installation.remove();
  }
}

function podOf(name: string, container: object, spec: object = {}) {
  const main = { name: 'main', image: 'busybox', ...container };
  const metadata = { name, labels: { bench: name } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: hostname().toLowerCase(), terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, containers: [main], ...spec } };
}

async function untilPhase(installation: Installation, name: string, phase: string): Promise<void> {
  await until(`Pod ${name} to be ${phase}`, async () => (await installation.request<Pod>('GET', `${PODS}/${name}`)).status?.phase === phase, { timeoutMs: WAIT_MS, intervalMs: 10 });
}

/** Until its first line: the supervisor stamps it when it reads it. */
async function measureStarts(installation: Installation, how: string, container: object, goal: string): Promise<Figure> {
  const elapsedMs: number[] = [];
  for (let index = 0; index < WARM_UP_COUNT + START_COUNT; index++) {
    const name = `start-${index}`;
    const beginMs = performance.timeOrigin + performance.now();
    await installation.request('POST', PODS, podOf(name, { command: ['sh', '-c', 'echo up; exec sleep 1000'], ...container }));
    await untilPhase(installation, name, 'Running');
    const line = await until('its first line', async () => /^(\S+) up/.exec(await textOf(installation, `${PODS}/${name}/log?timestamps=true`))?.[1], { intervalMs: 10 });
    elapsedMs.push(preciseMs(line) - beginMs);
    await installation.request('DELETE', `${PODS}/${name}?gracePeriodSeconds=0`);
    await systemClock.sleep(50);
  }
  const counted = elapsedMs.slice(WARM_UP_COUNT);
  return { name: `created → first line, ${how} (p50 of ${START_COUNT}; p90)`, value: `${median(counted).toFixed(1)} ms (${percentile(counted, 0.9).toFixed(1)})`, goal };
}

/** Of an RFC 3339 text with nanoseconds. */
function preciseMs(text: string): number {
  const [whole = '', fraction = ''] = text.replace('Z', '').split('.');
  return Date.parse(`${whole}Z`) + Number(`0.${fraction}`) * 1000;
}

async function measureJob(installation: Installation, how: string, goal: string): Promise<Figure> {
  const job = (name: string, completions: number) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { completions, parallelism: JOB_PARALLELISM, template: { spec: { restartPolicy: 'Never', automountServiceAccountToken: false, containers: [{ name: 'main', image: 'busybox', command: ['true'] }] } } },
  });
  const once = async (name: string, completions: number): Promise<number> => {
    const begin = performance.now();
    await installation.request('POST', JOBS, job(name, completions));
    await until(`Job ${name}`, async () => (await installation.request<{ status?: { succeeded?: number } }>('GET', `${JOBS}/${name}`)).status?.succeeded === completions, { timeoutMs: WAIT_MS, intervalMs: 20 });
    return performance.now() - begin;
  };
  await once(`warm-up-${how}`, JOB_PARALLELISM * 2);
  const elapsedMs = await once(`job-${how}`, JOB_PODS);
  return { name: `short Pods through a Job, ${JOB_PARALLELISM} at once, ${how}`, value: `${((JOB_PODS * 1000) / elapsedMs).toFixed(0)}/s`, goal };
}

async function measureExec(installation: Installation): Promise<readonly Figure[]> {
  await installation.request('POST', PODS, podOf('exec', { command: ['sleep', '1000'] }));
  await untilPhase(installation, 'exec', 'Running');
  const elapsedMs: number[] = [];
  for (let index = 0; index < EXEC_COUNT; index++) {
    const begin = performance.now();
    await execOnce(installation, 'exec');
    elapsedMs.push(performance.now() - begin);
  }
  return [{ name: `exec of \`true\` over WebSocket (p50 of ${EXEC_COUNT})`, value: `${median(elapsedMs).toFixed(0)} ms`, goal: '' }];
}

function execOnce(installation: Installation, pod: string): Promise<void> {
  const socket = new WebSocket(`${installation.url.replace('http', 'ws')}${PODS}/${pod}/exec?command=true&stdout=true&stderr=true`, 'v4.channel.k8s.io');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => resolve());
  });
}

async function measureLog(installation: Installation): Promise<readonly Figure[]> {
  await installation.request('POST', PODS, podOf('flood', { command: ['sh', '-c', `yes 0123456789012345678901234567890123456789012345678901234567890 | head -c ${LOG_BYTES}`] }, { restartPolicy: 'Never' }));
  const begin = performance.now();
  await untilPhase(installation, 'flood', 'Succeeded');
  const writtenMs = performance.now() - begin;
  const readBegin = performance.now();
  const { length } = await textOf(installation, `${PODS}/flood/log`);
  const readMs = performance.now() - readBegin;
  const rate = (bytes: number, ms: number) => `${(bytes / 1000 / ms).toFixed(0)} MB/s`;
  return [
    { name: 'log of a container, written in lines of 62 bytes', value: rate(LOG_BYTES, writtenMs), goal: '' },
    { name: 'the same, read through the API', value: rate(length, readMs), goal: '' },
  ];
}

async function textOf(installation: Installation, path: string): Promise<string> {
  return (await fetch(installation.url + path)).text();
}

/** Private bytes of all processes and memory of the kernel, beyond those before. */
async function measureIdle(installation: Installation, how: string, container: object): Promise<Figure> {
  await systemClock.sleep(IDLE_CALM_MS);
  const before = memoryUse(installation);
  const names = Array.from({ length: IDLE_PODS }, (_, index) => `idle-${index}`);
  await Promise.all(names.map((name) => installation.request('POST', PODS, podOf(name, { command: ['sleep', '1000'], ...container }))));
  for (const name of names) await untilPhase(installation, name, 'Running');
  await systemClock.sleep(IDLE_CALM_MS);
  const after = memoryUse(installation);
  await Promise.all(names.map((name) => installation.request('DELETE', `${PODS}/${name}?gracePeriodSeconds=0`)));
  await systemClock.sleep(IDLE_CALM_MS);
  const perPod = (kind: keyof typeof before) => `${((after[kind] - before[kind]) / IDLE_PODS / 1e6).toFixed(2)} MB`;
  return { name: `each of ${IDLE_PODS} idle Pods ${how}, \`sleep\` itself included`, value: `${perPod('processes')} private, kernel ${perPod('kernel')}`, goal: '' };
}

function memoryUse(installation: Installation): { readonly processes: number; readonly kernel: number } {
  const supervisor = JSON.parse(readFileSync(join(installation.dataDir, 'supervisor', 'supervisor.json'), 'utf8')) as { pid: number };
  const processes = memoryOf([installation.pid!, supervisor.pid]).reduce((sum, { privateBytes }) => sum + privateBytes, 0);
  const kilobytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0);
  return { processes, kernel: ['Slab', 'KernelStack', 'PageTables', 'Percpu'].reduce((sum, field) => sum + kilobytes(field) * 1024, 0) };
}

function percentile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)]!;
}

function print(figures: readonly Figure[]): void {
  const kernel = execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim();
  console.log(`\n${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Linux ${kernel}, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}\n`);
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const { name, value, goal } of figures) console.log(`${name.padEnd(width)}  ${value}${goal === '' ? '' : `   (goal ${goal})`}`);
}
