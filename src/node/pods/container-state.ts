// The life of one container of a Pod as the node knows it. The list of states is the documentation:
// waiting: not started, or waiting for its next start; `reason` says for what.
// running: its process was started and has not ended.
// terminated: its process ended and the restart policy starts it no more (or not yet: see `restartAtMs` of waiting).

export interface Termination {
  /** 128 + signal number when a signal ended it. */
  readonly exitCode: number;
  readonly signal?: number;
  /** Completed, Error, OOMKilled, NodeLost, ImageNotRunnable, ContainerCannotRun, … */
  readonly reason: string;
  readonly message?: string;
  readonly startedAtMs?: number;
  readonly finishedAtMs: number;
}

export type ContainerState =
  | {
      readonly phase: 'waiting';
      readonly reason: string;
      readonly message?: string;
      readonly restartCount: number;
      /** Not before this time (CrashLoopBackOff). */
      readonly startAtMs?: number;
      readonly last?: Termination;
    }
  | { readonly phase: 'running'; readonly restartCount: number; readonly pid: number; readonly startedAtMs: number; readonly last?: Termination }
  | { readonly phase: 'terminated'; readonly restartCount: number; readonly termination: Termination; readonly last?: Termination };

export const NOT_STARTED: ContainerState = { phase: 'waiting', reason: 'ContainerCreating', restartCount: 0 };
