// GET metrics, metrics/resource and metrics/cadvisor of a kubelet: those of its metrics that dashboards and metrics-server read. Pure.
import type { Metric, MetricSample } from '../../base/mod.ts';
import type { ClaimUsage } from '../pods/claim-usage.ts';
import type { ContainerFacts, DiskFacts, NodeFacts, PodFacts } from './node-facts.ts';

const MS_PER_SECOND = 1000;

export function resourceMetrics(facts: NodeFacts): readonly Metric[] {
  const { machine, pods } = facts;
  const running = pods.filter(({ containers }) => containers.length > 0);
  const sumOf = (value: (container: ContainerFacts) => number) => running.map(({ pod, containers }) => ({ labels: placeOf(pod.metadata), value: containers.reduce((sum, container) => sum + value(container), 0) }));
  return [
    counter('node_cpu_usage_seconds_total', 'Processor time of the node, in core-seconds.', [{ value: machine.cpuMs / MS_PER_SECOND }]),
    gauge('node_memory_working_set_bytes', 'Memory that the node works with.', [{ value: machine.memoryBytes }]),
    gauge('container_start_time_seconds', 'When the container started, in seconds since 1970.', startTimes(facts, labelsOf)),
    counter('container_cpu_usage_seconds_total', 'Processor time of the container, in core-seconds.', perContainer(facts, labelsOf, cpuSeconds)),
    gauge('container_memory_working_set_bytes', 'Memory that the container works with.', perContainer(facts, labelsOf, memoryBytes)),
    counter('pod_cpu_usage_seconds_total', 'Processor time of the Pod, in core-seconds.', sumOf(cpuSeconds)),
    gauge('pod_memory_working_set_bytes', 'Memory that the Pod works with.', sumOf(memoryBytes)),
    gauge('scrape_error', '1 if containers could not be measured.', [{ value: 0 }]),
    gauge('resource_scrape_error', '1 if containers could not be measured.', [{ value: 0 }]),
  ];
}

export function cadvisorMetrics(facts: NodeFacts): readonly Metric[] {
  const { machine } = facts;
  return [
    counter('container_cpu_usage_seconds_total', 'Processor time of the container, in seconds.', perContainer(facts, cadvisorLabels, cpuSeconds).map(({ labels, value }) => ({ labels: { ...labels, cpu: 'total' }, value }))),
    gauge('container_memory_working_set_bytes', 'Memory that the container works with.', perContainer(facts, cadvisorLabels, memoryBytes)),
    gauge('container_memory_usage_bytes', 'Memory of the container.', perContainer(facts, cadvisorLabels, memoryBytes)),
    gauge('container_memory_rss', 'Memory of the container.', perContainer(facts, cadvisorLabels, memoryBytes)),
    gauge('container_start_time_seconds', 'When the container started, in seconds since 1970.', startTimes(facts, cadvisorLabels)),
    gauge('machine_cpu_cores', 'Processors of the machine.', [{ value: machine.processorCount }]),
    gauge('machine_memory_bytes', 'Memory of the machine.', [{ value: machine.memoryBytesMax }]),
  ];
}

export function kubeletMetrics({ nodeName, pods, claims, disk }: NodeFacts): readonly Metric[] {
  const running = pods.filter(({ containers }) => containers.length > 0);
  return [
    gauge('kubelet_node_name', 'Name of the node; the value is always 1.', [{ labels: { node: nodeName }, value: 1 }]),
    gauge('kubelet_running_pods', 'Pods that run.', [{ value: running.length }]),
    gauge('kubelet_running_containers', 'Containers that run.', [{ labels: { container_state: 'running' }, value: running.reduce((sum, { containers }) => sum + containers.length, 0) }]),
    ...claimMetrics(claims, disk),
  ];
}

/** Their capacity is that of the disk, too: a directory has no limit of its own. */
export function claimMetrics(claims: readonly ClaimUsage[], { capacityBytes, availableBytes }: Pick<DiskFacts, 'capacityBytes' | 'availableBytes'>): readonly Metric[] {
  const perClaim = (name: string, help: string, value: (usedBytes: number) => number) =>
    gauge(name, help, claims.map(({ namespace, claim, usedBytes }) => ({ labels: { namespace, persistentvolumeclaim: claim }, value: value(usedBytes) })));
  return [
    perClaim('kubelet_volume_stats_used_bytes', 'What the files of a claim take on disk.', (usedBytes) => usedBytes),
    perClaim('kubelet_volume_stats_available_bytes', 'What is free on the disk on which the claim lies.', () => availableBytes),
    perClaim('kubelet_volume_stats_capacity_bytes', 'The size of that disk.', () => capacityBytes),
  ];
}

type Labels = (facts: PodFacts, container: ContainerFacts) => Readonly<Record<string, string>>;

const labelsOf: Labels = ({ pod }, { name }) => ({ container: name, ...placeOf(pod.metadata) });
const cadvisorLabels: Labels = ({ pod }, { name, image }) => ({ container: name, id: `/kubepods/pod${pod.metadata.uid}/${name}`, image, name, ...placeOf(pod.metadata) });

function placeOf({ name, namespace = '' }: { readonly name: string; readonly namespace?: string }): Readonly<Record<string, string>> {
  return { namespace, pod: name };
}

function perContainer({ pods }: NodeFacts, labels: Labels, value: (container: ContainerFacts) => number): readonly MetricSample[] {
  return pods.flatMap((pod) => pod.containers.map((container) => ({ labels: labels(pod, container), value: value(container) })));
}

function startTimes({ pods }: NodeFacts, labels: Labels): readonly MetricSample[] {
  return pods.flatMap((pod) => pod.containers.flatMap((container) => (container.startedAt === undefined ? [] : [{ labels: labels(pod, container), value: Date.parse(container.startedAt) / MS_PER_SECOND }])));
}

function cpuSeconds({ cpuMs }: ContainerFacts): number {
  return cpuMs / MS_PER_SECOND;
}

function memoryBytes(container: ContainerFacts): number {
  return container.memoryBytes;
}

function counter(name: string, help: string, samples: readonly MetricSample[]): Metric {
  return { kind: 'counter', name, help, samples };
}

function gauge(name: string, help: string, samples: readonly MetricSample[]): Metric {
  return { kind: 'gauge', name, help, samples };
}
