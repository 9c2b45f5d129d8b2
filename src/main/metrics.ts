// GET /metrics: what the rooms have to tell, for Prometheus. Another metric is another entry in one of these lists, or another source.
import { statfs } from 'node:fs/promises';
import type { StepResultSink } from '../api/mod.ts';
import { renderMetrics, type Metric, type MetricSource } from '../base/mod.ts';
import type { Engine } from '../engine/mod.ts';
import { claimMetrics, type LocalNode, type NodePrograms } from '../node/mod.ts';
import type { Store } from '../store/mod.ts';
import type { Route } from '../web/mod.ts';
import { VERSION } from './version.ts';

export function metricsRoute(sources: readonly MetricSource[]): Route {
  return {
    method: 'GET',
    path: '/metrics',
    origin: 'api',
    authorization: { kind: 'user' },
    bodyBytesMax: 0,
    async handle() {
      const metrics = await Promise.all(sources.map(async (source) => source()));
      return { status: 200, headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }, body: renderMetrics(metrics.flat()) };
    },
  };
}

export function processMetrics(): readonly Metric[] {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return [
    { kind: 'gauge', name: 'slipway_info', help: 'Version of Slipway and of Node.', samples: [{ labels: { version: VERSION, node: process.versions.node }, value: 1 }] },
    gauge('slipway_resident_memory_bytes', 'Resident memory of the server.', rss),
    gauge('slipway_heap_bytes', 'JavaScript heap in use.', heapUsed),
    { kind: 'counter', name: 'slipway_cpu_seconds_total', help: 'Processor time of the server.', samples: [{ value: (user + system) / 1e6 }] },
  ];
}

export function storeMetrics(store: Pick<Store, 'revision'>): MetricSource {
  return () => [{ kind: 'counter', name: 'slipway_store_revision_total', help: 'Revision of the newest change of an object.', samples: [{ value: store.revision }] }];
}

export function engineMetrics(engine: Pick<Engine, 'status'>): MetricSource {
  return () => {
    const { activeRunCount, counts, podRequestCount, queue } = engine.status();
    return [
      gauge('slipway_active_runs', 'Runs that have not ended.', activeRunCount),
      { kind: 'gauge', name: 'slipway_runs', help: 'Runs in work, by state.', samples: stateSamples(counts.runs) },
      { kind: 'gauge', name: 'slipway_run_steps', help: 'Steps of these runs, by state, those that have ended too.', samples: stateSamples(counts.steps) },
      { kind: 'counter', name: 'slipway_ended_runs_total', help: 'Runs that ended since the server started, by the state in which they did.', samples: stateSamples(counts.ended) },
      gauge('slipway_requested_pods', 'Pods that the engine asked for and that are not there yet.', podRequestCount),
      { kind: 'gauge', name: 'slipway_queue_keys', help: 'Keys of a queue that wait or are worked on.', samples: queueSamples(queue) },
    ];
  };
}

/** The sink with a counter: every step that ended, by outcome. */
export function countSteps(sink: StepResultSink): { readonly sink: StepResultSink; readonly metrics: MetricSource } {
  const counts = { Succeeded: 0, Failed: 0 };
  return {
    sink: {
      async report(result) {
        const answer = await sink.report(result);
        if (answer === 'recorded') counts[result.outcome]++;
        return answer;
      },
    },
    metrics: () => {
      const samples = Object.entries(counts).map(([outcome, value]) => ({ labels: { outcome }, value }));
      return [{ kind: 'counter', name: 'slipway_steps_total', help: 'Attempts of steps that ended since the server started.', samples }];
    },
  };
}

export function nodeMetrics({ node, programs }: { readonly node: LocalNode; readonly programs: NodePrograms }): MetricSource {
  return async () => {
    const { podCount, steps, queue, isSupervisorConnected } = node.status();
    const environments = await programs.environments.list();
    return [
      gauge('slipway_pods', 'Pods that the node looks after.', podCount),
      gauge('slipway_running_steps', 'Steps that hold a slot.', steps.usedCount),
      gauge('slipway_waiting_steps', 'Steps that wait for a slot.', steps.waitingCount),
      gauge('slipway_supervisor_connected', '1 while the supervisor of Pods answers.', isSupervisorConnected ? 1 : 0),
      { kind: 'gauge', name: 'slipway_node_queue_keys', help: 'Pods that wait to be looked at or are.', samples: queueSamples(queue) },
      gauge('slipway_environments', 'Environments that are built.', environments.length),
      gauge('slipway_environments_bytes', 'Their size on disk, where it is known.', environments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)),
      ...parentMetrics(programs),
    ];
  };
}

/** In the kubelet's words, which alerts and dashboards know. */
export function volumeMetrics({ node, volumesDirectory }: { readonly node: Pick<LocalNode, 'claimUsage'>; readonly volumesDirectory: string }): MetricSource {
  return async () => {
    const usages = node.claimUsage();
    const disk = usages.length === 0 ? undefined : await statfs(volumesDirectory);
    const bytesOf = (blocks: number | undefined) => (blocks ?? 0) * (disk?.bsize ?? 0);
    return claimMetrics(usages, { capacityBytes: bytesOf(disk?.blocks), availableBytes: bytesOf(disk?.bavail) });
  };
}

function parentMetrics(programs: NodePrograms): readonly Metric[] {
  const { parents, refused, bytesMax, forkCounts } = programs.parents.status();
  const kinds = ['bare', 'preloaded'] as const;
  const ofKind = (kind: (typeof kinds)[number]) => parents.filter(({ preloadedCount }) => (kind === 'preloaded') === preloadedCount > 0);
  const perKind = (value: (kind: (typeof kinds)[number]) => number) => kinds.map((kind) => ({ labels: { kind }, value: value(kind) }));
  const perParent = (value: (parent: (typeof parents)[number]) => number) =>
    parents.map((parent) => ({ labels: { parent: parent.parentId, environment: parent.environment }, value: value(parent) }));
  return [
    { kind: 'gauge', name: 'slipway_warm_parents', help: 'Python processes from which steps are forked.', samples: perKind((kind) => ofKind(kind).length) },
    { kind: 'counter', name: 'slipway_warm_parent_forks_total', help: 'Steps that were forked from them since the server started.', samples: perKind((kind) => forkCounts[kind]) },
    { kind: 'gauge', name: 'slipway_warm_parent_memory_bytes', help: 'Memory of a parent before its first fork.', samples: perParent(({ memoryBytes }) => memoryBytes) },
    { kind: 'gauge', name: 'slipway_warm_parent_preloaded_modules', help: 'Modules that a parent imported for its steps.', samples: perParent(({ preloadedCount }) => preloadedCount) },
    gauge('slipway_warm_parents_memory_max_bytes', 'What all together may take (--warm-parents-bytes-max).', bytesMax),
    gauge('slipway_refused_module_sets', 'Sets of modules that are never preloaded, because forks would differ from new interpreters.', refused.length),
  ];
}

function stateSamples(counts: ReadonlyMap<string, number>) {
  return [...counts].map(([state, value]) => ({ labels: { state }, value }));
}

function queueSamples({ name, waiting, running }: { readonly name: string; readonly waiting: number; readonly running: number }) {
  return [
    { labels: { queue: name, state: 'waiting' }, value: waiting },
    { labels: { queue: name, state: 'running' }, value: running },
  ];
}

function gauge(name: string, help: string, value: number): Metric {
  return { kind: 'gauge', name, help, samples: [{ value }] };
}
