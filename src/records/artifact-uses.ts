// Which tasks took an artifact as an input. A task is written several times in its life and its inputs stay the same: those of a
// step that collects a long loop are thousands.
import type { Transaction } from '../sql/mod.ts';
import type { Task } from './types.ts';

const INSERT = 'INSERT INTO artifact_uses (artifact_id, task_id) VALUES (?, ?) ON CONFLICT (artifact_id, task_id) DO NOTHING';
const DELETE_OF_TASK = 'DELETE FROM artifact_uses WHERE task_id = ?';
const DELETE_OF_RUN = 'DELETE FROM artifact_uses WHERE task_id IN (SELECT task_id FROM tasks WHERE run_id = ?)';

export class ArtifactUses {
  /** The task for which these inputs are written and durable. */
  #written = new WeakMap<Task['inputs']['artifacts'], string>();

  put(transaction: Transaction, { taskId, inputs: { artifacts } }: Task): void {
    const lists = Object.values(artifacts);
    if (lists.length === 0 || this.#written.get(artifacts) === taskId) return;
    for (const artifactIds of lists) for (const artifactId of artifactIds) transaction.run(INSERT, artifactId, taskId);
    transaction.afterCommit(() => this.#written.set(artifacts, taskId));
  }

  deleteOfTask(transaction: Transaction, taskId: string): void {
    transaction.run(DELETE_OF_TASK, taskId);
    this.#forget(transaction);
  }

  /** Before the tasks themselves. */
  deleteOfRun(transaction: Transaction, runId: string): void {
    transaction.run(DELETE_OF_RUN, runId);
    this.#forget(transaction);
  }

  /** Now, for what is written after it in the same group; and once more for what of before it becomes durable with it. */
  #forget(transaction: Transaction): void {
    this.#written = new WeakMap();
    transaction.afterCommit(() => (this.#written = new WeakMap()));
  }
}
