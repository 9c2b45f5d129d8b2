// What a Pod asks of a node; pure. Read once per version of an object.
import { oncePer, type Json, type KubeObject } from '../../../base/mod.ts';
import { namesClaims } from './pod-claims.ts';
import { fieldOf, hasEnded, itemsAt, labelsOf, numberAt, podAmounts, STEP_ANNOTATION, textAt } from '../../../api/mod.ts';

/** By resource, in thousandths of its unit (cores, bytes, pieces): whole numbers, so that sums are exact. */
export type Milli = ReadonlyMap<string, number>;

export interface HostPort {
  readonly port: number;
  readonly protocol: string;
  /** '' for all addresses. */
  readonly ip: string;
}

export interface PodDemand {
  readonly pod: KubeObject;
  readonly uid: string;
  /** `namespace/name`, for sentences. */
  readonly name: string;
  readonly priority: number;
  readonly createdMs: number;
  readonly amounts: Milli;
  readonly ports: readonly HostPort[];
  /** Key of its PodGroup. */
  readonly gang: string | undefined;
  /** Equal for Pods that fit on the same nodes; '' when others' Pods decide that, too. */
  readonly likeness: string;
  /** What does not count as asked for, in sentences for events. */
  readonly notes: readonly { readonly reason: string; readonly message: string }[];
}

/** Upstream's two marks of a Pod that starts with others: of the coscheduling plug-in, and of Volcano. */
export const GANG_LABEL = 'scheduling.x-k8s.io/pod-group';
export const GANG_ANNOTATION = 'scheduling.k8s.io/group-name';

const LIMIT_RANGER_ANNOTATION = 'kubernetes.io/limit-ranger';
const NANOS_PER_MILLI = 1_000_000n;

export const demandOf = oncePer(readDemand);

export function isBound(pod: KubeObject): boolean {
  return textAt(pod, '', 'spec', 'nodeName') !== '';
}

/**
 * Whether it holds what it asks for. A pipeline step that asks for nothing was never judged, and takes a place only while it runs: until
 * then it waits for a slot on its node. What a LimitRange gave it counts from then on, too.
 */
export function isHolding(pod: KubeObject): boolean {
  if (hasEnded(pod)) return false;
  return textAt(pod, 'Pending', 'status', 'phase') === 'Running' || !isStep(pod) || asksItself(pod);
}

export function isStep({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[STEP_ANNOTATION] !== undefined;
}

function asksItself(pod: KubeObject): boolean {
  const given = givenTo(pod);
  return [...demandOf(pod).amounts].some(([resource, amount]) => resource !== 'pods' && amount > 0 && !given.has(resource));
}

/** Resources that LimitRanges made it ask for, by upstream's note of it: `… set: cpu, memory request for container main; cpu limit for …`. */
function givenTo({ metadata }: KubeObject): ReadonlySet<string> {
  const note = metadata.annotations?.[LIMIT_RANGER_ANNOTATION] ?? '';
  return new Set([...note.matchAll(/(?:set: |; )([^;]+?) request for /g)].flatMap(([, names = '']) => names.split(', ')));
}

function readDemand(pod: KubeObject): PodDemand {
  const { metadata, spec } = pod;
  const amounts = new Map([...podAmounts(spec, 'requests')].map(([name, { nanos }]) => [name, toMilli(nanos)]));
  amounts.set('pods', 1000);
  const sidecars = itemsAt(spec, 'initContainers').filter((container) => fieldOf(container, 'restartPolicy') === 'Always');
  const ports = [...itemsAt(spec, 'containers'), ...sidecars].flatMap(hostPortsOf);
  const priority = numberAt(spec, 'priority');
  const podAffinities = [fieldOf(spec, 'affinity', 'podAffinity'), fieldOf(spec, 'affinity', 'podAntiAffinity')];
  const isSpread = itemsAt(spec, 'topologySpreadConstraints').length > 0;
  const alike = [...amounts, ports, priority, fieldOf(spec, 'preemptionPolicy'), fieldOf(spec, 'nodeSelector'), fieldOf(spec, 'affinity', 'nodeAffinity'), fieldOf(spec, 'tolerations')];
  return {
    pod,
    uid: metadata.uid ?? '',
    name: `${metadata.namespace ?? ''}/${metadata.name}`,
    priority,
    createdMs: Date.parse(metadata.creationTimestamp ?? '') || 0,
    amounts,
    ports,
    gang: gangOf(pod),
    notes: [],
    likeness: podAffinities.some((affinity) => affinity !== undefined) || namesClaims(pod) || isSpread ? '' : JSON.stringify(alike.map((part) => part ?? null)),
  };
}

/** Key of the group that a Pod names. */
export function gangOf({ metadata: { namespace = '', labels, annotations } }: KubeObject): string | undefined {
  const group = labels?.[GANG_LABEL] ?? annotations?.[GANG_ANNOTATION] ?? '';
  return group === '' ? undefined : `${namespace}/${group}`;
}

function hostPortsOf(container: Json): readonly HostPort[] {
  return itemsAt(container, 'ports')
    .filter((port) => numberAt(port, 'hostPort') > 0)
    .map((port) => ({ port: numberAt(port, 'hostPort'), protocol: textAt(port, 'TCP', 'protocol'), ip: textAt(port, '', 'hostIP') }));
}

function toMilli(nanos: bigint): number {
  return Number((nanos + NANOS_PER_MILLI - 1n) / NANOS_PER_MILLI);
}

/** What a node offers. */
export function offersOf(node: KubeObject): Milli {
  const allocatable = labelsOf(fieldOf(node, 'status', 'allocatable'));
  const amounts = podAmounts({ containers: [{ resources: { requests: allocatable } }] }, 'requests');
  return new Map([...amounts].map(([name, { nanos }]) => [name, toMilli(nanos)]));
}
