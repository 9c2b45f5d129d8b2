// What planning may know beyond the run's own rows. Answers come from memory at once; the same answers always lead to the
// same plan.
import type { JsonObject, KubeObject, Status } from '../../base/mod.ts';
import type { Artifact, Task } from '../../records/mod.ts';

export interface PlanSettings {
  /** Namespace of Pods of runs that have none (single-user mode). */
  readonly podNamespace: string;
  /** When set, Pods that take any node are bound to this one at once; no scheduler is asked. */
  readonly nodeName?: string | undefined;
  /**
   * Pods that a run has at the same time; its other steps wait in the engine, where waiting costs nothing. No limit when it is
   * left out: a cluster's own scheduler knows better.
   */
  readonly podsPerRunMax?: number | undefined;
  /** Tasks of one run, iterations of loops and what is in them included: all of them are kept in memory while it runs. */
  readonly tasksPerRunMax: number;
  /** Pipeline root of runs that give none, for example minio://mlpipeline/v2/artifacts. */
  readonly defaultRootUri: string;
  readonly isCacheEnabled: boolean;
  /** State in which a terminated run ends: kfp.Client waits for FAILED, newer clients also take CANCELED. */
  readonly terminatedRunState: 'FAILED' | 'CANCELED';
  /** Word for success in PipelineTaskFinalStatus: the SDK documents SUCCEEDED, older backends say COMPLETE. */
  readonly finalStatusSuccessWord: 'SUCCEEDED' | 'COMPLETE';
}

/** What became of asking for a Pod that the cache does not show (yet). Forgotten with the process: asking again is safe. */
export type PodRequest =
  | { readonly kind: 'asked'; readonly atMs: number }
  /** The API server did not take it now; it may later. */
  | { readonly kind: 'postponed'; readonly status: Status; readonly retryAtMs: number }
  /** It will never take this Pod. */
  | { readonly kind: 'refused'; readonly status: Status };

/** Forgotten with the process: asking again is safe. */
export type ClaimOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly message: string }
  /** The API server did not do it now; it may later. */
  | { readonly kind: 'postponed'; readonly message: string; readonly retryAtMs: number };

export interface EarlierEntry {
  readonly task: Task;
  readonly pipelineSpec: JsonObject;
}

export interface PlanFacts {
  readonly settings: PlanSettings;
  /** False until the cache of Pods is complete: before that, a Pod that is not there may still exist. */
  readonly arePodsKnown: boolean;
  pod(namespace: string, name: string): KubeObject | undefined;
  podRequest(namespace: string, name: string): PodRequest | undefined;
  artifact(artifactId: string): Artifact | undefined;
  artifactByUri(namespace: string, uri: string, type: string): Artifact | undefined;
  /** Entries of the cache, newest first. */
  cachedTasks(namespace: string, cacheFingerprint: string): readonly Task[];
  /** The step at this path in the newest earlier runs of the pipeline, where it has results that may be reused. */
  earlierEntries(path: string): readonly EarlierEntry[];
  /** What became of creating or deleting a claim for that task; undefined when nobody asked. */
  claimOutcome(taskId: string): ClaimOutcome | undefined;
  /** Whether the bytes of that task's outputs are still there; undefined when nobody has looked yet. */
  outputsOf(task: Task): OutputsPresence | undefined;
}

export type OutputsPresence = { readonly arePresent: true } | { readonly arePresent: false; readonly missingUri: string };
