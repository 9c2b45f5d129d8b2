// The crash campaign: pipelines run while the server is killed with SIGKILL, again and again; afterwards the invariants
// of docs/invariants.md are checked against what really happened.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DatabaseSync } from 'node:sqlite';
import { systemClock, until } from '../src/base/mod.ts';
import { checkAgreement } from './agreement.ts';
import { Installation, podDirectoriesOf, type RunView } from './installation.ts';
import type { Kill } from './kills.ts';

const PIPELINES = fileURLToPath(new URL('./pipelines.py', import.meta.url));

/** Steps of the pipeline and how often each runs: the flaky one fails once on purpose, the exit task hears of success. */
const EXPECTED_EXECUTIONS: Readonly<Record<string, number>> = { first: 1, left: 1, right: 1, 'loop-a': 1, 'loop-b': 1, 'loop-c': 1, flaky: 2, 'exit-SUCCEEDED': 1 };

const POINT_WAIT_MS = 1_500;

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

/** Submits one run and resolves with its id, or undefined when the server died before it answered. */
export async function trySubmit({ installation, spec }: Campaign, name: string, seconds: number): Promise<string | undefined> {
  try {
    return (await installation.submit(name, spec, { run: name, seconds })).run_id;
  } catch {
    // Killed in between: the run was not acknowledged, so it may exist or not.
    return undefined;
  }
}

/** Starts the server, submits a run of that name, and kills. Resolves with the id of the run if it was acknowledged. */
export async function killWhileRunning(campaign: Campaign, kill: Kill, name: string, seconds: number): Promise<string | undefined> {
  const { installation } = campaign;
  if ('afterMs' in kill) {
    await installation.start();
    const submitting = trySubmit(campaign, name, seconds);
    await systemClock.sleep(kill.afterMs);
    await installation.kill();
    return submitting;
  }
  try {
    await installation.start({ SLIPWAY_CRASH_AT: `${kill.point}:${kill.pass}` });
  } catch (error) {
    if (installation.signal === 'SIGKILL') return undefined;
    throw error;
  }
  const submitting = trySubmit(campaign, name, seconds);
  // Not every run passes every point that often.
  await Promise.race([installation.ended(), systemClock.sleep(POINT_WAIT_MS)]);
  await installation.kill();
  return submitting;
}

/** Throws when an invariant is broken. `acknowledged` maps run names to ids. */
export async function checkInvariants(campaign: Campaign, acknowledged: ReadonlyMap<string, string>): Promise<void> {
  const { installation } = campaign;
  for (const [name, runId] of acknowledged) {
    const run = await installation.waitForRun(runId);
    assert.equal(run.state, 'SUCCEEDED', `${name} ended ${run.state}: ${run.error?.message ?? ''}`);
  }
  // Runs that were created but not acknowledged must end too before executions are counted.
  await until('all runs to end', async () => {
    return (await allRuns(installation)).every((run) => run.state === 'SUCCEEDED');
  }, { timeoutMs: 60_000 });
  const executions = countExecutions(installation.dataDir);
  for (const name of acknowledged.keys()) {
    for (const [step, expected] of Object.entries(EXPECTED_EXECUTIONS)) {
      assert.equal(executions.get(`${name} ${step}`) ?? 0, expected, `${name}: executions of step ${step}`);
    }
  }
  // The warm-up executed it, and every later run found its entry.
  assert.equal(executions.get('all constant'), 1, 'executions of the cached step');
  await checkAgreement(installation, [...acknowledged.values()]);
  await until('every process of the ended Pods to be gone', () => processesWith(installation.dataDir).length === 0);
  await installation.kill('SIGTERM');
  const database = new DatabaseSync(join(installation.dataDir, 'slipway.db'), { readOnly: true });
  assert.equal(database.prepare('PRAGMA integrity_check').get()!['integrity_check'], 'ok');
  database.close();
  assert.deepEqual(podDirectoriesOf(installation.dataDir), [], 'directories of Pods are left');
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

function countExecutions(dataDir: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of readFileSync(join(dataDir, 'marks', 'executions'), 'utf8').split('\n')) {
    if (line !== '') counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

/** Command lines of `sleep 3600` processes that the campaign's steps left: they carry the data directory in their mounts. */
function processesWith(dataDir: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isSleep = readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep\x003600');
        return isSleep && readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(dataDir);
      } catch {
        // Ended while it was looked at, or somebody else's.
        return false;
      }
    });
}
