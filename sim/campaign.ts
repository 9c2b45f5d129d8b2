// The crash campaign: pipelines run while the server is killed with SIGKILL, again and again; afterwards the invariants
// of docs/invariants.md are checked against what really happened.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DatabaseSync } from 'node:sqlite';
import { systemClock, until } from '../src/base/mod.ts';
import { checkAgreement } from './agreement.ts';
import { Installation, podDirectoriesOf, type RunView } from './installation.ts';
import type { Kill } from './kills.ts';
import { checkLeftovers, entriesOf } from './leftovers.ts';

const PIPELINES = fileURLToPath(new URL('./pipelines.py', import.meta.url));

/** Steps of the pipeline and how often each runs: the flaky one fails once on purpose, the exit task hears of success. */
const EXPECTED_EXECUTIONS: Readonly<Record<string, number>> = { first: 1, left: 1, right: 1, 'loop-a': 1, 'loop-b': 1, 'loop-c': 1, flaky: 2, 'exit-SUCCEEDED': 1 };

const POINT_WAIT_MS = 1_500;
const WARM_UP = 'warm-up';
/** Long enough to be seen while it runs. */
const WARM_UP_STEP_SECONDS = 0.3;

export interface Campaign {
  readonly installation: Installation;
  readonly spec: unknown;
}

/** Makes the installation's directory with its recipe and compiles the pipelines with the given kfp interpreter. */
export async function prepareCampaign(kfpPython: string): Promise<Campaign> {
  const installation = new Installation();
  const marks = join(installation.dataDir, 'marks');
  mkdirSync(marks);
  const recipe = { recipes: [{ image: 'python:3', interpreter: 'python3', directories: [{ source: marks, target: '/marks', readOnly: false }] }] };
  writeFileSync(join(installation.dataDir, 'recipes.yaml'), JSON.stringify(recipe));
  await promisify(execFile)(kfpPython, [PIPELINES, installation.dataDir]);
  const spec: unknown = JSON.parse(readFileSync(join(installation.dataDir, 'campaign.json'), 'utf8'));
  return { installation, spec };
}

/**
 * Kills the server at these moments of its very first starts, then lets it run the pipeline once, which builds the environment: the
 * campaign itself is about kills, not about pip. Afterwards the server is dead.
 */
export async function warmUp(campaign: Campaign, killsAfterMs: readonly number[]): Promise<void> {
  const { installation } = campaign;
  for (const afterMs of killsAfterMs) await installation.startAndKill(afterMs);
  await installation.start();
  const { run_id: runId } = await installation.submit(WARM_UP, campaign.spec, { run: WARM_UP, seconds: WARM_UP_STEP_SECONDS });
  // That they can be seen at all is what makes their absence afterwards say anything.
  await until('a process that leaves its session to be seen', () => strayProcessesOf(installation.dataDir).length > 0, { timeoutMs: 300_000 });
  const { state, error } = await installation.waitForRun(runId);
  assert.equal(state, 'SUCCEEDED', error?.message);
  await installation.kill();
}

/** Submits one run and resolves with its id, or undefined when the server died before it answered. */
export async function trySubmit({ installation, spec }: Campaign, name: string, seconds: number): Promise<string | undefined> {
  try {
    return (await installation.submit(name, spec, { run: name, seconds })).run_id;
  } catch {
    // Killed in between: the run was not acknowledged, so it may exist or not.
    return undefined;
  }
}

export interface Killed {
  /** Of the run, if it was acknowledged. */
  readonly runId: string | undefined;
  /** The server died where the kill was to be, and not because waiting for it had taken long enough. */
  readonly isReached: boolean;
}

