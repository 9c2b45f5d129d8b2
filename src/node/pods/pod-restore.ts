// What became of containers that an earlier server, or this one on an earlier connection, had given to a supervisor. Facts
// come from the supervisor (what runs, what ended) and from exit files on disk; what a supervisor that is gone did not record
// is lost; nothing is guessed.
import { readExitRecord } from '../supervisor/exit-record.ts';
import type { ExitRecord, ListedContainer } from '../supervisor/protocol.ts';
import type { ContainerAttempt } from './pod-directory.ts';

export type RestoredContainer =
  | { readonly kind: 'running'; readonly restart: number; readonly pid: number; readonly startedAtMs: number; readonly before: ExitRecord | undefined }
  | { readonly kind: 'ended'; readonly restart: number; readonly exit: ExitRecord }
  | { readonly kind: 'lost'; readonly restart: number }
  /** Who holds it does not answer now: it may run. */
  | { readonly kind: 'unknown'; readonly restart: number }
  /** No supervisor ever began it. */
  | { readonly kind: 'never-started' };

export interface RestoreFacts {
  readonly podUid: string;
  readonly container: string;
  /** What the supervisor of now has; none of it is `starting`. */
  readonly listed: readonly ListedContainer[];
  /** The runtimes of now. */
  readonly instanceIds: readonly string[];
  /** Those of them that do not answer now. */
  readonly awayInstanceIds: readonly string[];
  /** The exit files of the Pod. */
  readonly attempts: readonly ContainerAttempt[];
  /** The Pod's status says that it has run. */
  readonly hasRun: boolean;
}

export async function restoreContainer(facts: RestoreFacts): Promise<RestoredContainer> {
  const attempts = facts.attempts.filter(({ container }) => container === facts.container).toSorted((a, b) => b.restart - a.restart);
  for (const [index, { restart, instanceId, exitFile }] of attempts.entries()) {
    const listed = facts.listed.find(({ id }) => id === `${facts.podUid}/${facts.container}/${restart}`);
    if (listed !== undefined && listed.state !== 'exited') {
      return { kind: 'running', restart, pid: listed.pid, startedAtMs: listed.startedAtMs, before: await exitOf(attempts[index + 1]) };
    }
    const exit = listed?.exit ?? (await readExitRecord(exitFile));
    if (exit !== undefined) return { kind: 'ended', restart, exit };
    if (facts.awayInstanceIds.includes(instanceId)) return { kind: 'unknown', restart };
    // A start that failed leaves its reserved file and is not listed: the attempt before it is the newest that ran.
    if (!facts.instanceIds.includes(instanceId)) return { kind: 'lost', restart };
  }
  return facts.hasRun ? { kind: 'lost', restart: 0 } : { kind: 'never-started' };
}

async function exitOf(attempt: ContainerAttempt | undefined): Promise<ExitRecord | undefined> {
  return attempt === undefined ? undefined : readExitRecord(attempt.exitFile);
}
