// What can be done with a run in which state: one table for the menus of the list and for the page of a run.
import type { RunVerb } from '../../api/runs.ts';
import { isEnded } from '../../ui/states.ts';
import type { RunSummary } from '../../api/messages.ts';

interface RunAction {
  readonly title: string;
  /** What a toast says afterwards. */
  readonly done: string;
  /** Asked before; undefined: done at once. */
  readonly question?: string | ((runs: readonly RunSummary[]) => string);
  /** Why not, or undefined when it is possible. */
  refusal(run: RunSummary): string | undefined;
}

export const RUN_ACTIONS: Readonly<Record<RunVerb, RunAction>> = {
  terminate: {
    title: 'Terminate',
    done: 'Asked to stop',
    question: (runs) =>
      runs.every(isCanceling)
        ? 'Its exit tasks, which clean up, are stopped, too.'
        : 'Its running steps are stopped. Exit tasks run after them; terminate again to stop those, too. What steps wrote stays.',
    refusal: (run) => {
      if (isCanceling(run)) return run.state_reason === 'TerminatedAtOnce' ? 'It is being stopped already' : undefined;
      return run.state === 'PENDING' || run.state === 'RUNNING' ? undefined : 'Only a pending or running run can be terminated';
    },
  },
  retry: {
    title: 'Retry failed steps',
    done: 'Runs again',
    refusal: (run) => (run.storage_state === 'ARCHIVED' ? 'Restore it first' : run.state === 'FAILED' || run.state === 'CANCELED' ? undefined : 'Only a failed or canceled run can be retried'),
  },
  archive: {
    title: 'Archive',
    done: 'Archived',
    refusal: (run) => (run.storage_state === 'ARCHIVED' ? 'It is archived already' : undefined),
  },
  unarchive: {
    title: 'Restore',
    done: 'Restored',
    refusal: (run) => (run.storage_state === 'ARCHIVED' ? undefined : 'Only an archived run can be restored'),
  },
  delete: {
    title: 'Delete',
    done: 'Deleted',
    question: 'Its record, its steps and their logs are gone for good. Artifacts stay.',
    refusal: (run) => (isEnded(run.state) ? undefined : 'Terminate it first'),
  },
};

function isCanceling({ state }: RunSummary): boolean {
  return state === 'CANCELING';
}
