import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../base/mod.ts';
import { openRecords, type Run, type Task } from '../../records/mod.ts';
import { openDatabase } from '../../sql/mod.ts';
import { aTask } from '../../records/testing/rows.ts';
import { largeRunText } from './large-run.ts';
import { runWithDetailsMessage } from './run-message.ts';

const RUN: Run = {
  runId: 'r',
  namespace: '',
  creator: 'user',
  createdAtMs: 1,
  experimentId: 'e',
  displayName: 'wide',
  description: '',
  storageState: 'AVAILABLE',
  pipelineSpec: { root: {} },
  pipelineName: 'wide',
  parameters: {},
  pipelineRoot: '',
  serviceAccount: '',
  state: 'RUNNING',
  reason: '',
  message: '',
  stateHistory: [],
  scheduledAtMs: 1,
  retryCount: 0,
};

function tasksOf(count: number): readonly Task[] {
  const root = aTask({ taskId: 'root', runId: 'r', type: 'ROOT', createdAtMs: 1 });
  const steps = Array.from({ length: count - 1 }, (_, index) =>
    aTask({ taskId: `step ${index}`, runId: 'r', parentTaskId: 'root', createdAtMs: 2 + index, message: index % 2 === 0 ? '' : '"quoted"' }),
  );
  return [root, ...steps];
}

for (const { count, isLarge } of [
  { count: 50, isLarge: false },
  { count: 51, isLarge: true },
  { count: 350, isLarge: true },
]) {
  test(`a run of ${count} tasks reads the same, in one turn or in several`, async () => {
    const database = openDatabase({ path: ':memory:', log: silentLog, synchronous: 'OFF' });
    const records = openRecords({ database, log: silentLog });
    await records.write((writer) => {
      writer.putRun(RUN);
      for (const task of tasksOf(count)) writer.putTask(task);
    });
    const text = await largeRunText(records, RUN);
    assert.equal(text !== undefined, isLarge);
    if (text !== undefined) assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(runWithDetailsMessage(records.snapshot('r')!))));
    await database.close();
  });
}
