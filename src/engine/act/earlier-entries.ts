// The same step in earlier runs of a pipeline: what the cache might have given and did not.
import type { Records } from '../../records/mod.ts';
import type { ActiveRun } from '../active-run.ts';
import type { EarlierEntry } from '../plan/facts.ts';

/** Runs that are looked at: each costs a lookup for every step that misses the cache. */
const EARLIER_RUNS_MAX = 3;

export function earlierEntries(records: Records, active: ActiveRun, path: string): readonly EarlierEntry[] {
  active.earlierRunIds ??= records.earlierRunIds(active.tree.run, EARLIER_RUNS_MAX);
  return active.earlierRunIds.flatMap((runId) => {
    const task = records.taskByPath(runId, path);
    if (task?.cacheFingerprint === undefined || (task.state !== 'SUCCEEDED' && task.state !== 'CACHED')) return [];
    const run = records.run(runId);
    return run === undefined ? [] : [{ task, pipelineSpec: run.pipelineSpec }];
  });
}
