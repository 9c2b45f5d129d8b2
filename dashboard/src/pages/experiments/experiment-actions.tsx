// What can be done to an experiment, from its row and from its page.
import type { ExperimentMessage } from '../../api/messages.ts';
import { changeExperiment } from '../../api/experiments.ts';
import type { MenuItem } from '../../ui/menu.tsx';
import { carryOut, type Question } from '../../ui/question.tsx';

/** The server keeps the one for runs that name none. */
const DEFAULT_NAME = 'Default';

export function experimentActions(experiment: ExperimentMessage, ask: (question: Question) => void, onDeleted?: () => void): readonly MenuItem[] {
  const { experiment_id: id = '', display_name: name = '', storage_state: state } = experiment;
  const restore = { title: 'Restore', onChoose: () => void carryOut({ act: () => changeExperiment(id, 'unarchive'), done: `Restored: ${name}. Its runs stay archived` }) };
  const archive = {
    title: 'Archive',
    onChoose: () =>
      ask({ title: `Archive “${name}”?`, text: 'Its runs are archived with it. Both can be restored.', verb: 'Archive', act: () => changeExperiment(id, 'archive'), done: `Archived: ${name}` }),
  };
  const remove = {
    title: 'Delete',
    isDangerous: true,
    disabledReason: name === DEFAULT_NAME ? 'Runs that name no experiment need it' : undefined,
    onChoose: () =>
      ask({
        title: `Delete “${name}”?`,
        text: 'The experiment is gone for good. Its runs stay, without an experiment.',
        verb: 'Delete',
        act: () => changeExperiment(id, 'delete'),
        done: `Deleted: ${name}`,
        ...(onDeleted === undefined ? {} : { onDone: onDeleted }),
      }),
  };
  return [state === 'ARCHIVED' ? restore : archive, remove];
}
