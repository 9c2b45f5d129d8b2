// The two documents by which a pipeline step crosses from engine to node and back. What a step needs is all in its Pod
// (annotation `slipway.dev/step`); what it yields comes back through the step-result door. See DESIGN of the Pod as the
// only unit of execution (docs/ARCHITECTURE.md).
import type { JsonObject } from '../../base/mod.ts';

/** Annotation that carries a StepDocument as JSON. */
export const STEP_ANNOTATION = 'slipway.dev/step';
/** Labels on every step's Pod. */
export const RUN_ID_LABEL = 'pipelines.slipway.dev/run-id';
export const TASK_ID_LABEL = 'pipelines.slipway.dev/task-id';
/** The ServiceAccount of steps whose run names none, called as in Kubeflow Pipelines. */
export const PIPELINE_ACCOUNT = 'pipeline-runner';
/** Name of the container that runs the step. */
export const STEP_CONTAINER = 'main';

export interface StepArtifact {
  /** Output or input key of the component. */
  readonly key: string;
  readonly uri: string;
  /** Absolute path inside the container, when it is not the one that the URI maps to. */
  readonly path?: string | undefined;
}

export interface StepOutputParameter {
  readonly name: string;
  /** Absolute path inside the container, for example /tmp/kfp/outputs/accuracy. */
  readonly path: string;
}

export interface StepDocument {
  readonly version: 1;
  readonly runId: string;
  readonly taskId: string;
  /** 0 for the first try. */
  readonly attempt: number;
  /**
   * Puts all tries of the task in order, member by member: retries of the run, attempts of the groups around the task from the outside
   * in, its own attempt. Absent in documents of older versions.
   */
  readonly tries?: readonly number[];
  /** Artifacts to show read-only at the path that their URI maps to. */
  readonly inputArtifacts: readonly StepArtifact[];
  /** URI of the directory that is made before the step, writable at its mapped path, and sealed after it. All output
   *  artifact URIs and the executor output file lie below it. */
  readonly taskRootUri: string;
  readonly outputArtifacts: readonly StepArtifact[];
  readonly outputParameters: readonly StepOutputParameter[];
  /** Absolute path inside the container of executor_output.json. */
  readonly executorOutputPath: string;
}

export interface StepResult {
  readonly runId: string;
  readonly taskId: string;
  readonly attempt: number;
  /** Those of the document. */
  readonly tries?: readonly number[];
  readonly podUid: string;
  readonly outcome: 'Succeeded' | 'Failed';
  /** 128 + signal number when a signal ended it; undefined when the step never started. */
  readonly exitCode?: number;
  /** For Failed: a CamelCase word (Error, OOMKilled, ImageNotRunnable, NodeLost, DeadlineExceeded, …) and a sentence. */
  readonly reason?: string;
  readonly message?: string;
  /** For Failed: input artifacts of which this installation has no bytes. */
  readonly missingInputs?: readonly StepArtifact[];
  readonly startedAtMs?: number;
  readonly finishedAtMs: number;
  /** Parsed executor output file, when the step wrote one that is a JSON object. */
  readonly executorOutput?: JsonObject;
  /** Raw text of each output parameter file that exists (at most 1 MiB each), by parameter name. */
  readonly parameterTexts: Readonly<Record<string, string>>;
  /** Sealed output artifacts by key; `exists` is false when the step wrote nothing there. */
  readonly artifacts: Readonly<Record<string, { readonly exists: boolean; readonly sizeBytes: number }>>;
}

/** The step-result door. */
export interface StepResultSink {
  /**
   * Resolves when the result is durable. Idempotent by (taskId, attempt): `stale` when that attempt is not awaited.
   * Rejects when nothing was recorded (the disk is full; `ResultEarly`: the run has to catch up): report it again.
   */
  report(result: StepResult): Promise<'recorded' | 'duplicate' | 'stale'>;
}

/** Directory inside the container under which artifacts of a URI scheme appear (kfp.dsl.types.artifact_types). */
const MOUNT_BY_SCHEME: Readonly<Record<string, string>> = { gs: '/gcs', s3: '/s3', minio: '/minio' };

/** Path inside the container of an artifact URI; undefined for schemes that have no path. Plain absolute paths stay. */
export function containerPathOf(uri: string): string | undefined {
  if (uri.startsWith('/')) return uri;
  const separator = uri.indexOf('://');
  if (separator < 0) return undefined;
  const scheme = uri.slice(0, separator);
  const rest = uri.slice(separator + 3);
  if (scheme === 'oci') return `/oci/${rest.replaceAll('/', '_')}`;
  const mount = MOUNT_BY_SCHEME[scheme];
  return mount === undefined ? undefined : `${mount}/${rest}`;
}

/** Key of the output artifact that is a step's log, as upstream's launcher names it. */
export const LOG_ARTIFACT_KEY = 'executor-logs';
/** Metadata of such an artifact: uid of the Pod whose log it is. */
export const LOG_POD_METADATA = 'pod_uid';

/** An artifact that a step declares under this key has no number behind it. */
export function isLogArtifact({ producerKey, uri }: { readonly producerKey?: string; readonly uri: string }): boolean {
  return producerKey === LOG_ARTIFACT_KEY && LOG_URI.test(uri);
}

const LOG_URI = new RegExp(`/${LOG_ARTIFACT_KEY}-\\d+$`);
