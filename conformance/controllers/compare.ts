// The same scenarios with the controllers of a real cluster and with ours.
import { describeError, type ObjectApi } from '../../src/base/mod.ts';
import { differences } from '../referee/difference.ts';
import { JOB_SCENARIOS } from './job-scenarios.ts';
import { startOurs } from './our-side.ts';
import { play, type Pictures, type Scenario } from './scenario.ts';

/** Scenarios that are played at the same time: they wait most of the time. */
const AT_ONCE = 8;

/** `wanted`: parts of scenarios' names, none means all. Prints where the pictures differ; resolves with the number of scenarios that do. */
export async function compareControllers(theirs: ObjectApi, wanted: readonly string[]): Promise<number> {
  let differentCount = 0;
  const chosen = JOB_SCENARIOS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  const right = await playAll(theirs, chosen);
  const ours = await startOurs();
  const wrong = await playAll(ours.api, chosen);
  await ours.stop();
  for (const { name } of chosen) differentCount += report(name, right[name]!, wrong[name]!);
  console.log(`${differentCount} scenarios differ`);
  return differentCount;
}

async function playAll(api: ObjectApi, scenarios: readonly Scenario[]): Promise<Readonly<Record<string, Pictures>>> {
  const played: Record<string, Pictures> = {};
  const waiting = [...scenarios];
  const playNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      console.error(`playing ${next.name}`);
      const { name } = next;
      played[name] = await play(api, next).catch((error: unknown) => ({ error: { message: describeError(error) } }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, playNext));
  return Object.fromEntries(scenarios.map(({ name }) => [name, played[name]!]));
}

function report(name: string, right: Pictures, wrong: Pictures): 0 | 1 {
  const lines = Object.keys(right).flatMap((step) => differences(right[step], wrong[step]).map(({ path, theirs, ours }) => `  ${step} | ${path} | ${JSON.stringify(theirs)} | ${JSON.stringify(ours)}`));
  if (lines.length > 0) console.log([name, ...lines].join('\n'));
  return lines.length > 0 ? 1 : 0;
}
