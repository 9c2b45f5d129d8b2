import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure, silentLog } from '../base/mod.ts';
import { openDatabase } from '../sql/mod.ts';
import { openRecords } from './open-records.ts';
import type { Predicate, Query, Records } from './records.ts';
import { anArtifact, aPipeline, aRun } from './testing/rows.ts';
import { RUN_STATES } from './types.ts';

function openMemory() {
  const database = openDatabase({ path: ':memory:', log: silentLog, synchronous: 'OFF' });
  return { database, records: openRecords({ database, log: silentLog }) };
}

async function runIdsOfAllPages(records: Records, query: Query, betweenPages: () => Promise<void>): Promise<string[]> {
  const ids: string[] = [];
  for (let after: Query['after']; ; ) {
    const page = records.runs(after === undefined ? query : { ...query, after });
    ids.push(...page.rows.map((run) => run.runId));
    if (page.next === undefined) return ids;
    after = page.next;
    await betweenPages();
  }
}

const SORT_FIELDS = ['createdAtMs', 'displayName', 'finishedAtMs', 'state', 'recurringRunId', 'runId', 'metric:loss'];

const someRuns = fc.array(
  fc.record({
    createdAtMs: fc.integer({ min: 0, max: 3 }),
    displayName: fc.constantFrom('a', 'B', 'b', ''),
    finishedAtMs: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    state: fc.constantFrom(...RUN_STATES),
    loss: fc.option(fc.constantFrom(-1.5, 0, 2), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 12 },
);

test('paging visits each row of any query once while rows are inserted', async () => {
  const property = fc.asyncProperty(
    someRuns,
    fc.constantFrom(...SORT_FIELDS),
    fc.boolean(),
    fc.integer({ min: 1, max: 5 }),
    fc.boolean(),
    async (runs, field, isDescending, limit, isFiltered) => {
      const { records, database } = openMemory();
      let count = 0;
      const put = ({ loss, finishedAtMs, ...members }: (typeof runs)[number]) => {
        const runId = `run-${count++}`;
        return records.write((writer) => {
          writer.putRun(aRun({ runId, ...members, ...(finishedAtMs === undefined ? {} : { finishedAtMs }) }));
          if (loss === undefined) return;
          writer.putArtifact(anArtifact({ artifactId: runId, runId, type: 'system.Metrics', metadata: { loss } }));
        });
      };
      for (const run of runs) await put(run);
      const predicates: Predicate[] = [{ operation: 'NOT_EQUALS', field: 'displayName', value: 'a' }];
      const query: Query = { namespace: '', sortBy: { field, isDescending }, limit, ...(isFiltered ? { predicates } : {}) };
      const before = records.runs({ ...query, limit: 1_000 });
      const ids = await runIdsOfAllPages(records, query, () => put(runs[count % runs.length]!));
      assert.equal(new Set(ids).size, ids.length, 'a row came twice');
      assert.equal(before.totalSize, before.rows.length);
      const old = new Set(before.rows.map((run) => run.runId));
      assert.deepEqual(ids.filter((id) => old.has(id)), [...old], 'a row is missing or out of order');
      await database.close();
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

test('each operation selects what it says, on columns, absent columns, tags and metrics', async () => {
  const { records, database } = openMemory();
  await records.write((writer) => {
    writer.putRun(aRun({ runId: 'r1', displayName: 'Alpha', finishedAtMs: 10 }));
    writer.putRun(aRun({ runId: 'r2', displayName: 'beta', finishedAtMs: 20, recurringRunId: 'job' }));
    writer.putRun(aRun({ runId: 'r3', displayName: 'gamma' }));
    for (const [runId, accuracy] of [['r1', 0.5], ['r2', 0.9]] as const) {
      writer.putArtifact(anArtifact({ artifactId: runId, runId, type: 'system.Metrics', metadata: { accuracy, note: 'x' } }));
    }
    writer.putPipeline(aPipeline({ pipelineId: 'p1', tags: { team: 'x', 'odd "key"': 'y' } }));
    writer.putPipeline(aPipeline({ pipelineId: 'p2' }));
  });
  const runIds = (...predicates: Predicate[]) => records.runs({ predicates, limit: 10 }).rows.map((run) => run.runId);
  assert.deepEqual(runIds({ operation: 'EQUALS', field: 'displayName', value: 'beta' }), ['r2']);
  assert.deepEqual(runIds({ operation: 'NOT_EQUALS', field: 'displayName', value: 'beta' }), ['r1', 'r3']);
  assert.deepEqual(runIds({ operation: 'GREATER_THAN', field: 'finishedAtMs', value: 10 }), ['r2']);
  assert.deepEqual(runIds({ operation: 'GREATER_THAN_EQUALS', field: 'finishedAtMs', value: 10 }), ['r1', 'r2']);
  assert.deepEqual(runIds({ operation: 'LESS_THAN', field: 'finishedAtMs', value: 10 }), ['r3'], 'unfinished counts as 0');
  assert.deepEqual(runIds({ operation: 'LESS_THAN_EQUALS', field: 'finishedAtMs', value: 10 }), ['r1', 'r3']);
  assert.deepEqual(runIds({ operation: 'IN', field: 'runId', value: ['r3', 'r1', 'none'] }), ['r1', 'r3']);
  assert.deepEqual(runIds({ operation: 'IS_SUBSTRING', field: 'displayName', value: 'ALPH' }), ['r1']);
  await records.write((writer) => writer.putRun(aRun({ runId: 'r4', displayName: 'Große ÜBUNG, Тест' })));
  for (const value of ['übung', 'GROßE', 'тест']) assert.deepEqual(runIds({ operation: 'IS_SUBSTRING', field: 'displayName', value }), ['r4'], value);
  assert.deepEqual(runIds({ operation: 'IS_SUBSTRING', field: 'displayName', value: 'übungen' }), []);
  await records.write((writer) => writer.deleteRun('r4'));
  assert.deepEqual(runIds({ operation: 'EQUALS', field: 'recurringRunId', value: '' }), ['r1', 'r3']);
  assert.deepEqual(runIds({ operation: 'GREATER_THAN', field: 'metric:accuracy', value: 0.6 }), ['r2']);
  assert.deepEqual(runIds({ operation: 'EQUALS', field: 'metric:accuracy', value: 0.5 }, { operation: 'EQUALS', field: 'state', value: 'PENDING' }), ['r1']);
  assert.deepEqual(runIds({ operation: 'EQUALS', field: 'metric:note', value: 0 }), []);
  const pipelineIds = (key: string, value: string) =>
    records.pipelines({ predicates: [{ operation: 'EQUALS', field: `tags.${key}`, value }], limit: 10 }).rows.map((row) => row.pipelineId);
  assert.deepEqual(pipelineIds('team', 'x'), ['p1']);
  assert.deepEqual(pipelineIds('odd "key"', 'y'), ['p1']);
  await database.close();
});

test('a metric that is put again replaces its value; sorting by it puts runs without it first', async () => {
  const { records, database } = openMemory();
  const putLoss = (runId: string, metadata: Record<string, number>) =>
    records.write((writer) => {
      writer.putRun(aRun({ runId }));
      writer.putArtifact(anArtifact({ artifactId: `${runId}-metrics`, runId, type: 'system.Metrics', metadata }));
    });
  await putLoss('r1', { loss: 1 });
  await putLoss('r2', { loss: 2 });
  await putLoss('r3', { other: 2 });
  await putLoss('r1', { loss: 3 });
  const sorted = records.runs({ sortBy: { field: 'metric:loss', isDescending: false }, limit: 10 });
  assert.deepEqual(sorted.rows.map((run) => run.runId), ['r3', 'r2', 'r1']);
  await database.close();
});

test('unknown fields and endless filters are refused', async () => {
  const { records, database } = openMemory();
  const isUnknownField = (error: unknown) => error instanceof Failure && error.reason === 'UnknownField';
  for (const field of ['nothing', 'parameters', 'pipelineSpec', "x' OR '1'='1", 'tags.x']) {
    assert.throws(() => records.runs({ sortBy: { field, isDescending: true }, limit: 1 }), isUnknownField);
    assert.throws(() => records.runs({ predicates: [{ operation: 'EQUALS', field, value: 'x' }], limit: 1 }), isUnknownField);
  }
  const predicates = Array.from({ length: 9 }, () => ({ operation: 'EQUALS', field: 'state', value: 'x' }) as const);
  assert.throws(() => records.runs({ predicates, limit: 1 }), { reason: 'TooManyPredicates' });
  const eight = predicates.slice(1);
  const query: Query = { namespace: '', experimentId: 'e', pipelineId: 'p', runId: 'r', predicates: eight, limit: 1 };
  assert.deepEqual(records.runs(query), { rows: [], totalSize: 0 });
  await database.close();
});

test('the usual lists are answered from an index', async () => {
  const { database } = openMemory();
  const planOf = (sql: string) =>
    database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...Array(sql.split('?').length - 1).fill('x')).map((row) => row.detail).join('; ');
  const tail = '(created_at_ms, run_id) < (?, ?) ORDER BY created_at_ms DESC, run_id DESC LIMIT ?';
  assert.match(planOf(`SELECT * FROM runs WHERE namespace = ? AND ${tail}`), /^SEARCH runs USING INDEX runs_namespace/);
  assert.match(planOf(`SELECT * FROM runs WHERE experiment_id = ? AND ${tail}`), /^SEARCH runs USING INDEX runs_experiment/);
  assert.match(planOf(`SELECT * FROM runs WHERE pipeline_id = ? AND ${tail}`), /^SEARCH runs USING INDEX runs_pipeline/);
  assert.match(planOf('SELECT count(*) FROM artifacts WHERE type IN (SELECT value FROM json_each(?))'), /^SEARCH artifacts USING COVERING INDEX artifacts_type/);
  await database.close();
});

test('artifacts are narrowed to several types at once', async () => {
  const { records, database } = openMemory();
  await records.write((writer) => {
    ['system.Model', 'system.HTML', 'system.Model', 'system.Dataset'].forEach((type, index) => {
      writer.putArtifact(anArtifact({ artifactId: `a${index}`, type, createdAtMs: index }));
    });
  });
  const idsOf = (value: string | readonly string[]) => {
    const operation = typeof value === 'string' ? 'EQUALS' : 'IN';
    const { rows, totalSize } = records.artifacts({ predicates: [{ operation, field: 'type', value }], sortBy: { field: 'createdAtMs', isDescending: true }, limit: 10 });
    assert.equal(totalSize, rows.length);
    return rows.map(({ artifactId }) => artifactId);
  };
  assert.deepEqual(idsOf('system.Model'), ['a2', 'a0']);
  assert.deepEqual(idsOf(['system.HTML', 'system.Model']), ['a2', 'a1', 'a0']);
  assert.deepEqual(idsOf([]), []);
  await database.close();
});
