// Why a step is in its state, in the words of whoever knows: the engine, the node, or the step itself.
import type { Task } from '../../api/messages.ts';
import { stateOf } from '../../api/run.ts';
import { lookOf } from '../../ui/states.ts';
import styles from './step-panel.module.css';

/** Nothing when there is nothing to explain. */
export function StepReason({ task }: { readonly task: Task }) {
  const message = task.status_metadata?.message;
  if (message === undefined) return null;
  return (
    <p className={styles['reason']} data-tone={lookOf(stateOf(task)).tone}>
      {sentence(message)}
    </p>
  );
}

/** The server's sentences begin small, because they also stand after a colon. */
function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
