import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '../base/mod.ts';
import { openDatabase } from '../sql/mod.ts';
import { openRecords } from './open-records.ts';
import { anArtifact, anExperiment, aPipeline, aPipelineVersion, aRun, aTask } from './testing/rows.ts';
import type { RecordChange } from './types.ts';

function openMemory() {
  const database = openDatabase({ path: ':memory:', log: silentLog });
  return { database, records: openRecords({ database, log: silentLog }) };
}

test('every row comes back as it was put, with and without its optional members', async () => {
  const { records, database } = openMemory();
  const experiment = anExperiment({ experimentId: 'e' });
  const pipeline = aPipeline({ pipelineId: 'p', tags: { team: 'x' } });
  const version = aPipelineVersion({ pipelineVersionId: 'v', pipelineId: 'p', pipelineSpec: { b: 1, a: [null, true, '☃'] } });
  const run = aRun({ runId: 'r', pipelineId: 'p', pipelineVersionId: 'v', startedAtMs: 5, finishedAtMs: 6, parameters: { x: 0.5 } });
  const bare = aTask({ taskId: 't1', runId: 'r' });
  const full = aTask({
    taskId: 't2',
    runId: 'r',
    parentTaskId: 't1',
    iterationIndex: 3,
    iterationCount: 4,
    stateHistory: [{ atMs: 1, state: 'FAILED', message: 'm' }],
    attempt: 2,
    retryAtMs: 7,
    podName: 'pod',
    podUid: 'uid',
    podNamespace: 'ns',
    exitCode: 1,
    cacheFingerprint: 'ff',
    cachedFromTaskId: 't0',
    startedAtMs: 8,
    finishedAtMs: 9,
    inputs: { parameters: { a: { b: [1] } }, artifacts: { d: ['a'] } },
  });
  const artifact = anArtifact({ artifactId: 'a', runId: 'r', producerTaskId: 't2', producerKey: 'd', sizeBytes: 12 });
  await records.write((writer) => {
    writer.putExperiment(experiment);
    writer.putPipeline(pipeline);
    writer.putPipelineVersion(version);
    writer.putRun(run);
    writer.putTask(bare);
    writer.putTask(full);
    writer.putArtifact(artifact);
    assert.deepEqual(writer.read.task('t2'), full, 'a write reads its own statements');
  });
  assert.deepEqual(records.experiment('e'), experiment);
  assert.deepEqual(records.pipeline('p'), pipeline);
  assert.deepEqual(records.pipelineVersion('v'), version);
  assert.equal(JSON.stringify(records.pipelineVersion('v')?.pipelineSpec), JSON.stringify(version.pipelineSpec));
  assert.deepEqual(records.snapshot('r'), { run, tasks: [bare, full] });
  assert.deepEqual(records.artifact('a'), artifact);
  assert.deepEqual(records.artifactsByIds(['a', 'unknown']), [artifact]);
  assert.deepEqual(records.experimentByName('', 'e'), experiment);
  assert.deepEqual(records.pipelineByName('', 'p'), pipeline);
  assert.deepEqual(records.pipelineVersionByName('p', 'v'), version);
  await database.close();
});

test('a write that throws leaves nothing, tells nobody, and does not hurt its neighbours', async () => {
  const { records, database } = openMemory();
  const seen: RecordChange[] = [];
  records.onChange((changes) => seen.push(...changes));
  const refused = records.write((writer) => {
    writer.putRun(aRun({ runId: 'lost' }));
    throw new Error('refused');
  });
  const kept = records.write((writer) => writer.putRun(aRun({ runId: 'kept' })));
  await assert.rejects(refused, /refused/);
  await kept;
  assert.equal(records.run('lost'), undefined);
  assert.equal(records.run('kept')?.pipelineName, 'pipeline', 'the spec that both shared is stored');
  assert.deepEqual(seen, [{ table: 'runs', id: 'kept', namespace: '', runId: 'kept', kind: 'upsert' }]);
  await database.close();
});

