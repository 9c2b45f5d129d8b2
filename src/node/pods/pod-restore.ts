// After a restart of the server: what became of the containers that an earlier server had started. Facts come from the
// supervisor (what runs) and from exit records on disk (what ended); what neither knows, of a supervisor that is gone, is
// lost; nothing is guessed.
import type { ListedContainer } from '../supervisor/protocol.ts';
import type { ContainerState, Termination } from './container-state.ts';
import type { PodDirectory } from './pod-directory.ts';
import type { ContainerSpec } from './pod-spec.ts';

export type RestoredContainer =
  | { readonly kind: 'state'; readonly state: ContainerState }
  | { readonly kind: 'ended'; readonly restart: number; readonly startedAtMs: number; readonly exit: ListedContainer['exit'] }
  | { readonly kind: 'never-started' };

export interface RestoreFacts {
  readonly podUid: string;
  readonly container: ContainerSpec;
  readonly listed: readonly ListedContainer[];
  readonly directory: PodDirectory;
  /** The supervisor of now. */
  readonly instanceId: string;
  /** Restart count as the Pod's status has it. */
  readonly knownRestart: number;
  readonly nowMs: number;
}

/** Restarts looked back and ahead of the published count: the status may be one step behind. */
const RESTART_WINDOW = 2;

export function restoreContainer(facts: RestoreFacts): RestoredContainer {
  const prefix = `${facts.podUid}/${facts.container.name}/`;
  const newest = facts.listed
    .filter(({ id }) => id.startsWith(prefix))
    .map((listed) => ({ listed, restart: Number(listed.id.slice(prefix.length)) }))
    .toSorted((a, b) => b.restart - a.restart)[0];
  if (newest !== undefined && newest.listed.state !== 'exited') {
    const { pid, startedAtMs } = newest.listed;
    return { kind: 'state', state: { phase: 'running', restartCount: newest.restart, pid, startedAtMs } };
  }
  for (let restart = facts.knownRestart + RESTART_WINDOW; restart >= 0 && restart >= facts.knownRestart - RESTART_WINDOW; restart--) {
    const exit = facts.directory.readExit(facts.container.name, restart);
    if (exit !== undefined) return { kind: 'ended', restart, startedAtMs: exit.startedAtMs, exit };
  }
  const givenTo = facts.directory.readSupervisor();
  if (givenTo === undefined || givenTo === facts.instanceId) return { kind: 'never-started' };
  return { kind: 'state', state: { phase: 'terminated', restartCount: facts.knownRestart, termination: lost(facts.nowMs) } };
}

function lost(nowMs: number): Termination {
  return {
    exitCode: 137,
    signal: 9,
    reason: 'NodeLost',
    message: 'the supervisor of this node died while the server was down; how far the process got is not known',
    finishedAtMs: nowMs,
  };
}
