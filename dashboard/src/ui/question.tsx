// Asks before something that can't be undone, carries it out, and says what became of it.
import { useState, type ReactNode } from 'react';
import { toast } from '../frame/toasts.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

export interface Question {
  /** `Delete “iris”?` */
  readonly title: string;
  /** What will be gone, what stays. */
  readonly text: string;
  /** On the button. */
  readonly verb: string;
  readonly act: () => Promise<unknown>;
  /** Said afterwards; undefined: `act` says it itself. */
  readonly done?: string;
  readonly onDone?: () => void;
}

/** `dialog` is to be shown somewhere. */
export function useQuestion(): { readonly ask: (question: Question) => void; readonly dialog: ReactNode } {
  const [question, setQuestion] = useState<Question>();
  if (question === undefined) return { ask: setQuestion, dialog: null };
  const close = () => setQuestion(undefined);
  const confirm = () => {
    close();
    void carryOut(question);
  };
  const actions = (
    <>
      <Button onClick={close}>Cancel</Button>
      <Button kind="danger" autoFocus onClick={confirm}>
        {question.verb}
      </Button>
    </>
  );
  return {
    ask: setQuestion,
    dialog: (
      <Dialog title={question.title} onClose={close} actions={actions}>
        <p>{question.text}</p>
      </Dialog>
    ),
  };
}

/** Says what became of it; never rejects. */
export async function carryOut({ act, done, onDone }: Pick<Question, 'act' | 'done' | 'onDone'>): Promise<void> {
  try {
    await act();
    if (done !== undefined) toast('done', done);
    onDone?.();
  } catch (error) {
    toast('failed', error instanceof Error ? error.message : String(error));
  }
}
