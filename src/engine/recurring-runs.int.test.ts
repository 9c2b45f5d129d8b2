import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog, systemRng } from '../base/mod.ts';
import { openRecords, type Records, type RecurringRun } from '../records/mod.ts';
import { aPipeline, aPipelineVersion, aRecurringRun, anExperiment } from '../records/testing/rows.ts';
import { ManualClock } from '../server/testing/test-server.ts';
import { openDatabase } from '../sql/mod.ts';
import { createRecurringRuns } from './recurring-runs.ts';
import { pipelineOf, step } from './testing/pipelines.ts';

const BEGIN = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const PIPELINE = pipelineOf({ a: step() }, { inputs: { day: { parameterType: 'STRING' } } });

class World {
  readonly clock = new ManualClock(BEGIN);
  readonly records: Records;
  #part: ReturnType<typeof createRecurringRuns>;

  constructor() {
    this.records = openRecords({ database: openDatabase({ path: ':memory:', log: silentLog, synchronous: 'OFF' }), log: silentLog });
    this.#part = this.#newPart();
  }

  #newPart() {
    return createRecurringRuns({ records: this.records, clock: this.clock, rng: systemRng, log: silentLog });
  }

  async start(members: Partial<RecurringRun>): Promise<void> {
    await this.records.write((writer) => {
      writer.putExperiment(anExperiment({ experimentId: 'experiment' }));
      writer.putRecurringRun(aRecurringRun({ recurringRunId: 'series', createdAtMs: BEGIN, pipelineSpec: PIPELINE, parameters: { day: '[[ScheduledTime]] [[Index]]' }, trigger: { intervalSeconds: 60 }, maxConcurrency: 10, ...members }));
    });
    await this.#part.start();
  }

  /** Time passes, a look at a time, and everything that is due happens. */
  async pass(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= 30_000) {
      this.clock.advance(Math.min(leftMs, 30_000));
      await this.settle();
    }
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async restart(): Promise<void> {
    await this.#part.stop();
    this.#part = this.#newPart();
    await this.#part.start();
    await this.settle();
  }

  stop(): Promise<void> {
    return Promise.resolve(this.#part.stop());
  }

  get runs() {
    return this.records.runs({ predicates: [{ operation: 'EQUALS', field: 'recurringRunId', value: 'series' }], limit: 100, sortBy: { field: 'scheduledAtMs', isDescending: false } }).rows;
  }

  get strikes(): readonly string[] {
    return this.runs.map(({ scheduledAtMs, displayName }) => `${displayName} ${new Date(scheduledAtMs).toISOString().slice(11, 19)}`);
  }

  async end(runId: string): Promise<void> {
    await this.records.write((writer) => writer.putRun({ ...writer.read.run(runId)!, state: 'SUCCEEDED' }));
    await this.settle();
  }

  get series(): RecurringRun {
    return this.records.recurringRun('series')!;
  }
}

test('each strike makes one run, whose parameters know its time and its number', async () => {
  const world = new World();
  await world.start({});
  await world.settle();
  assert.deepEqual(world.strikes, []);
  await world.pass(2 * MINUTE_MS);
  assert.deepEqual(world.strikes, ['series-1 00:01:00', 'series-2 00:02:00']);
  const [first] = world.runs;
  assert.deepEqual([first!.parameters, first!.state, first!.experimentId, first!.creator], [{ day: '20260101000100 1' }, 'PENDING', 'experiment', 'user']);
  assert.equal(world.records.experiment('experiment')!.lastRunCreatedAtMs, BEGIN + 2 * MINUTE_MS);
  await world.stop();
});

test('what was missed while nothing ran is caught up on, each once, or only the last one without catching up', async () => {
  for (const [noCatchup, expected] of [[false, ['series-1 00:01:00', 'series-2 00:02:00', 'series-3 00:03:00']], [true, ['series-1 00:01:00', 'series-2 00:03:00']]] as const) {
    const world = new World();
    await world.start({ noCatchup });
    await world.pass(MINUTE_MS);
    await world.stop();
    world.clock.advance(2 * MINUTE_MS + 1);
    await world.restart();
    assert.deepEqual(world.strikes, expected);
    await world.restart();
    assert.deepEqual(world.strikes, expected, 'nothing twice');
    await world.stop();
  }
});

test('a strike waits while as many runs go on as may, and comes when one has ended', async () => {
  const world = new World();
  await world.start({ maxConcurrency: 1 });
  await world.pass(3 * MINUTE_MS);
  assert.deepEqual(world.strikes, ['series-1 00:01:00']);
  await world.end(world.runs[0]!.runId);
  assert.deepEqual(world.strikes, ['series-1 00:01:00', 'series-2 00:02:00']);
  await world.records.write((writer) => writer.deleteRun(world.runs[1]!.runId));
  await world.settle();
  assert.deepEqual(world.strikes, ['series-1 00:01:00', 'series-3 00:03:00']);
  await world.stop();
});

test('a series that is disabled, over or gone makes no runs; one that is enabled again catches up', async () => {
  const world = new World();
  await world.start({ status: 'DISABLED', trigger: { intervalSeconds: 60, endMs: BEGIN + 3 * MINUTE_MS } });
  await world.pass(2 * MINUTE_MS);
  assert.deepEqual(world.strikes, []);
  await world.records.write((writer) => writer.putRecurringRun({ ...world.series, status: 'ENABLED' }));
  await world.pass(8 * MINUTE_MS);
  assert.deepEqual(world.strikes, ['series-1 00:01:00', 'series-2 00:02:00', 'series-3 00:03:00']);
  await world.records.write((writer) => {
    writer.putRecurringRun({ ...world.series, trigger: { intervalSeconds: 60 } });
    writer.deleteRecurringRun('series');
  });
  await world.pass(2 * MINUTE_MS);
  assert.equal(world.runs.length, 3);
  await world.stop();
});

test('without a version each run has the newest one; a strike for which there is none says so and is over', async () => {
  const world = new World();
  const { pipelineSpec: _spec, ...byReference } = aRecurringRun({ recurringRunId: 'series' });
  const putVersion = (id: string, createdAtMs: number, pipelineSpec = PIPELINE) =>
    world.records.write((writer) => writer.putPipelineVersion(aPipelineVersion({ pipelineVersionId: id, pipelineId: 'p', createdAtMs, pipelineSpec })));
  await world.records.write((writer) => writer.putPipeline(aPipeline({ pipelineId: 'p' })));
  await world.start({});
  await world.records.write((writer) => {
    writer.deleteRecurringRun('series');
    writer.putRecurringRun({ ...byReference, createdAtMs: BEGIN, pipelineId: 'p', parameters: { day: 'x' }, trigger: { intervalSeconds: 60 }, maxConcurrency: 10 });
  });
  await world.pass(MINUTE_MS);
  assert.deepEqual([world.strikes, world.series.message], [[], 'its pipeline p has no version any more']);
  await putVersion('v1', 1);
  await world.pass(MINUTE_MS);
  await putVersion('v2', 2);
  await world.pass(MINUTE_MS);
  assert.deepEqual(world.runs.map(({ displayName, pipelineVersionId }) => [displayName, pipelineVersionId]), [['series-1', 'v1'], ['series-2', 'v2']]);
  assert.equal(world.series.message, '');
  await putVersion('v3', 3, pipelineOf({ a: step() }));
  await world.pass(MINUTE_MS);
  assert.match(world.series.message, /its parameters do not fit its pipeline: .*day/);
  await world.stop();
});
