// What it means that the Pod of a step has no events. Pure.
import { propertiesOf, stateOf } from '../../api/run.ts';
import type { Task } from '../../api/messages.ts';

export function noEventsSentence(task: Task): string {
  const { started_at: startedAt, exit_code: exitCode } = propertiesOf(task);
  switch (stateOf(task)) {
    case 'FAILED':
      return startedAt === undefined
        ? 'The Pod has no events (old ones are dropped after a while): it failed before its command began. The overview says why.'
        : `The Pod has no events: it was started without trouble, and its command ended ${exitCode === undefined ? 'badly' : `with exit code ${exitCode}`}. The log has what it said before.`;
    case 'CANCELED':
    case 'CANCELING':
      return 'The Pod has no events: it was stopped because the run was terminated, not because something was wrong with it.';
    case 'RUNNING':
      return 'No events: the Pod was started without trouble, and it runs.';
    case 'SUCCEEDED':
      return 'Nothing out of the ordinary: a step that starts and ends as it should leaves no events. Old events are dropped after a while.';
    default:
      return 'None yet: events tell what troubles a Pod, for example an image that can not be had.';
  }
}
