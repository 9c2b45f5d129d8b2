// npm run sim [-- OPTION …]: seeded schedules of engine, controllers and store under faults, on a clock that nobody waits for. Exit code 1
// when an invariant of docs/invariants.md did not hold in one of them.
//   --schedules N  how many (1,000)
//   --seed S       that of the first (by the time of day); the same seeds are the same schedules
//   --only S       plays the one with this seed and prints all of it
// Example: npm run sim -- --schedules 10000 --seed 410000
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { readCount } from '../tools/read-count.ts';
import { playSchedule, type Ended } from './schedules/schedule.ts';

const SCHEDULES_DEFAULT = 1_000;
const PROGRESS_MS = 10_000;
const FAILURES_TOLD_MAX = 5;
/** A schedule takes a fraction of a second: one that takes so long turns in a circle. */
const SCHEDULE_MS_MAX = 300_000;

interface Share {
  readonly firstSeed: number;
  readonly count: number;
  readonly step: number;
}

type Message = { readonly began: number } | { readonly ended: Ended } | { readonly failure: string };

if (isMainThread) await main();
else await playShare(workerData as Share);

async function playShare({ firstSeed, count, step }: Share): Promise<void> {
  for (let number = 0; number < count; number += step) {
    parentPort!.postMessage({ began: firstSeed + number } satisfies Message);
    const message: Message = await playSchedule(firstSeed + number).then(
      (ended) => ({ ended }),
      (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
    );
    parentPort!.postMessage(message);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { schedules: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } } });
  if (values.only !== undefined) {
    console.log(JSON.stringify(await playSchedule(readCount('--only', values.only, 0, 0))));
    return;
  }
  const count = readCount('--schedules', values.schedules, SCHEDULES_DEFAULT);
  const firstSeed = readCount('--seed', values.seed, (Date.now() % 1_000_000) * 1_000, 0);
  console.log(`${count} schedules from seed ${firstSeed} (again with: npm run sim -- --schedules ${count} --seed ${firstSeed})`);
  const total = { schedules: 0, kills: 0, faults: 0, steps: 0, virtualMs: 0 };
  const failures: string[] = [];
  const happened = new Map<string, number>();
  const beganMs = Date.now();
  const take = (message: Exclude<Message, { began: number }>) => {
    total.schedules++;
    if ('failure' in message) {
      failures.push(message.failure);
      console.log(message.failure.slice(0, message.failure.indexOf('\n')));
    } else {
      for (const name of ['kills', 'faults', 'steps', 'virtualMs'] as const) total[name] += message.ended[name];
      for (const [what, times] of message.ended.faultCounts) happened.set(what, (happened.get(what) ?? 0) + times);
    }
  };
  const told = () => `${total.schedules} of ${count}: ${total.steps} steps, ${total.faults} faults, ${total.kills} kills, ${(total.virtualMs / 3_600_000).toFixed(0)} h of their time in ${((Date.now() - beganMs) / 1000).toFixed(0)} s; ${failures.length} failed`;
  const progress = setInterval(() => console.log(told()), PROGRESS_MS);
  const workerCount = Math.min(availableParallelism(), count);
  await Promise.all(Array.from({ length: workerCount }, (_, index) => playInWorker({ firstSeed: firstSeed + index, count: count - index, step: workerCount }, take)));
  clearInterval(progress);
  console.log(told());
  for (const [what, times] of [...happened].toSorted(([, a], [, b]) => b - a)) console.log(`  ${String(times).padStart(9)}  ${what}`);
  for (const failure of failures.slice(0, FAILURES_TOLD_MAX)) console.log(`\n${failure}`);
  if (failures.length > 0) {
    console.log(`\n${failures.length} of ${count} schedules failed; play one again with: npm run sim -- --only SEED`);
    process.exitCode = 1;
  }
}

function playInWorker(share: Share, take: (message: Exclude<Message, { began: number }>) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share });
    let deadline: NodeJS.Timeout | undefined;
    worker.on('message', (message: Message) => {
      clearTimeout(deadline);
      if (!('began' in message)) return take(message);
      deadline = setTimeout(() => {
        reject(new Error(`seed ${message.began}: it has not ended after ${SCHEDULE_MS_MAX / 1000} s`));
        void worker.terminate();
      }, SCHEDULE_MS_MAX);
    });
    worker.once('error', reject);
    worker.once('exit', () => {
      clearTimeout(deadline);
      resolve();
    });
  });
}