test('the change feed is in commit order, survives a listener that throws, and ends on unsubscribe', async () => {
  const { records, database } = openMemory();
  const ids: string[] = [];
  records.onChange(() => {
    throw new Error('bad listener');
  });
  const unsubscribe = records.onChange((changes) => ids.push(...changes.map(({ id, kind }) => `${kind} ${id}`)));
  await Promise.all(['a', 'b', 'c'].map((runId) => records.write((writer) => writer.putRun(aRun({ runId })))));
  await records.write((writer) => writer.deleteRun('b'));
  unsubscribe();
  await records.write((writer) => writer.deleteRun('c'));
  assert.deepEqual(ids, ['upsert a', 'upsert b', 'upsert c', 'delete b']);
  await database.close();
});

test('deleting a run takes its tasks and metrics, keeps its artifacts, and the spec goes with the last user', async () => {
  const { records, database } = openMemory();
  const pipelineSpec = { root: { dag: {} } };
  await records.write((writer) => {
    for (const runId of ['r1', 'r2']) {
      writer.putRun(aRun({ runId, pipelineSpec }));
      writer.putTask(aTask({ taskId: `${runId}-t`, runId }));
      writer.putArtifact(anArtifact({ artifactId: `${runId}-a`, runId, type: 'system.Metrics', metadata: { loss: 1 } }));
    }
  });
  const specCount = () => database.get<{ n: number }>('SELECT count(*) AS n FROM specs')?.n;
  assert.equal(specCount(), 1);
  const changes: RecordChange[] = [];
  records.onChange((some) => changes.push(...some));
  await records.write((writer) => writer.deleteRun('r1'));
  assert.deepEqual(changes.map(({ table, id, kind }) => `${kind} ${table} ${id}`), ['delete runs r1', 'delete tasks r1-t']);
  assert.equal(records.snapshot('r1'), undefined);
  assert.equal(records.task('r1-t'), undefined);
  assert.ok(records.artifact('r1-a'));
  assert.equal(database.get<{ n: number }>('SELECT count(*) AS n FROM metrics')?.n, 1);
  assert.equal(specCount(), 1);
  await records.write((writer) => writer.deleteRun('r2'));
  assert.equal(specCount(), 0);
  await records.write((writer) => writer.putRun(aRun({ runId: 'r3', pipelineSpec })));
  assert.deepEqual(records.run('r3')?.pipelineSpec, pipelineSpec, 'a spec that was deleted is stored again');
  await database.close();
});

test('deleting a pipeline takes its versions', async () => {
  const { records, database } = openMemory();
  await records.write((writer) => {
    writer.putPipeline(aPipeline({ pipelineId: 'p' }));
    writer.putPipelineVersion(aPipelineVersion({ pipelineVersionId: 'v1', pipelineId: 'p', createdAtMs: 1 }));
    writer.putPipelineVersion(aPipelineVersion({ pipelineVersionId: 'v2', pipelineId: 'p', createdAtMs: 1 }));
  });
  assert.equal(records.latestPipelineVersion('p')?.pipelineVersionId, 'v2', 'the later put of the same millisecond');
  await records.write((writer) => writer.deletePipeline('p'));
  assert.equal(records.pipeline('p'), undefined);
  assert.equal(records.pipelineVersions({ limit: 10 }).totalSize, 0);
  await database.close();
});

test('a snapshot follows every change and is the same object while nothing changes', async () => {
  const { records, database } = openMemory();
  await records.write((writer) => {
    writer.putRun(aRun({ runId: 'r' }));
    writer.putTask(aTask({ taskId: 'a', runId: 'r' }));
    writer.putTask(aTask({ taskId: 'b', runId: 'r' }));
  });
  const first = records.snapshot('r');
  assert.equal(records.snapshot('r'), first);
  await records.write((writer) => {
    writer.putTask(aTask({ taskId: 'c', runId: 'r' }));
    writer.putTask(aTask({ taskId: 'a', runId: 'r', state: 'RUNNING' }));
    writer.deleteTask('b');
  });
  const second = records.snapshot('r');
  assert.deepEqual(second?.tasks.map(({ taskId, state }) => `${taskId} ${state}`), ['a RUNNING', 'c WAITING']);
  assert.equal(second?.run, first?.run, 'the run was not read again');
  assert.ok(Object.isFrozen(second?.tasks[0]?.inputs));
  await records.write((writer) => writer.putRun(aRun({ runId: 'r', state: 'RUNNING' })));
  assert.equal(records.snapshot('r')?.run.state, 'RUNNING');
  assert.deepEqual(records.unfinishedRunIds(), ['r']);
  await records.write((writer) => writer.deleteRun('r'));
  assert.equal(records.snapshot('r'), undefined);
  assert.deepEqual(records.unfinishedRunIds(), []);
  await database.close();
});

