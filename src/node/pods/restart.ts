// What an ended container becomes: started again after a delay, or terminated for good; pure.
import type { Clock } from '../../base/mod.ts';
import { attemptOf, type ContainerState, type Termination } from './container-state.ts';
import type { ContainerSpec, RestartPolicy, Restarts } from './pod-spec.ts';

/** The kubelet's back-off: the first restart at once, then 10 s, doubled, at most 300 s. */
const RESTART_DELAY_MS_MIN = 10_000;
const RESTART_DELAY_MS_MAX = 300_000;
/** A run of ten minutes resets the back-off. */
const QUICK_END_MS_MAX = 600_000;
const DOUBLING_COUNT_MAX = 10;

export const NEVER: Restarts = { policy: 'Never', rules: [] };

export interface EndedContainer {
  readonly state: ContainerState;
  readonly termination: Termination;
  readonly restarts: Restarts;
  /** Only sidecars among the init containers start again after they succeeded. */
  readonly isInit: boolean;
  /** It was ended for another image, or other resources, than it had: it starts again at once, whatever its policy says. */
  readonly isOutdated: boolean;
  /** The container and its Pod in the kubelet's words, `container=C pod=NAME_NAMESPACE(UID)`. */
  readonly named: string;
  readonly clock: Pick<Clock, 'now' | 'steadyMs'>;
}

export function afterTermination({ state, termination, restarts, isInit, isOutdated, named, clock }: EndedContainer): ContainerState {
  if (!isOutdated && !startsAgain(restarts, isInit, termination.exitCode)) return { phase: 'terminated', termination, ...attemptOf(state) };
  const ranMs = termination.finishedAtMs - (termination.startedAtMs ?? termination.finishedAtMs);
  const quickEndCount = isOutdated || ranMs >= QUICK_END_MS_MAX ? 0 : state.quickEndCount;
  const next = { phase: 'waiting', restartCount: state.restartCount + 1, quickEndCount: quickEndCount + 1, last: termination } as const;
  const delayMs = restartDelayMs(quickEndCount);
  if (delayMs === 0) return { ...next, reason: 'ContainerCreating' };
  return {
    ...next,
    reason: 'CrashLoopBackOff',
    message: `back-off ${durationText(delayMs)} restarting failed ${named}`,
    // It may have ended long ago, before a restart of the server; a clock that was set since makes no delay longer.
    startAtMs: clock.steadyMs() + Math.min(Math.max(0, termination.finishedAtMs + delayMs - clock.now()), delayMs),
  };
}

/** The word by which this container of the Pod starts again: its own, else that of the Pod. */
export function restartsOf({ restarts }: ContainerSpec, ofPod: RestartPolicy): Restarts {
  return restarts ?? { policy: ofPod, rules: [] };
}

/** Whether it does so after some end. */
export function mayStartAgain({ policy, rules }: Restarts): boolean {
  return policy !== 'Never' || rules.length > 0;
}

function restartDelayMs(quickEndCount: number): number {
  if (quickEndCount === 0) return 0;
  return Math.min(RESTART_DELAY_MS_MIN * 2 ** Math.min(quickEndCount - 1, DOUBLING_COUNT_MAX), RESTART_DELAY_MS_MAX);
}

/** As Go writes it: 10s, 1m20s. */
function durationText(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

function startsAgain({ policy, rules }: Restarts, isInit: boolean, exitCode: number): boolean {
  if (isInit && exitCode === 0) return false;
  if (rules.some(({ isAmong, exitCodes }) => exitCodes.includes(exitCode) === isAmong)) return true;
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}
