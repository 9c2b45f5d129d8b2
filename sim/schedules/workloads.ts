// What users run for good in a schedule: Deployments, StatefulSets and DaemonSets, which they scale, roll and delete while things go
// wrong. `notAtRest` says what of one has not come about yet, `isOf` which Pods are its own.
import { DAEMON_SETS, DEPLOYMENTS, STATEFUL_SETS } from '../../src/api/mod.ts';
import type { JsonObject, KubeObject, ResourceType } from '../../src/base/mod.ts';
import type { Faults } from './faults.ts';

export const WORKLOAD_TYPES = { Deployment: DEPLOYMENTS, StatefulSet: STATEFUL_SETS, DaemonSet: DAEMON_SETS } as const satisfies Readonly<Record<string, ResourceType>>;
export type WorkloadKind = keyof typeof WORKLOAD_TYPES;

export interface WorkloadStory {
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly atMs: number;
  readonly spec: JsonObject;
  readonly changes: readonly WorkloadChange[];
}

/** A merge patch, or its deletion, so long after it was created. */
export type WorkloadChange = { readonly afterMs: number } & ({ readonly kind: 'patch'; readonly spec: JsonObject } | { readonly kind: 'delete'; readonly propagationPolicy: 'Background' | 'Foreground' });

const KINDS = Object.keys(WORKLOAD_TYPES) as WorkloadKind[];
const WORKLOADS_MAX = 2;
const REPLICAS_MAX = 4;
const CHANGES_MAX = 3;
const CHANGE_MS_MAX = 10_000;
const DELETED_SHARE = 0.2;
const VERSION_LABEL = 'version';

export function tellWorkloads(faults: Faults, faultsMs: number): readonly WorkloadStory[] {
  return Array.from({ length: faults.below(WORKLOADS_MAX + 1) }, (_, number): WorkloadStory => {
    const kind = KINDS[faults.below(KINDS.length)]!;
    const name = `workload-${number}`;
    const versions = Array.from({ length: faults.below(CHANGES_MAX + 1) }, (_unused, version) => changeOf(faults, kind, version + 1));
    const deletion: WorkloadChange = { afterMs: CHANGE_MS_MAX + faults.below(CHANGE_MS_MAX), kind: 'delete', propagationPolicy: faults.random() < 0.5 ? 'Background' : 'Foreground' };
    const changes = faults.random() < DELETED_SHARE ? [...versions, deletion] : versions;
    return { kind, name, atMs: faults.below(faultsMs), spec: specOf(faults, kind, name), changes };
  });
}

function specOf(faults: Faults, kind: WorkloadKind, name: string): JsonObject {
  const labels = { app: name };
  const template = { metadata: { labels: { ...labels, [VERSION_LABEL]: 'v0' } }, spec: { containers: [{ name: 'main', image: 'any' }] } };
  const common = { selector: { matchLabels: labels }, template };
  if (kind === 'DaemonSet') return common;
  const replicas = 1 + faults.below(REPLICAS_MAX);
  const isAtOnce = faults.random() < 0.3;
  if (kind === 'StatefulSet') return { ...common, replicas, serviceName: name, podManagementPolicy: isAtOnce ? 'Parallel' : 'OrderedReady' };
  return { ...common, replicas, strategy: { type: isAtOnce ? 'Recreate' : 'RollingUpdate' } };
}

function changeOf(faults: Faults, kind: WorkloadKind, version: number): WorkloadChange {
  const afterMs = faults.below(CHANGE_MS_MAX);
  const isScale = kind !== 'DaemonSet' && faults.random() < 0.5;
  if (isScale) return { afterMs, kind: 'patch', spec: { replicas: faults.below(REPLICAS_MAX + 1) } };
  return { afterMs, kind: 'patch', spec: { template: { metadata: { labels: { [VERSION_LABEL]: `v${version}` } } } } };
}

/** What its status does not say yet of what its spec wants; undefined when all is done. */
export function notAtRest({ kind, metadata, spec, status = {} }: KubeObject): string | undefined {
  const count = (field: string) => Number(status[field] ?? 0);
  const wanted = Number(spec?.['replicas'] ?? 1);
  const fields: Readonly<Record<string, readonly string[]>> = {
    Deployment: ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas'],
    StatefulSet: ['replicas', 'readyReplicas', 'availableReplicas'],
    DaemonSet: ['desiredNumberScheduled', 'currentNumberScheduled', 'updatedNumberScheduled', 'numberReady', 'numberAvailable'],
  };
  const isDone =
    metadata.deletionTimestamp === undefined &&
    status['observedGeneration'] === metadata.generation &&
    fields[kind]!.every((field) => count(field) === wanted) &&
    (kind !== 'StatefulSet' || status['currentRevision'] === status['updateRevision']);
  return isDone ? undefined : `${kind} ${metadata.name} wants ${wanted} of generation ${metadata.generation} ${metadata.deletionTimestamp ?? ''} and says ${JSON.stringify(status)}`;
}

/** Whether the Pod is of the workload's last template, by its labels. */
export function isOf(workload: KubeObject, { metadata: { labels = {} } }: KubeObject): boolean {
  const template = (workload.spec as { readonly template: KubeObject }).template.metadata.labels!;
  return Object.entries(template).every(([name, value]) => labels[name] === value);
}

/** Names of the Pods that it may have at rest; undefined when any will do. */
export function podNamesOf({ kind, metadata: { name }, spec }: KubeObject): readonly string[] | undefined {
  return kind === 'StatefulSet' ? Array.from({ length: Number(spec?.['replicas']) }, (_, ordinal) => `${name}-${ordinal}`) : undefined;
}
