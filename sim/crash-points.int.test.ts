// The server is killed with SIGKILL once at each named crash point while a pipeline runs; after a restart everything
// ends as if nothing had happened, and no step whose result was recorded ran twice.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sdkPython } from '../conformance/system/support/sdk-python.ts';
import { CRASH_POINTS, until } from '../src/base/mod.ts';
import type { Installation } from './installation.ts';
import { checkInvariants, prepareCampaign, trySubmit, warmUp, type Campaign } from './campaign.ts';

/** Passes of a point that are let by: a start of the server commits a few times before there is a run. */
const PASSES_BEFORE: Readonly<Record<string, number>> = { 'sql.commit.before': 8, 'sql.commit.after': 11, 'engine.act.before': 3, 'engine.act.after': 4 };
const STEP_SECONDS = 0.05;
/** Moments of the very first starts at which the server is killed: before, while and after it makes its keys and its database. */
const FIRST_STARTS_MS = [200, 350, 500, 700];

let campaign: Campaign | undefined;

after(async () => {
  await campaign?.installation.remove();
});

test('every crash point: all runs finish and every step ran as often as it should', { timeout: 700_000 }, async (t) => {
  const python = await sdkPython(t);
  if (python === undefined) return;
  campaign = await prepareCampaign(python);
  const { installation } = campaign;
  await warmUp(campaign, FIRST_STARTS_MS);
  const acknowledged = new Map<string, string>();
  for (const point of CRASH_POINTS) {
    await installation.start({ SLIPWAY_CRASH_AT: `${point}:${1 + (PASSES_BEFORE[point] ?? 0)}` });
    const runId = await trySubmit(campaign, point, STEP_SECONDS);
    if (runId !== undefined) acknowledged.set(point, runId);
    await until(`${point} to be passed`, () => !installation.isRunning, { timeoutMs: 20_000 });
    assert.equal(installation.signal, 'SIGKILL', point);
    // The run goes on before the next point is armed: what it left would pass that point while the server still starts.
    await installation.start();
    if (runId !== undefined) await installation.waitForRun(runId);
    await allPodsEnded(installation);
    if (point !== CRASH_POINTS.at(-1)) await installation.kill();
  }
  assert.ok(acknowledged.size >= CRASH_POINTS.length / 2, 'most runs are acknowledged before the kill');
  await checkInvariants(campaign, acknowledged);
});

/** The last status of a step's Pod follows its result. */
async function allPodsEnded(installation: Installation): Promise<void> {
  await until('all Pods to end', async () => {
    const { items } = await installation.request<{ items: { status: { phase: string } }[] }>('GET', '/api/v1/pods');
    return items.every(({ status }) => status.phase === 'Succeeded' || status.phase === 'Failed');
  });
}
