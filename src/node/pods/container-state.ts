// The life of one container of a Pod as the node knows it. The list of states is the documentation:
// waiting: not started, or waiting for its next start; `reason` says for what, `startAtMs` until when.
// running: its process was started and has not ended.
// terminated: its process ended and the restart policy starts it no more.
import type { JsonObject } from '../../base/mod.ts';

export interface Termination {
  /** 128 + signal number when a signal ended it. */
  readonly exitCode: number;
  readonly signal?: number;
  /** Completed, Error, StartError, NodeLost, ImageNotRunnable, … */
  readonly reason: string;
  readonly message?: string;
  /** Undefined when it never started. */
  readonly startedAtMs?: number;
  readonly finishedAtMs: number;
}

interface Attempted {
  /** Number of this attempt, or of the next one when waiting; 0 is the first. */
  readonly restartCount: number;
  /** How often in a row it ended soon: the exponent of the back-off. */
  readonly quickEndCount: number;
  /** How the attempt before this one ended. */
  readonly last?: Termination;
}

export interface WaitingContainer extends Attempted {
  readonly phase: 'waiting';
  readonly reason: string;
  readonly message?: string;
  /** Not before this time of the steady clock (CrashLoopBackOff, a ConfigMap that is missing). */
  readonly startAtMs?: number;
}

export interface RunningContainer extends Attempted {
  readonly phase: 'running';
  readonly pid: number;
  readonly startedAtMs: number;
  /** What it was started with; undefined when nobody remembers. */
  readonly image?: string;
  /** What it has been given of the node, which may be less than it asks for by now; the same. */
  readonly resources?: JsonObject;
}

export interface TerminatedContainer extends Attempted {
  readonly phase: 'terminated';
  readonly termination: Termination;
}

export type ContainerState = WaitingContainer | RunningContainer | TerminatedContainer;

export const NOT_STARTED: WaitingContainer = { phase: 'waiting', reason: 'ContainerCreating', restartCount: 0, quickEndCount: 0 };

/** What every next state of a container takes over from the one before. */
export function attemptOf({ restartCount, quickEndCount, last }: ContainerState): Attempted {
  return { restartCount, quickEndCount, ...(last === undefined ? {} : { last }) };
}
