// The way of a running container to its end: its preStop hook, its turn, SIGTERM, and SIGKILL when its grace is over; pure.
// Times are those of the steady clock.

export interface ContainerStop {
  readonly restart: number;
  readonly sinceMs: number;
  readonly graceMs: number;
  /** over: also when it has none. */
  readonly hook: 'due' | 'running' | 'over';
  /** When SIGTERM was sent. */
  readonly termAtMs?: number;
}

export type StopAction = { readonly kind: 'run-hook' | 'term' | 'kill' } | { readonly kind: 'look-again'; readonly atMs: number };

/** What a container has at least between SIGTERM and SIGKILL when its hook, or those before it, took the whole grace. */
const GRACE_MS_MIN = 2_000;

/** `isTurn`: nobody has to end before it. */
export function planContainerStop(stop: ContainerStop, isTurn: boolean, nowMs: number): readonly StopAction[] {
  if (stop.graceMs === 0) return [{ kind: 'kill' }];
  const graceEndMs = stop.sinceMs + stop.graceMs;
  const lookAgain = (atMs: number): StopAction => ({ kind: 'look-again', atMs });
  if (stop.hook === 'due') return [{ kind: 'run-hook' }, lookAgain(graceEndMs)];
  if (stop.termAtMs === undefined) {
    const isDue = (stop.hook === 'over' && isTurn) || nowMs >= graceEndMs;
    return isDue ? [{ kind: 'term' }, lookAgain(killAtMs(stop, nowMs))] : [lookAgain(graceEndMs)];
  }
  const atMs = killAtMs(stop, stop.termAtMs);
  return nowMs >= atMs ? [{ kind: 'kill' }] : [lookAgain(atMs)];
}

function killAtMs({ sinceMs, graceMs }: ContainerStop, termAtMs: number): number {
  const graceEndMs = sinceMs + graceMs;
  return termAtMs <= sinceMs ? graceEndMs : Math.max(graceEndMs, termAtMs + Math.min(GRACE_MS_MIN, graceMs));
}
