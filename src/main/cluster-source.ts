// The node as the pages show it: memory, disk, steps, interpreters, environments, processes.
import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem, uptime } from 'node:os';
import { describeError, toRfc3339, type Clock, type Log } from '../base/mod.ts';
import type { ClusterFacts, ClusterSource } from '../facades/mod.ts';
import { createRunProcess, examineMachine, type LocalNode, type NodePrograms, type NodeStats } from '../node/mod.ts';
import type { DataDirectory } from './data-directory.ts';
import { definedVariables } from './defined-variables.ts';
import { VERSION } from './version.ts';

export interface ClusterSourceOptions {
  readonly nodeName: string;
  readonly node: LocalNode;
  readonly programs: NodePrograms;
  readonly directory: DataDirectory;
  readonly containerEngine: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Directories and files of the data directory that are measured, and what people call them. */
const DISK_PARTS = [
  { name: 'artifacts', paths: ['artifacts'] },
  { name: 'environments', paths: ['environments'] },
  { name: 'logs', paths: ['logs'] },
  { name: 'volumes', paths: ['volumes'] },
  { name: 'Pods', paths: ['pods'] },
  { name: 'database', paths: ['slipway.db', 'slipway.db-wal'] },
] as const;
/** Walking a large artifact store takes a while: once a minute is enough, and only while somebody looks. */
const DISK_AGE_MS_MAX = 60_000;
const DISK_TIME_MS_MAX = 120_000;
const ENVIRONMENTS_AGE_MS_MAX = 10_000;

export function createClusterSource(options: ClusterSourceOptions): ClusterSource {
  const { node, programs, directory, clock } = options;
  const startedAt = toRfc3339(clock.now());
  const disk = cached(clock, DISK_AGE_MS_MAX, () => measureDisk(options));
  const environments = cached(clock, ENVIRONMENTS_AGE_MS_MAX, () => programs.environments.list());
  return {
    async read() {
      const { bavail, blocks, bsize } = await statfs(directory.path);
      const stats = await node.stats().catch(() => undefined);
      const { steps } = node.status();
      const measured = disk.peek();
      return {
        node: {
          name: options.nodeName,
          slipway_version: VERSION,
          runtime: `Node ${process.versions.node}`,
          platform: `${process.platform} ${process.arch}`,
          started_at: startedAt,
          data_dir: directory.path,
          cpu_count: availableParallelism(),
          load_average: Math.round(loadavg()[0]! * 100) / 100,
        },
        memory: { total_bytes: totalmem(), available_bytes: freemem(), server_bytes: process.memoryUsage.rss(), ...memoryOf(stats) },
        disk: { total_bytes: blocks * bsize, available_bytes: bavail * bsize, parts: measured?.parts ?? [], ...(measured === undefined ? {} : { measured_at: measured.measuredAt }) },
        steps: { running_count: steps.usedCount, waiting_count: steps.waitingCount, count_max: steps.countMax },
        interpreters: stats === undefined ? [] : await interpretersOf(node, programs, clock.now()),
        interpreters_bytes_max: programs.parents.status().bytesMax,
        refused_module_sets: programs.parents.status().refused.map(({ environment, reason }) => ({ environment_id: environment, reason })),
        environments: (await environments.get()).map(({ id, pythonVersion, requirements, tool, createdAtMs, lastUsedAtMs, sizeBytes, podCount }) => ({
          id,
          python_version: pythonVersion,
          requirements,
          tool,
          created_at: toRfc3339(createdAtMs),
          last_used_at: toRfc3339(lastUsedAtMs),
          size_bytes: sizeBytes,
          pod_count: podCount,
        })),
        claims: node.claimUsage().map(({ namespace, claim, usedBytes, measuredAt }) => ({ namespace, name: claim, used_bytes: usedBytes, measured_at: measuredAt })),
        containers: (stats?.containers ?? []).map(({ namespace, podName, container, privateBytes, cpuMs, processCount }) => ({
          namespace,
          pod_name: podName,
          container,
          private_bytes: privateBytes,
          cpu_ms: cpuMs,
          process_count: processCount,
        })),
      };
    },
    async examine() {
      const findings = await examineMachine({ dataDir: directory.path, containerEngine: options.containerEngine, variables: definedVariables(), interpreters: programs.interpreters });
      return findings.map(({ nextStep, ...finding }) => ({ ...finding, ...(nextStep === undefined ? {} : { next_step: nextStep }) }));
    },
  };
}

function memoryOf(stats: NodeStats | undefined) {
  if (stats === undefined) return {};
  const sum = (processes: readonly { readonly privateBytes: number }[]) => processes.reduce((total, { privateBytes }) => total + privateBytes, 0);
  return { pods_bytes: sum(stats.containers), interpreters_bytes: sum(stats.parents), supervisor_bytes: stats.supervisor.privateBytes };
}

async function interpretersOf(node: LocalNode, { parents }: NodePrograms, nowMs: number): Promise<ClusterFacts['interpreters']> {
  const listed = await node.supervisor().list().catch(() => ({ parents: [] }));
  const pids = new Map(listed.parents.map(({ parentId, pid }) => [parentId, pid]));
  return Promise.all(
    parents.status().parents.map(async ({ parentId, environment, isReady, preloadedCount, memoryBytes, forkCount, lastUsedAtMs }) => {
      const pid = pids.get(parentId);
      const startedAtMs = pid === undefined ? undefined : await processStartMs(pid, nowMs);
      return {
        id: parentId,
        environment_id: environment,
        preloaded_count: preloadedCount,
        is_ready: isReady,
        started_count: forkCount,
        ...(startedAtMs === undefined ? {} : { started_at: toRfc3339(startedAtMs) }),
        last_used_at: toRfc3339(lastUsedAtMs),
        memory_bytes: memoryBytes,
      };
    }),
  );
}

/** Clock ticks per second in /proc, the same on every Linux that Node runs on. */
const TICKS_PER_S = 100;

/** Undefined where there is no /proc, and for a process that has ended. */
async function processStartMs(pid: number, nowMs: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name in parentheses may hold anything; field 22 is the 20th after it.
  const ticks = Number(text?.slice(text.lastIndexOf(')') + 2).split(' ')[19]);
  return Number.isFinite(ticks) ? nowMs - (uptime() - ticks / TICKS_PER_S) * 1000 : undefined;
}

async function measureDisk({ directory, clock, log }: ClusterSourceOptions) {
  const wanted = DISK_PARTS.flatMap(({ paths }) => paths.map((path) => directory.file(path)));
  const sizes = new Map<string, number>();
  try {
    // `du` walks in a process of its own; it fails for what is not there, and tells the rest all the same.
    await createRunProcess(clock)('du', ['-sk', ...wanted], {
      cwd: directory.path,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      timeoutMs: DISK_TIME_MS_MAX,
      onLine: (line) => {
        const [, kibibytes, path] = /^(\d+)\s+(.+)$/.exec(line) ?? [];
        if (path !== undefined) sizes.set(path, Number(kibibytes) * 1024);
      },
    });
  } catch (error) {
    log.warn('the data directory could not be measured', { error: describeError(error) });
  }
  const parts = DISK_PARTS.map(({ name, paths }) => ({ name, size_bytes: paths.reduce((total, path) => total + (sizes.get(directory.file(path)) ?? 0), 0) }));
  return { parts, measuredAt: toRfc3339(clock.now()) };
}

/** `peek` answers at once with what is known and renews it behind; `get` waits. */
function cached<T>(clock: Clock, ageMsMax: number, read: () => Promise<T>) {
  let known: { readonly value: T; readonly atMs: number } | undefined;
  let reading: Promise<T> | undefined;
  const renew = (): Promise<T> =>
    (reading ??= read()
      .then((value) => {
        known = { value, atMs: clock.steadyMs() };
        return value;
      })
      .finally(() => (reading = undefined)));
  const isOld = () => known === undefined || clock.steadyMs() - known.atMs > ageMsMax;
  return {
    get: async (): Promise<T> => (isOld() ? renew() : known!.value),
    peek: (): T | undefined => {
      if (isOld()) renew().catch(() => undefined);
      return known?.value;
    },
  };
}
