// The same scenarios with the controllers of a real cluster and with ours.
import { describeError, type ObjectApi } from '../../src/base/mod.ts';
import { differences } from '../referee/difference.ts';
import { JOB_SCENARIOS } from './job-scenarios.ts';
import { startOurs } from './our-side.ts';
import { namespaceOf, play, type Pictures, type Scenario } from './scenario.ts';
import { WORKLOAD_SCENARIOS } from './workload-scenarios.ts';

/** Scenarios that are played at the same time: they wait most of the time. */
const AT_ONCE = 16;

/** Differences that stay, by scenario and step, with the reason. */
const ACCEPTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a deleted Pod is replaced at once': {
    '4 what leaves is gone': 'Upstream remembers the failure for its ten seconds of back-off, ours reads it off the Pod, and the Pod is gone.',
  },
};

interface Found {
  readonly name: string;
  readonly counted: readonly string[];
  readonly accepted: readonly string[];
}

/**
 * `wanted`: parts of scenarios' names, none means all. What differs is played once more, alone: a busy machine takes pictures too early.
 * Prints where the pictures differ then; resolves with the number of scenarios that do, beyond what is accepted.
 */
export async function compareControllers(theirs: ObjectApi, wanted: readonly string[]): Promise<number> {
  const chosen = [...JOB_SCENARIOS, ...WORKLOAD_SCENARIOS].filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  const ours = await startOurs();
  try {
    const first = await compareAll(theirs, ours.api, chosen);
    const differing = first.filter(({ counted }) => counted.length > 0).map(({ name }) => name);
    const again = await compareAll(theirs, ours.api, chosen.filter(({ name }) => differing.includes(name)).map((scenario) => ({ ...scenario, namespace: `again-${namespaceOf(scenario)}` })));
    const found = first.map((one) => again.find(({ name }) => name === one.name) ?? one);
    for (const { name, counted, accepted } of found) if (counted.length + accepted.length > 0) console.log([name, ...accepted, ...counted].join('\n'));
    const differentCount = found.filter(({ counted }) => counted.length > 0).length;
    console.log(`${chosen.length} scenarios, ${differentCount} differ; ${differing.length} were played twice`);
    return differentCount;
  } finally {
    await ours.stop();
  }
}

async function compareAll(theirs: ObjectApi, ours: ObjectApi, scenarios: readonly Scenario[]): Promise<readonly Found[]> {
  const [right, wrong] = await Promise.all([playAll(theirs, scenarios), playAll(ours, scenarios)]);
  return scenarios.map(({ name }) => find(name, right[name]!, wrong[name]!));
}

async function playAll(api: ObjectApi, scenarios: readonly Scenario[]): Promise<Readonly<Record<string, Pictures>>> {
  const played: Record<string, Pictures> = {};
  const waiting = [...scenarios];
  const playNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { name } = next;
      played[name] = await play(api, next).catch((error: unknown) => ({ error: { message: describeError(error) } }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, playNext));
  return played;
}

function find(name: string, right: Pictures, wrong: Pictures): Found {
  const counted: string[] = [];
  const accepted: string[] = [];
  for (const step of new Set([...Object.keys(right), ...Object.keys(wrong)])) {
    const reason = ACCEPTED[name]?.[step];
    const lines = differences(right[step], wrong[step]).map(({ path, theirs, ours }) => `  ${step} | ${path} | ${JSON.stringify(theirs)} | ${JSON.stringify(ours)}`);
    if (reason === undefined) counted.push(...lines);
    else if (lines.length > 0) accepted.push(`  ${step} | accepted: ${reason}`);
  }
  return { name, counted, accepted };
}
