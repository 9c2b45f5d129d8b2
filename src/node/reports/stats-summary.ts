// GET stats/summary of a kubelet (k8s.io/kubelet/pkg/apis/stats/v1alpha1), as far as it is known here. Pure.
import { objectsOf, toRfc3339, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { fieldOf, textAt } from '../../api/mod.ts';
import type { ClaimUsage } from '../pods/claim-usage.ts';
import type { ContainerFacts, DiskFacts, NodeFacts, PodFacts } from './node-facts.ts';

const NANOS_PER_MS = 1e6;

/** `isOnlyCpuAndMemory`: without what lies on disks. */
export function statsSummary(facts: NodeFacts, isOnlyCpuAndMemory: boolean): JsonObject {
  const time = toRfc3339(facts.nowMs);
  const { machine, disk } = facts;
  const fs = { time, ...diskJson(disk), usedBytes: disk.capacityBytes - disk.availableBytes, inodesUsed: disk.fileCountMax - disk.freeFileCount };
  return {
    node: {
      nodeName: facts.nodeName,
      startTime: toRfc3339(machine.startedAtMs),
      cpu: cpuJson(time, machine),
      memory: { ...memoryJson(time, machine.memoryBytes), availableBytes: machine.memoryBytesMax - machine.memoryBytes },
      ...(isOnlyCpuAndMemory ? {} : { fs, runtime: { imageFs: fs } }),
    },
    pods: facts.pods.filter(({ containers }) => containers.length > 0).map((each) => podJson(facts, each, time, isOnlyCpuAndMemory)),
  };
}

function podJson(facts: NodeFacts, { pod, containers }: PodFacts, time: string, isOnlyCpuAndMemory: boolean): JsonObject {
  const { name, namespace = '', uid = '', creationTimestamp = time } = pod.metadata;
  const volume = isOnlyCpuAndMemory ? [] : volumesJson(facts, pod);
  const rates = containers.map(({ cpuNanocores }) => cpuNanocores);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const whole = { cpuMs: sum(containers.map(({ cpuMs }) => cpuMs)), cpuNanocores: rates.includes(undefined) ? undefined : sum(rates as number[]) };
  return {
    podRef: { name, namespace, uid },
    startTime: textAt(pod, creationTimestamp, 'status', 'startTime'),
    containers: containers.map((container) => containerJson(container, time)),
    cpu: cpuJson(time, whole),
    memory: memoryJson(time, sum(containers.map(({ memoryBytes }) => memoryBytes))),
    ...(volume.length === 0 ? {} : { volume }),
  };
}

function containerJson({ name, startedAt = '', memoryBytes, ...cpu }: ContainerFacts, time: string): JsonObject {
  return { name, startTime: startedAt === '' ? time : startedAt, cpu: cpuJson(time, cpu), memory: memoryJson(time, memoryBytes) };
}

function cpuJson(time: string, { cpuMs, cpuNanocores }: { readonly cpuMs: number; readonly cpuNanocores: number | undefined }): JsonObject {
  return { time, ...(cpuNanocores === undefined ? {} : { usageNanoCores: Math.round(cpuNanocores) }), usageCoreNanoSeconds: Math.round(cpuMs * NANOS_PER_MS) };
}

function memoryJson(time: string, bytes: number): JsonObject {
  return { time, usageBytes: bytes, workingSetBytes: bytes, rssBytes: bytes };
}

function diskJson({ availableBytes, capacityBytes, fileCountMax, freeFileCount }: DiskFacts): JsonObject {
  return { availableBytes, capacityBytes, inodesFree: freeFileCount, inodes: fileCountMax };
}

/** Claims that were measured; like all that lies on this disk they have no limit but its size. */
function volumesJson({ claims, disk }: NodeFacts, { metadata: { namespace = '' }, spec }: KubeObject): readonly JsonObject[] {
  return objectsOf(spec?.['volumes']).flatMap((volume) => {
    const claim = textAt(volume, '', 'persistentVolumeClaim', 'claimName');
    const usage = claim === '' ? undefined : claims.find((each: ClaimUsage) => each.namespace === namespace && each.claim === claim);
    return usage === undefined ? [] : [{ time: usage.measuredAt, ...diskJson(disk), usedBytes: usage.usedBytes, name: String(fieldOf(volume, 'name')), pvcRef: { name: claim, namespace } }];
  });
}
