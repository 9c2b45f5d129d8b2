// What can be done to a recurring run, from its row and from its page.
import type { RecurringRunMessage } from '../../api/messages.ts';
import { changeRecurringRun } from '../../api/recurring-runs.ts';
import type { MenuItem } from '../../ui/menu.tsx';
import { carryOut, type Question } from '../../ui/question.tsx';

export function recurringRunActions(row: RecurringRunMessage, ask: (question: Question) => void, onDeleted?: () => void): readonly MenuItem[] {
  const { recurring_run_id: id = '', display_name: name = '' } = row;
  const remove = {
    title: 'Delete',
    isDangerous: true,
    onChoose: () =>
      ask({
        title: `Delete “${name}”?`,
        text: 'The recurring run is gone for good and makes no more runs. The runs that it made stay.',
        verb: 'Delete',
        act: () => changeRecurringRun(id, 'delete'),
        done: `Deleted: ${name}`,
        ...(onDeleted === undefined ? {} : { onDone: onDeleted }),
      }),
  };
  return [{ title: switchTitle(row), onChoose: () => switchOver(row) }, remove];
}

export function switchTitle({ status }: RecurringRunMessage): 'Enable' | 'Disable' {
  return status === 'ENABLED' ? 'Disable' : 'Enable';
}

/** Enables what is disabled, and the other way round. */
export function switchOver({ recurring_run_id: id = '', display_name: name = '', status }: RecurringRunMessage): void {
  const isEnabled = status === 'ENABLED';
  void carryOut({ act: () => changeRecurringRun(id, isEnabled ? 'disable' : 'enable'), done: `${isEnabled ? 'Disabled' : 'Enabled'}: ${name}` });
}