/** Starts the server, submits a run of that name, and kills. */
export async function killWhileRunning(campaign: Campaign, kill: Kill, name: string, seconds: number): Promise<Killed> {
  const { installation } = campaign;
  if (kill.kind === 'starting') {
    await installation.startAndKill(kill.afterMs);
    return { runId: undefined, isReached: true };
  }
  if (kill.kind === 'running') {
    await installation.start();
    const submitting = trySubmit(campaign, name, seconds);
    await systemClock.sleep(kill.afterMs);
    await installation.kill();
    return { runId: await submitting, isReached: true };
  }
  try {
    await installation.start({ SLIPWAY_CRASH_AT: `${kill.point}:${kill.pass}` });
  } catch (error) {
    if (installation.signal === 'SIGKILL') return { runId: undefined, isReached: true };
    throw error;
  }
  const submitting = trySubmit(campaign, name, seconds);
  // Not every run passes every point that often.
  await Promise.race([installation.ended(), systemClock.sleep(POINT_WAIT_MS)]);
  const isReached = !installation.isRunning;
  await installation.kill();
  return { runId: await submitting, isReached };
}

/** Throws when an invariant is broken. `acknowledged` maps run names to ids. The server runs before, and not afterwards. */
export async function checkInvariants(campaign: Campaign, acknowledged: ReadonlyMap<string, string>): Promise<void> {
  const { installation } = campaign;
  for (const [name, runId] of acknowledged) {
    const run = await installation.waitForRun(runId);
    assert.equal(run.state, 'SUCCEEDED', `${name} ended ${run.state}: ${run.error?.message ?? ''}`);
  }
  // Runs that were created but not acknowledged must end too before executions are counted.
  const runs = await until('all runs to end', async () => {
    const all = await allRuns(installation);
    return all.every(({ state }) => state === 'SUCCEEDED') && all;
  }, { timeoutMs: 60_000 });
  const executions = executionsIn(installation.dataDir);
  for (const { display_name: name } of runs) {
    for (const [step, expected] of Object.entries(EXPECTED_EXECUTIONS)) {
      assert.equal(executions.get(`${name} ${step}`) ?? 0, expected, `${name}: executions of step ${step}`);
    }
  }
  for (const name of acknowledged.keys()) assert.ok(runs.some((run) => run.display_name === name), `${name} was acknowledged and is not listed`);
  // The warm-up executed it, and every later run found its entry.
  assert.equal(executions.get('all constant'), 1, 'executions of the cached step');
  assert.equal(executions.size, 1 + runs.length * Object.keys(EXPECTED_EXECUTIONS).length, `something ran for no run: ${[...executions.keys()].join(', ')}`);
  await checkAgreement(installation, runs.filter(({ run_id: runId, display_name: name }) => name !== WARM_UP && [...acknowledged.values()].includes(runId)));
  await until('every process of the ended Pods to be gone', () => strayProcessesOf(installation.dataDir).length === 0);
  const executionCount = [...executions.values()].reduce((sum, count) => sum + count, 0);
  await installation.kill('SIGTERM');
  const database = new DatabaseSync(join(installation.dataDir, 'slipway.db'), { readOnly: true });
  assert.deepEqual(database.prepare('PRAGMA integrity_check').all().map((row) => row['integrity_check']), ['ok']);
  database.close();
  assert.deepEqual(podDirectoriesOf(installation.dataDir), [], 'directories of Pods are left');
  checkLeftovers(installation.dataDir, executionCount);
}

/** What lies in the data directory beside the work itself: the same after every look, however often the server died. */
export function placesOf({ installation }: Campaign): readonly string[] {
  return entriesOf(installation.dataDir);
}

async function allRuns(installation: Installation): Promise<readonly RunView[]> {
  const all: RunView[] = [];
  for (let token: string | undefined = ''; token !== undefined; ) {
    const page: { runs?: RunView[]; next_page_token?: string } = await installation.request('GET', `/apis/v2beta1/runs?page_size=200&page_token=${token}`);
    all.push(...(page.runs ?? []));
    token = page.next_page_token || undefined;
  }
  return all;
}

function executionsIn(dataDir: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of readFileSync(join(dataDir, 'marks', 'executions'), 'utf8').split('\n')) {
    if (line !== '') counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

/**
 * Processes `sleep 3600` that the campaign's steps started in sessions of their own. Their mounts name the data directory, by its last
 * part: what is before it may be a file system of its own, which mountinfo does not repeat.
 */
function strayProcessesOf(dataDir: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isSleep = readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep\x003600');
        return isSleep && readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(basename(dataDir));
      } catch {
        // Ended while it was looked at, or somebody else's.
        return false;
      }
    });
}
