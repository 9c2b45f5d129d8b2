// npm run crash: kills the server at random moments and at named crash points while pipelines run. `--kills N` (default 50),
// `--seed S` replays.
import { parseArgs } from 'node:util';
import { ensureKfpSdk } from '../src/main/mod.ts';
import { checkInvariants, killWhileRunning, prepareCampaign } from './campaign.ts';
import { planKills } from './kills.ts';

const KILLS_DEFAULT = 50;
/** After so many the server is left alone until all runs have ended and everything was checked: more are begun than can end between two kills. */
const KILLS_PER_ROUND = 25;
const STEP_SECONDS = 0.05;

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } });
const count = Number(values.kills ?? KILLS_DEFAULT);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
console.log(`crash campaign: ${count} kills, seed ${seed} (replay with: npm run crash -- --kills ${count} --seed ${seed})`);

const { python } = await ensureKfpSdk({ onProgress: (sentence) => console.log(sentence) });
const campaign = await prepareCampaign(python);
const { installation } = campaign;
try {
  // The first run builds the environment; the campaign itself is about kills, not about pip.
  await installation.start();
  const first = await installation.submit('warm-up', campaign.spec, { run: 'warm-up', seconds: 0 });
  await installation.waitForRun(first.run_id, 300_000);
  await installation.kill();
  let acknowledgedCount = 0;
  const kills = planKills(seed, count);
  for (let done = 0; done < count; done += KILLS_PER_ROUND) {
    const began = performance.now();
    const round = new Map<string, string>();
    for (const [index, kill] of kills.slice(done, done + KILLS_PER_ROUND).entries()) {
      const name = `run-${done + index}`;
      const runId = await killWhileRunning(campaign, kill, name, STEP_SECONDS);
      if (runId !== undefined) round.set(name, runId);
    }
    await installation.start();
    for (const runId of round.values()) await installation.waitForRun(runId, 300_000);
    await checkInvariants(campaign, round);
    acknowledgedCount += round.size;
    console.log(`${Math.min(done + KILLS_PER_ROUND, count)} of ${count} kills: ${acknowledgedCount} acknowledged runs have ended, and all invariants hold; ${Math.round((performance.now() - began) / 1000)} s`);
  }
  console.log(`all invariants hold: ${acknowledgedCount} acknowledged runs, ${count} kills, seed ${seed}`);
} finally {
  await installation.remove();
}