test('a listener sees the snapshot with all writes of the group, and none of a write that failed', async () => {
  const { records, database } = openMemory();
  await records.write((writer) => writer.putRun(aRun({ runId: 'r' })));
  assert.deepEqual(records.snapshot('r')?.tasks, []);
  const seen: unknown[] = [];
  const unsubscribe = records.onChange(() => seen.push(records.snapshot('r')?.tasks.map(({ taskId }) => taskId)));
  const put = (taskId: string) => records.write((writer) => writer.putTask(aTask({ taskId, runId: 'r' })));
  await Promise.all([put('a'), put('b')]);
  assert.deepEqual(seen, [['a', 'b'], ['a', 'b']]);
  unsubscribe();
  const refused = records.write((writer) => {
    writer.putTask(aTask({ taskId: 'c', runId: 'r' }));
    assert.equal(writer.read.snapshot('r')?.tasks.length, 3);
    throw new Error('refused');
  });
  await assert.rejects(refused);
  assert.equal(records.snapshot('r')?.tasks.length, 2);
  await database.close();
});

test('archiving the runs of an experiment touches the available ones and tells of them', async () => {
  const { records, database } = openMemory();
  await records.write((writer) => {
    writer.putRun(aRun({ runId: 'r1', experimentId: 'e1' }));
    writer.putRun(aRun({ runId: 'r2', experimentId: 'e1', storageState: 'ARCHIVED' }));
    writer.putRun(aRun({ runId: 'r3', experimentId: 'e2' }));
  });
  assert.equal(records.snapshot('r1')?.run.storageState, 'AVAILABLE');
  const changed: string[] = [];
  records.onChange((changes) => changed.push(...changes.map(({ id }) => id)));
  await records.write((writer) => writer.archiveRunsOfExperiment('e1'));
  assert.deepEqual(changed, ['r1']);
  assert.equal(records.snapshot('r1')?.run.storageState, 'ARCHIVED');
  assert.equal(records.run('r3')?.storageState, 'AVAILABLE');
  await database.close();
});

test('cached tasks are those that succeeded by themselves with the fingerprint in the namespace, newest first', async () => {
  const { records, database } = openMemory();
  const base = { runId: 'r', cacheFingerprint: 'f', state: 'SUCCEEDED' } as const;
  await records.write((writer) => {
    writer.putTask(aTask({ ...base, taskId: 'old', finishedAtMs: 1 }));
    writer.putTask(aTask({ ...base, taskId: 'new', finishedAtMs: 2 }));
    writer.putTask(aTask({ ...base, taskId: 'reused', finishedAtMs: 3, cachedFromTaskId: 'new' }));
    writer.putTask(aTask({ ...base, taskId: 'failed', finishedAtMs: 3, state: 'FAILED' }));
    writer.putTask(aTask({ ...base, taskId: 'foreign', finishedAtMs: 3, namespace: 'other' }));
  });
  const found = (fingerprint: string, countMax: number) => records.cachedTasks('', fingerprint, countMax).map(({ taskId }) => taskId);
  assert.deepEqual(found('f', 5), ['new', 'old']);
  assert.deepEqual(found('f', 1), ['new']);
  assert.deepEqual(found('g', 5), []);
  await database.close();
});

