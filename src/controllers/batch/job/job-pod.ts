// The Pods of a Job: what one is made of, and what its marks say; pure.
import { isJsonObject, type Json, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, numberAt } from '../../../api/mod.ts';
import { podFromTemplate } from '../../pod-template.ts';

/** Holds a Pod until its end was counted. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
const INDEX_MARK = 'batch.kubernetes.io/job-completion-index';
const FAILURE_COUNT_ANNOTATION = 'batch.kubernetes.io/job-index-failure-count';
const IGNORED_COUNT_ANNOTATION = 'batch.kubernetes.io/job-index-ignored-failure-count';
/** What the server keeps of a generateName. */
const GENERATED_BASE_CHARS_MAX = 58;
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

/** A Pod to make. Without an index it is one of many alike. */
export interface PodOrder {
  readonly index?: number;
  /** Failures of this index so far; only with a limit for each index. */
  readonly failures?: { readonly counted: number; readonly ignored: number };
}

export function isTracked(pod: KubeObject): boolean {
  return pod.metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;
}

/** NaN for a Pod without one. */
export function indexOf(pod: KubeObject): number {
  return Number(pod.metadata.annotations?.[INDEX_MARK] ?? Number.NaN);
}

export function failuresOf(pod: KubeObject): { readonly counted: number; readonly ignored: number } {
  const read = (annotation: string) => Number(pod.metadata.annotations?.[annotation] ?? 0) || 0;
  return { counted: read(FAILURE_COUNT_ANNOTATION), ignored: read(IGNORED_COUNT_ANNOTATION) };
}

export function isIndexed(job: KubeObject): boolean {
  return fieldOf(job, 'spec', 'completionMode') === 'Indexed';
}

/** Undefined: the first Pod that succeeds says that the work is done. */
export function completionsOf(job: KubeObject): number | undefined {
  const completions = fieldOf(job, 'spec', 'completions');
  return typeof completions === 'number' ? completions : undefined;
}

export function parallelismOf(job: KubeObject): number {
  return numberAt(job, 'spec', 'parallelism');
}

export function podOf(job: KubeObject, order: PodOrder): KubeObject {
  const pod = podFromTemplate(job, 'batch/v1', 'Job');
  const finalizers = [...(pod.metadata.finalizers ?? []), TRACKING_FINALIZER];
  if (order.index === undefined) return { ...pod, metadata: { ...pod.metadata, name: '', generateName: `${job.metadata.name}-`, finalizers } };
  const mark = { [INDEX_MARK]: String(order.index) };
  const counts = order.failures === undefined ? {} : failureMarks(order.failures);
  const metadata = {
    ...pod.metadata,
    name: '',
    generateName: withIndex(job.metadata.name, order.index),
    finalizers,
    labels: { ...pod.metadata.labels, ...mark },
    annotations: { ...pod.metadata.annotations, ...mark, ...counts },
  };
  const spec = { ...pod.spec, hostname: `${job.metadata.name}-${order.index}`, ...withIndexVariable(pod.spec, 'containers'), ...withIndexVariable(pod.spec, 'initContainers') };
  return { ...pod, metadata, spec };
}

/** Cut here: where generated names are cut the index would be lost. */
function withIndex(name: string, index: number): string {
  const suffix = `-${index}-`;
  return name.slice(0, GENERATED_BASE_CHARS_MAX - suffix.length) + suffix;
}

function failureMarks({ counted, ignored }: NonNullable<PodOrder['failures']>): Readonly<Record<string, string>> {
  return { [FAILURE_COUNT_ANNOTATION]: String(counted), ...(ignored === 0 ? {} : { [IGNORED_COUNT_ANNOTATION]: String(ignored) }) };
}

function withIndexVariable(spec: JsonObject | undefined, list: string): JsonObject {
  const containers = itemsAt(spec, list);
  if (containers.length === 0) return {};
  const variable = { name: INDEX_VARIABLE, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX_MARK}']` } } };
  const extend = (container: Json): Json => {
    const env = itemsAt(container, 'env');
    if (!isJsonObject(container) || env.some((entry) => fieldOf(entry, 'name') === INDEX_VARIABLE)) return container;
    return { ...container, env: [...env, variable] };
  };
  return { [list]: containers.map(extend) };
}
