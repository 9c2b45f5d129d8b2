// What a plan asks for. All puts of one plan are one write; Pods are created and deleted in the same turn of the loop.
import type { KubeObject } from '../../base/mod.ts';
import type { Artifact, Run, Task } from '../../records/mod.ts';

export type Action =
  | { readonly kind: 'putRun'; readonly run: Run }
  /** Comes before the puts: a task with this id may begin anew in the same plan. */
  | { readonly kind: 'deleteTask'; readonly taskId: string }
  | { readonly kind: 'putTask'; readonly task: Task }
  | { readonly kind: 'putArtifact'; readonly artifact: Artifact }
  | Effect
  /** Plan again at this time. */
  | { readonly kind: 'lookAgain'; readonly atMs: number };

/** What happens outside the records. */
export type Effect =
  | { readonly kind: 'createPod'; readonly taskId: string; readonly pod: KubeObject }
  | { readonly kind: 'deletePod'; readonly taskId: string; readonly namespace: string; readonly name: string }
  /** Asked for until its outcome is known; asking twice is safe. */
  | { readonly kind: 'createClaim'; readonly taskId: string; readonly claim: KubeObject }
  | { readonly kind: 'deleteClaim'; readonly taskId: string; readonly namespace: string; readonly name: string }
  /** Look whether the outputs of `candidate` are still there, then plan again. */
  | { readonly kind: 'checkOutputs'; readonly taskId: string; readonly candidate: Task };
