// Why a step is in its state, in the words of whoever knows: the engine, the node, or the step itself.
import type { Task } from '../../api/messages.ts';
import { stateOf } from '../../api/run.ts';
import { lookOf } from '../../ui/states.ts';
import { sentence } from '../../ui/sentence.ts';
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
