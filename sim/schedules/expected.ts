// What a run ends as when nothing goes wrong: the planner alone, its steps ending as the seed has decided, in the order of time.
import { PlanDriver } from '../../src/engine/testing/plan-driver.ts';
import type { JsonObject } from '../../src/base/mod.ts';
import type { Behaviour } from './machine.ts';

export interface ExpectedRun {
  readonly state: string;
  /** States of tasks by path. */
  readonly tasks: ReadonlyMap<string, string>;
}

const EVENTS_MAX = 2_000;

export function expectedRun(runId: string, document: JsonObject, behave: (podName: string) => Behaviour): ExpectedRun {
  const driver = new PlanDriver(document, { runId, isTreeKept: true, settings: { nodeName: 'node' } }).settle();
  for (let event = 0; driver.run.finishedAtMs === undefined; event++) {
    if (event > EVENTS_MAX) throw new Error(`the planner alone does not end the run:\n${driver.text()}`);
    const task = [...driver.tasks.values()].find(({ state, podName }) => state === 'PENDING' && podName !== undefined);
    if (task === undefined) driver.wait();
    else if (behave(task.podName!).isFailing) driver.end(task.path, { failure: { reason: 'Error', message: 'it broke', exitCode: 1 } });
    else driver.end(task.path, { texts: { out: '1' } });
  }
  return { state: driver.run.state, tasks: new Map([...driver.tasks.values()].map(({ path, state }) => [path, state])) };
}
