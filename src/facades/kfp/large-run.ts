// A run with many tasks as the REST API writes it, made in turns: a client that polls it must not hold up all others.
import type { Query, Records, Run } from '../../records/mod.ts';
import { omitDefaults } from './defaults.ts';
import { runMessage, taskDetail } from './run-message.ts';

/** Tasks that are read and written in one turn of the loop, some hundredths of a millisecond each. */
const TASKS_PER_TURN = 50;

/** The text of the body; undefined when the run has so few tasks that one turn does. */
export async function largeRunText(records: Pick<Records, 'tasks'>, run: Run): Promise<string | undefined> {
  const query: Query = { runId: run.runId, limit: TASKS_PER_TURN };
  let page = records.tasks(query);
  if (page.next === undefined) return undefined;
  const details: { readonly taskId: string; readonly text: string }[] = [];
  const childrenOf = new Map<string, { readonly task_id: string }[]>();
  for (;;) {
    for (const task of page.rows) {
      details.push({ taskId: task.taskId, text: JSON.stringify(taskDetail(task, [])) });
      if (task.parentTaskId === undefined) continue;
      const siblings = childrenOf.get(task.parentTaskId);
      if (siblings === undefined) childrenOf.set(task.parentTaskId, [{ task_id: task.taskId }]);
      else siblings.push({ task_id: task.taskId });
    }
    if (page.next === undefined) break;
    await new Promise((resolve) => setImmediate(resolve));
    page = records.tasks({ ...query, after: page.next });
  }
  const texts = details.map(({ taskId, text }) => {
    const children = childrenOf.get(taskId);
    return children === undefined ? text : withMember(text, 'child_tasks', JSON.stringify(children));
  });
  const counted = JSON.stringify({ ...runMessage(run), ...omitDefaults({ task_count: texts.length }) });
  return withMember(counted, 'run_details', `{"task_details":[${texts.join(',')}]}`);
}

/** `object` is the text of a JSON object with members. */
function withMember(object: string, name: string, value: string): string {
  return `${object.slice(0, -1)},"${name}":${value}}`;
}
