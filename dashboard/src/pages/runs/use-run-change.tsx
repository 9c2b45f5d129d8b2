// Carries out an action on runs: asks before what can't be undone, says afterwards what was done.
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import type { RunSummary } from '../../api/messages.ts';
import { changeRun, type RunVerb } from '../../api/runs.ts';
import { toast } from '../../frame/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { RUN_ACTIONS } from './run-actions.ts';

interface Pending {
  readonly verb: RunVerb;
  readonly runs: readonly RunSummary[];
  readonly question: string;
}

export interface RunChange {
  /** Runs in a state that does not allow it are left out. */
  readonly ask: (verb: RunVerb, runs: readonly RunSummary[]) => void;
  /** To be shown somewhere: the question, while it is asked. */
  readonly dialog: ReactNode;
}

export function useRunChange(onDone: (verb: RunVerb) => void = () => undefined): RunChange {
  const [pending, setPending] = useState<Pending>();
  const latestOnDone = useRef(onDone);
  useEffect(() => {
    latestOnDone.current = onDone;
  });
  const carryOut = useCallback(async (verb: RunVerb, runs: readonly RunSummary[]) => {
    setPending(undefined);
    const results = await Promise.allSettled(runs.map((run) => changeRun(run.run_id ?? '', verb)));
    for (const [index, result] of results.entries()) {
      if (result.status === 'rejected') toast('failed', `${runs[index]?.display_name}: ${(result.reason as Error).message}`);
    }
    const doneCount = results.filter(({ status }) => status === 'fulfilled').length;
    if (doneCount === 0) return;
    toast('done', `${RUN_ACTIONS[verb].done}: ${doneCount === 1 && runs.length === 1 ? runs[0]?.display_name : `${doneCount} runs`}`);
    latestOnDone.current(verb);
  }, []);
  // The same function always: the columns of a long table are made with it.
  const ask = useCallback((verb: RunVerb, runs: readonly RunSummary[]) => {
    const possible = runs.filter((run) => RUN_ACTIONS[verb].refusal(run) === undefined);
    const { question } = RUN_ACTIONS[verb];
    if (possible.length === 0) return;
    if (question === undefined) void carryOut(verb, possible);
    else setPending({ verb, runs: possible, question });
  }, [carryOut]);
  return { ask, dialog: pending === undefined ? null : <Question pending={pending} onCancel={() => setPending(undefined)} onConfirm={carryOut} /> };
}

interface QuestionProps {
  readonly pending: Pending;
  readonly onCancel: () => void;
  readonly onConfirm: (verb: RunVerb, runs: readonly RunSummary[]) => Promise<void>;
}

function Question({ pending: { verb, runs, question }, onCancel, onConfirm }: QuestionProps) {
  const { title } = RUN_ACTIONS[verb];
  const what = runs.length === 1 ? `“${runs[0]?.display_name}”` : `${runs.length} runs`;
  return (
    <Dialog
      title={`${title} ${what}?`}
      onClose={onCancel}
      actions={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <Button kind="danger" autoFocus onClick={() => void onConfirm(verb, runs)}>
            {title}
          </Button>
        </>
      }
    >
      <p>{question}</p>
    </Dialog>
  );
}