test('rows survive reopening a file, and an artifact is found by its newest uri and type', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-records-'));
  try {
    const path = join(directory, 'slipway.db');
    const database = openDatabase({ path, log: silentLog });
    const records = openRecords({ database, log: silentLog });
    await records.write((writer) => {
      writer.putRun(aRun({ runId: 'r' }));
      writer.putArtifact(anArtifact({ artifactId: 'a1', uri: 'u', createdAtMs: 1 }));
      writer.putArtifact(anArtifact({ artifactId: 'a2', uri: 'u', createdAtMs: 2 }));
      writer.putArtifact(anArtifact({ artifactId: 'a3', uri: 'u', createdAtMs: 3, type: 'system.Model' }));
    });
    await database.close();
    const again = openDatabase({ path, log: silentLog });
    const reopened = openRecords({ database: again, log: silentLog });
    assert.deepEqual(reopened.run('r'), aRun({ runId: 'r' }));
    assert.equal(reopened.artifactByUri('', 'u', 'system.Dataset')?.artifactId, 'a2');
    await again.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('the steps that took an artifact are found from its side, in all runs', async () => {
  const { records, database } = openMemory();
  const using = { parameters: {}, artifacts: { data: ['a'], more: ['a', 'b'] } };
  await records.write((writer) => {
    for (const runId of ['r1', 'r2']) {
      writer.putRun(aRun({ runId }));
      writer.putTask(aTask({ taskId: `${runId}-root`, runId, type: 'ROOT', path: 'root', inputs: using }));
      writer.putTask(aTask({ taskId: `${runId}-step`, runId, path: 'root.step', inputs: using, createdAtMs: runId === 'r1' ? 1 : 2 }));
    }
    writer.putTask(aTask({ taskId: 'r1-step', runId: 'r1', path: 'root.step', inputs: using, createdAtMs: 1, state: 'RUNNING' }));
  });
  const users = () => records.tasksUsingArtifact('a', 10).map(({ taskId }) => taskId);
  assert.deepEqual(users(), ['r2-step', 'r1-step']);
  assert.deepEqual(records.tasksUsingArtifact('b', 1).map(({ taskId }) => taskId), ['r2-step']);
  await records.write((writer) => writer.deleteRun('r2'));
  assert.deepEqual(users(), ['r1-step']);
  await records.write((writer) => writer.deleteTask('r1-step'));
  assert.deepEqual(users(), []);
  const putAgain = () => records.write((writer) => writer.putTask(aTask({ taskId: 'r1-step', runId: 'r1', path: 'root.step', inputs: using, state: 'RUNNING' })));
  await putAgain();
  await putAgain();
  assert.deepEqual(users(), ['r1-step'], 'a task that began anew with the very same inputs');
  await records.write((writer) => writer.deleteTask('r1-step'));
  assert.deepEqual(users(), []);
  const left = database.all<{ task_id: string }>('SELECT task_id FROM artifact_uses').map((row) => row.task_id);
  assert.deepEqual(new Set(left), new Set(['r1-root']));
  await database.close();
});

test('a large run is kept in memory while it is worked on, and not when it has ended', async () => {
  const { records, database } = openMemory();
  const put = (state: 'RUNNING' | 'SUCCEEDED', count: number) =>
    records.write((writer) => {
      writer.putRun(aRun({ runId: 'r', state }));
      for (let index = 0; index < count; index++) writer.putTask(aTask({ taskId: `t${index}`, runId: 'r' }));
    });
  await put('RUNNING', 3_000);
  assert.equal(records.snapshot('r'), records.snapshot('r'));
  await put('SUCCEEDED', 3_000);
  assert.equal(records.snapshot('r')?.run.state, 'SUCCEEDED');
  assert.notEqual(records.snapshot('r'), records.snapshot('r'));
  assert.equal(records.snapshot('r')?.tasks.length, 3_000);
  await database.close();
});

test('a task stays in its place however it is written', async () => {
  const { records, database } = openMemory();
  const task = aTask({ taskId: 't', runId: 'r', createdAtMs: 5, iterationIndex: 3 });
  await records.write((writer) => writer.putTask(task));
  const ended = { state: 'SUCCEEDED', reason: 'Done', attempt: 2, podName: 'p', exitCode: 0, cacheFingerprint: 'f', finishedAtMs: 9 } as const;
  await records.write((writer) => writer.putTask({ ...task, ...ended, createdAtMs: 7, path: 'root.other', iterationIndex: 4 }));
  assert.deepEqual(records.task('t'), { ...task, ...ended });
  assert.equal(records.taskByPath('r', 'root.other'), undefined);
  await records.write((writer) => {
    writer.deleteTask('t');
    writer.putTask({ ...task, createdAtMs: 8 });
  });
  assert.deepEqual(records.task('t'), { ...task, createdAtMs: 8 }, 'one that begins anew is another row');
  await database.close();
});
