// A few schedules of `npm run sim`, the same ones each time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkInvariants } from './invariants.ts';
import { Faults } from './faults.ts';
import { playSchedule, Schedule } from './schedule.ts';
import { VirtualTime } from './virtual-time.ts';

const SCHEDULES = 12;

test('whatever goes wrong, every run and Job ends as its steps did, and nothing is left over', { timeout: 300_000 }, async () => {
  const total = { steps: 0, kills: 0, faults: 0 };
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const { steps, kills, faults } = await playSchedule(seed);
    total.steps += steps;
    total.kills += kills;
    total.faults += faults;
  }
  assert.ok(total.steps > SCHEDULES && total.kills > 0 && total.faults > SCHEDULES, `hardly anything happened: ${JSON.stringify(total)}`);
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

test('time that brings nothing is told, not waited for', async () => {
  await assert.rejects(new VirtualTime().drive(new Promise(() => undefined)), /everything waits/);
});

test('every fourth or fifth schedule has no faults, in the others they come at all rates', () => {
  const counts = Array.from({ length: 300 }, (_, seed) => {
    const faults = new Faults(seed);
    return Array.from({ length: 200 }, () => faults.strikes('any')).filter(Boolean).length;
  });
  assert.ok(counts.filter((count) => count === 0).length > 30);
  assert.ok(counts.some((count) => count > 20));
});
