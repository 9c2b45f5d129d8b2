// A run as the progress displays show it. Independent of the wire: `follow.ts` builds it from what the server sends.
import type { RunState, TaskState } from '../../records/mod.ts';

export interface StepView {
  readonly id: string;
  /** Name with the groups around it, for example `for-loop-1 [3] › train`. */
  readonly name: string;
  /** Where it stands in the pipeline, for example `for-loop-1[3].train`: no other step of the run stands there. */
  readonly place: string;
  readonly state: TaskState;
  /** A sentence for every state that is not progress; '' when there is nothing to say. */
  readonly message: string;
  /** 0 for the first try. */
  readonly attempt: number;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  /** Newest line of its log; '' before the first. */
  readonly lastLine: string;
}

export interface RunView {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly message: string;
  readonly createdAtMs: number;
  readonly finishedAtMs?: number;
  /** In the order in which they came into being. */
  readonly steps: readonly StepView[];
}

/** State in words, as sentences use it. */
export function wordFor(state: TaskState | RunState): string {
  return state.toLowerCase();
}
