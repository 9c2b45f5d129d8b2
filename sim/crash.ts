// npm run crash [-- OPTION …]: kills the server at random moments, of its starts too, and at named crash points while pipelines run, then
// checks the invariants of docs/invariants.md. Exit code 1 when one does not hold.
//   --kills N  how many (50); with 300 and more every named point must have been reached
//   --seed S   replays a campaign (by the time of day)
// Example: npm run crash -- --kills 1000 --seed 320718
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { CRASH_POINTS } from '../src/base/mod.ts';
import { ensureKfpSdk } from '../src/main/mod.ts';
import { readCount } from '../tools/read-count.ts';
import { checkInvariants, killWhileRunning, placesOf, prepareCampaign, warmUp } from './campaign.ts';
import { planKills } from './kills.ts';
import { mulberry32 } from './mulberry32.ts';

const KILLS_DEFAULT = 50;
/** After so many the server is left alone until all runs have ended and everything was checked: more are begun than can end between two kills. */
const KILLS_PER_ROUND = 25;
const STEP_SECONDS = 0.05;
const FIRST_STARTS = 8;
const FIRST_START_MS_MAX = 1_500;
/** With so many kills a point that was never reached is one that nobody passes any more. */
const KILLS_FOR_EVERY_POINT = 300;

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } });
const count = readCount('--kills', values.kills, KILLS_DEFAULT);
const seed = readCount('--seed', values.seed, Date.now() % 1_000_000, 0);
console.log(`crash campaign: ${count} kills, seed ${seed} (replay with: npm run crash -- --kills ${count} --seed ${seed})`);

const { python } = await ensureKfpSdk({ onProgress: (sentence) => console.log(sentence) });
const campaign = await prepareCampaign(python);
const { installation } = campaign;
const reached = new Map<string, { planned: number; reached: number }>();
try {
  const random = mulberry32(seed ^ 0x5eed);
  await warmUp(campaign, Array.from({ length: FIRST_STARTS }, () => Math.floor(random() * FIRST_START_MS_MAX)));
  let acknowledgedCount = 0;
  let places: readonly string[] | undefined;
  const kills = planKills(seed, count);
  for (let done = 0; done < count; done += KILLS_PER_ROUND) {
    const began = performance.now();
    const round = new Map<string, string>();
    for (const [index, kill] of kills.slice(done, done + KILLS_PER_ROUND).entries()) {
      const name = `run-${done + index}`;
      const { runId, isReached } = await killWhileRunning(campaign, kill, name, STEP_SECONDS);
      if (runId !== undefined) round.set(name, runId);
      note(kill.kind === 'point' ? kill.point : `while ${kill.kind}`, isReached);
    }
    await installation.start();
    for (const runId of round.values()) await installation.waitForRun(runId, 300_000);
    await checkInvariants(campaign, round);
    places ??= placesOf(campaign);
    assert.deepEqual(placesOf(campaign), places, 'the data directory holds more than after the first look');
    acknowledgedCount += round.size;
    console.log(`${Math.min(done + KILLS_PER_ROUND, count)} of ${count} kills: ${acknowledgedCount} acknowledged runs have ended, and all invariants hold; ${Math.round((performance.now() - began) / 1000)} s`);
  }
  for (const [place, { planned, reached: there }] of [...reached].toSorted(([a], [b]) => (a < b ? -1 : 1))) console.log(`${place.padEnd(24)} ${there} of ${planned} kills reached`);
  const missing = CRASH_POINTS.filter((point) => (reached.get(point)?.reached ?? 0) === 0);
  assert.ok(count < KILLS_FOR_EVERY_POINT || missing.length === 0, `no kill reached ${missing.join(', ')}`);
  assert.ok(acknowledgedCount >= count / 2, `only ${acknowledgedCount} of ${count} runs were acknowledged: most kills came before there was anything to lose`);
  console.log(`all invariants hold: ${acknowledgedCount} acknowledged runs, ${count} kills, seed ${seed}`);
} finally {
  await installation.remove();
}

function note(place: string, isReached: boolean): void {
  const entry = reached.get(place) ?? { planned: 0, reached: 0 };
  reached.set(place, { planned: entry.planned + 1, reached: entry.reached + (isReached ? 1 : 0) });
}
