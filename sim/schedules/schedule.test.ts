// A few schedules of `npm run sim`, the same ones each time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENDPOINT_SLICES } from '../../src/api/mod.ts';
import type { ObjectApi } from '../../src/base/mod.ts';
import { checkInvariants } from './invariants.ts';
import { Faults } from './faults.ts';
import { playSchedule, Schedule } from './schedule.ts';
import { VirtualTime } from './virtual-time.ts';

const SCHEDULES = 40;
/** What a simulation is for, and by which names it happens here. */
const FAULTS: Readonly<Record<string, readonly string[]>> = {
  delays: ['something is late'],
  'failed writes': ['create is refused', 'patch is refused', 'the disk is full', 'a group is taken back', 'the disk does not confirm'],
  'lost answers': ['the answer to create is lost', 'the answer to patch is lost', 'the answer to a result is lost'],
  'lost watch events': ['a watch breaks off and loses an event', 'a watch has expired'],
  'duplicated messages': ['a watch tells an event twice', 'a result is reported twice at once'],
  'reordered messages': ['an answer comes after a later one', 'a result is told once more, long after'],
};

test('whatever goes wrong, every run and Job ends as its steps did, and nothing is left over', { timeout: 300_000 }, async () => {
  const total = { steps: 0, kills: 0, faults: 0 };
  const happened = new Map<string, number>();
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const { steps, kills, faults, faultCounts } = await playSchedule(seed);
    total.steps += steps;
    total.kills += kills;
    total.faults += faults;
    for (const [what, count] of faultCounts) happened.set(what, (happened.get(what) ?? 0) + count);
  }
  assert.ok(total.steps > SCHEDULES && total.kills > 0 && total.faults > SCHEDULES, `hardly anything happened: ${JSON.stringify(total)}`);
  for (const [kind, whats] of Object.entries(FAULTS)) {
    for (const what of whats) assert.ok((happened.get(what) ?? 0) > 0, `${kind}: “${what}” never happened; what did: ${[...happened.keys()].join(', ')}`);
  }
});

test('a seed means the same schedule', { timeout: 60_000 }, async () => {
  const play = async (seed: number) => {
    const schedule = new Schedule(seed);
    await schedule.play();
    return { trace: schedule.trace(), started: schedule.machine.started };
  };
  assert.deepEqual(await play(2), await play(2));
});

test('a step that runs twice, or a run that ends otherwise than its steps, is noticed', { timeout: 60_000 }, async () => {
  const schedule = new Schedule(2);
  await schedule.play();
  schedule.machine.started.push(schedule.machine.started[0]!);
  await assert.rejects(checkInvariants(schedule), /a step ran twice/);
  schedule.machine.started.pop();
  const other = { ...schedule.story, behave: () => ({ isFailing: true, durationMs: 1 }) };
  Object.defineProperty(schedule, 'story', { value: other });
  schedule.touched.clear();
  await assert.rejects(checkInvariants(schedule), /run-\d+: tasks did not end as their steps did/);
});

test('time that brings nothing, or stands still, is told and not waited for', { timeout: 60_000 }, async () => {
  await assert.rejects(new VirtualTime().drive(new Promise(() => undefined)), /everything waits/);
  const restless = new VirtualTime();
  const again = () => void restless.schedule(0, again);
  again();
  await assert.rejects(restless.drive(new Promise(() => undefined)), /time stands still/);
});

test('a Pod whose task says otherwise, a lost run, and a process that is left are noticed', { timeout: 120_000 }, async () => {
  const schedule = await playedUntil(({ touched, story: { runs, jobs, workloads }, server }) => {
    const tasks = touched.size + jobs.length + workloads.length === 0 ? server.records.snapshot(runs[0]!.runId)?.tasks : undefined;
    return tasks?.some(({ type, state }) => type === 'RUNTIME' && state === 'SUCCEEDED') === true;
  });
  const [run] = schedule.story.runs;
  const { records } = schedule.server;
  const task = records.snapshot(run!.runId)!.tasks.find(({ type, state }) => type === 'RUNTIME' && state === 'SUCCEEDED');
  assert.ok(task !== undefined, 'no step of it succeeded: choose another seed');
  const broken = async (breakIt: () => void, mend: () => void, says: RegExp) => {
    breakIt();
    await assert.rejects(checkInvariants(schedule), says);
    mend();
    await checkInvariants(schedule);
  };
  const started = [...schedule.machine.started];
  await broken(() => schedule.machine.started.splice(0), () => schedule.machine.started.push(...started), /is recorded as done and never ran/);
  schedule.acknowledged.add('run-lost');
  Object.defineProperty(schedule, 'story', { value: { ...schedule.story, runs: [...schedule.story.runs, { ...run!, runId: 'run-lost' }] } });
  await assert.rejects(checkInvariants(schedule), /run-lost was acknowledged and is lost/);
});

test('a workload without a process, one that was lost, and a Service that leads elsewhere are noticed', { timeout: 120_000 }, async () => {
  const schedule = await playedUntil((played) => played.machine.running.length > 0 && played.acknowledged.has(`service ${played.story.workloads[0]?.name}`));
  const { story, server, machine } = schedule;
  schedule.acknowledged.add('workload-lost');
  Object.defineProperty(schedule, 'story', { value: { ...story, workloads: [...story.workloads, { ...story.workloads[0]!, name: 'workload-lost' }] } });
  await assert.rejects(checkInvariants(schedule), /workload-lost was acknowledged and is lost/);
  schedule.acknowledged.delete('workload-lost');
  await checkInvariants(schedule);
  const { objectApi } = server.api;
  const without: ObjectApi = { ...objectApi, list: async (type, ...rest) => (type === ENDPOINT_SLICES ? { ok: true, value: { items: [], resourceVersion: '' } } : objectApi.list(type, ...rest)) };
  Object.defineProperty(server, 'api', { value: { ...server.api, objectApi: without } });
  await assert.rejects(checkInvariants(schedule), /leads elsewhere/);
  const running = server.agent.pods.list().find(({ metadata }) => machine.running.includes(metadata.name));
  machine.kill(running!.metadata.uid!);
  await assert.rejects(checkInvariants(schedule), /the processes that run are not those of the Pods that shall/);
});

test('a strike without a run, and one with two, are noticed', { timeout: 120_000 }, async () => {
  const schedule = await playedUntil((played) => played.story.series.some(({ noCatchup, recurringRunId }) => !noCatchup && played.runsOf(recurringRunId).length > 0));
  const { recurringRunId } = schedule.story.series[0]!;
  const runs = schedule.runsOf(recurringRunId);
  for (const wrong of [runs.slice(1), [...runs, runs[0]!]]) {
    Object.defineProperty(schedule, 'runsOf', { configurable: true, value: () => wrong });
    await assert.rejects(checkInvariants(schedule), /did not make one run for each strike/);
  }
});

/** The first schedule of which this is so when it was played. */
async function playedUntil(isIt: (schedule: Schedule) => boolean): Promise<Schedule> {
  for (let seed = 1; ; seed++) {
    const schedule = new Schedule(seed);
    await schedule.play();
    if (isIt(schedule)) return schedule;
  }
}

test('every fourth or fifth schedule has no faults, in the others they come at all rates', () => {
  const counts = Array.from({ length: 300 }, (_, seed) => {
    const faults = new Faults(seed);
    return Array.from({ length: 200 }, () => faults.strikes('any')).filter(Boolean).length;
  });
  assert.ok(counts.filter((count) => count === 0).length > 30);
  assert.ok(counts.some((count) => count > 20));
});
