import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Task } from '../../records/mod.ts';
import { documentOf, runShape, type RunShape } from '../testing/random-runs.ts';
import type { EngineSettings } from '../settings.ts';
import { PlanDriver } from '../testing/plan-driver.ts';
import { dagGraphOf } from './dag-graph.ts';
import { hasPod } from './run-tree.ts';
import { isSettled, isSuccess } from './task-life.ts';

/** Plays the run to its end; `check` sees it after every event. */
function play(shape: RunShape, isTreeKept: boolean, check: (driver: PlanDriver) => void, settings: EngineSettings = {}): PlanDriver {
  const driver = new PlanDriver(documentOf(shape), { isTreeKept, settings }).settle();
  for (let event = 0; driver.run.finishedAtMs === undefined; event++) {
    assert.ok(event < 1_000, `the run does not end:\n${driver.text()}`);
    check(driver);
    if (driver.run.finishedAtMs !== undefined) break;
    const running = [...driver.tasks.values()].filter(({ state }) => state === 'PENDING');
    const [choice, isFailing] = shape.ends[event % shape.ends.length]!;
    const task = running[choice % Math.max(running.length, 1)];
    if (task === undefined) driver.wait();
    else if (isFailing) driver.end(task.path, { failure: { reason: 'Error', message: 'it broke', exitCode: 1 } });
    else driver.end(task.path, { parameters: { out: task.path } });
  }
  check(driver);
  return driver;
}

/** Nothing has started before everything that it waits for had ended, and for a good reason. */
function assertOrder(driver: PlanDriver): void {
  const { dag } = driver.pipeline.root;
  const rowOf = (name: string) => driver.task(`root.${name}`);
  for (const name of Object.keys(dag!.tasks)) {
    const row = rowOf(name);
    const upstreams = dagGraphOf(dag!).upstreamsOf(name).map(rowOf);
    if (row.state === 'WAITING' && row.attempt === 0) continue;
    const isAnyEndFine = dag!.tasks[name]!.triggerPolicy?.strategy === 'ALL_UPSTREAM_TASKS_COMPLETED';
    if (row.state === 'SKIPPED') assert.ok(isJustSkip(row, upstreams, isAnyEndFine), `${row.path}: ${row.message}`);
    else assert.ok(upstreams.every(({ state }) => (isAnyEndFine ? isSettled(state) : isSuccess(state))), `${row.path} started too early`);
  }
}

function isJustSkip(row: Task, upstreams: readonly Task[], isAnyEndFine: boolean): boolean {
  if (row.reason === 'ConditionFalse') return true;
  return !isAnyEndFine && upstreams.some(({ state }) => isSettled(state) && !isSuccess(state));
}

test('every run ends, nothing starts before what it waits for, and each attempt has one Pod', () => {
  fc.assert(
    fc.property(runShape, (shape) => {
      const driver = play(shape, false, assertOrder);
      for (const { path, state } of driver.tasks.values()) assert.ok(isSettled(state), `${path} is ${state}`);
      const isAnyFailed = [...driver.tasks.values()].some(({ state }) => state === 'FAILED');
      assert.equal(driver.run.state, isAnyFailed ? 'FAILED' : 'SUCCEEDED');
    }),
    { numRuns: 150 },
  );
});

test('a run that is terminated at any moment, and perhaps again, ends with nothing left; a kept tree plans as one built anew', () => {
  fc.assert(
    fc.property(runShape, fc.nat(12), fc.option(fc.nat(4)), (shape, atEvent, again) => {
      const playOut = (isTreeKept: boolean) => {
        let event = 0;
        const texts: string[] = [];
        const driver = play(shape, isTreeKept, (current) => {
          const isDue = event === atEvent || (again !== null && event === atEvent + again);
          event++;
          if (isDue && current.run.finishedAtMs === undefined) current.terminate();
          texts.push(statesOf(current));
        });
        for (const { path, state } of driver.tasks.values()) assert.ok(isSettled(state), `${path} is ${state}`);
        return texts;
      };
      assert.deepEqual(playOut(true), playOut(false));
    }),
    { numRuns: 150 },
  );
});

/** Of several upstreams that skip a task, which one its message names depends on the order of looking. */
function statesOf(driver: PlanDriver): string {
  return driver.text().replaceAll(/ SKIPPED .*/g, ' SKIPPED');
}

test('a tree that is kept plans as one that is built from the rows each time', () => {
  fc.assert(
    fc.property(runShape, (shape) => {
      const texts: string[] = [];
      play(shape, false, (driver) => texts.push(statesOf(driver)));
      let event = 0;
      play(shape, true, (driver) => assert.equal(statesOf(driver), texts[event++]));
    }),
    { numRuns: 150 },
  );
});

test('a run that may have few Pods at a time ends all the same, and never has more', () => {
  fc.assert(
    fc.property(runShape, fc.integer({ min: 1, max: 3 }), fc.boolean(), (shape, podsPerRunMax, isTreeKept) => {
      const check = (driver: PlanDriver) => {
        const count = [...driver.tasks.values()].filter(hasPod).length;
        assert.ok(count <= podsPerRunMax, `${count} Pods:\n${driver.text()}`);
      };
      const driver = play({ ...shape, tasks: shape.tasks.map((task) => ({ ...task, retries: 0 })) }, isTreeKept, check, { podsPerRunMax });
      for (const { path, state } of driver.tasks.values()) assert.ok(isSettled(state), `${path} is ${state}`);
      play(shape, isTreeKept, () => undefined, { podsPerRunMax });
    }),
    { numRuns: 150 },
  );
});
