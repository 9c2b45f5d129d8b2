// npm run crash: kills the server at random moments while pipelines run. `--kills N` (default 50), `--seed S` replays.
import { parseArgs } from 'node:util';
import { ensureKfpSdk } from '../src/main/mod.ts';
import { checkInvariants, killAtRandom, prepareCampaign } from './campaign.ts';

const KILLS_DEFAULT = 50;
/** A run of the campaign takes about half a second: kills fall before, into and after it. */
const DELAY_MS_MAX = 900;
const STEP_SECONDS = 0.05;

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } });
const kills = Number(values.kills ?? KILLS_DEFAULT);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
console.log(`crash campaign: ${kills} kills, seed ${seed} (replay with: npm run crash -- --kills ${kills} --seed ${seed})`);

const { python } = await ensureKfpSdk({ onProgress: (sentence) => console.log(sentence) });
const campaign = await prepareCampaign(python);
try {
  // The first run builds the environment; the campaign itself is about kills, not about pip.
  await campaign.installation.start();
  const first = await campaign.installation.submit('warm-up', campaign.spec, { run: 'warm-up', seconds: 0 });
  await campaign.installation.waitForRun(first.run_id, 300_000);
  await campaign.installation.kill();
  const acknowledged = await killAtRandom(campaign, randomDelays(seed, kills), STEP_SECONDS);
  await checkInvariants(campaign, acknowledged);
  console.log(`all invariants hold: ${acknowledged.size} acknowledged runs, ${kills} kills, seed ${seed}`);
} finally {
  await campaign.installation.remove();
}

/** A small generator of its own (mulberry32), so that a seed means the same delays for ever. */
function randomDelays(from: number, count: number): readonly number[] {
  let state = from >>> 0;
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * DELAY_MS_MAX);
  });
}
