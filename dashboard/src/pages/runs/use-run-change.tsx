// Carries out an action on runs: asks before what can't be undone, says afterwards what was done.
import { useCallback, useEffect, useRef, type ReactNode } from 'react';
import type { RunSummary } from '../../api/messages.ts';
import { changeRun, type RunVerb } from '../../api/runs.ts';
import { toast } from '../../frame/toasts.tsx';
import { useQuestion } from '../../ui/question.tsx';
import { RUN_ACTIONS } from './run-actions.ts';

export interface RunChange {
  /** Runs in a state that does not allow it are left out. */
  readonly ask: (verb: RunVerb, runs: readonly RunSummary[]) => void;
  /** To be shown somewhere: the question, while it is asked. */
  readonly dialog: ReactNode;
}

export function useRunChange(onDone: (verb: RunVerb) => void = () => undefined): RunChange {
  const { ask: askFirst, dialog } = useQuestion();
  const latestOnDone = useRef(onDone);
  useEffect(() => {
    latestOnDone.current = onDone;
  });
  // The same function always: the columns of a long table are made with it.
  const ask = useCallback(
    (verb: RunVerb, runs: readonly RunSummary[]) => {
      const possible = runs.filter((run) => RUN_ACTIONS[verb].refusal(run) === undefined);
      if (possible.length === 0) return;
      const { title, question } = RUN_ACTIONS[verb];
      const act = async () => {
        if (await changeRuns(verb, possible)) latestOnDone.current(verb);
      };
      const text = typeof question === 'function' ? question(possible) : question;
      if (text === undefined) void act();
      else askFirst({ title: `${title} ${possible.length === 1 ? `“${possible[0]?.display_name}”` : `${possible.length} runs`}?`, text, verb: title, act });
    },
    [askFirst],
  );
  return { ask, dialog };
}

/** True when at least one was changed; says what was done and what could not be. Never rejects. */
async function changeRuns(verb: RunVerb, runs: readonly RunSummary[]): Promise<boolean> {
  const results = await Promise.allSettled(runs.map((run) => changeRun(run.run_id ?? '', verb)));
  for (const [index, result] of results.entries()) {
    if (result.status === 'rejected') toast('failed', `${runs[index]?.display_name}: ${(result.reason as Error).message}`);
  }
  const doneCount = results.filter(({ status }) => status === 'fulfilled').length;
  if (doneCount > 0) toast('done', `${RUN_ACTIONS[verb].done}: ${runs.length === 1 ? runs[0]?.display_name : `${doneCount} runs`}`);
  return doneCount > 0;
}
