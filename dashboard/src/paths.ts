// Every address of these pages. The first four are those that the kfp SDK prints.
import { path, query } from './api/client.ts';
import { parentPathOf } from './graph/scope-path.ts';

type Search = Readonly<Record<string, string | undefined>>;

export const paths = {
  run: (runId: string, search: Search = {}) => path`/runs/details/${runId}` + query(search),
  /** `scopePath` as tasks have it: `root.report.evaluate`. The level of the graph that it is on is opened. */
  step: (runId: string, scopePath: string, search: Search = {}) => {
    const level = parentPathOf(scopePath);
    return paths.run(runId, { in: level === 'root' ? undefined : level, step: scopePath, ...search });
  },
  experiment: (experimentId: string) => path`/experiments/details/${experimentId}`,
  pipeline: (pipelineId: string) => path`/pipelines/details/${pipelineId}`,
  pipelineVersion: (pipelineId: string, versionId: string) => path`/pipelines/details/${pipelineId}/version/${versionId}`,
  runs: (search: Search = {}) => `/runs${query(search)}`,
  recurringRuns: (search: Search = {}) => `/recurringruns${query(search)}`,
  recurringRun: (recurringRunId: string, search: Search = {}) => path`/recurringrun/details/${recurringRunId}` + query(search),
  newRun: (search: { cloneFromRun?: string; pipelineId?: string; pipelineVersionId?: string; experimentId?: string; recurring?: '1' } = {}) => `/runs/new${query(search)}`,
  compare: (runIds: readonly string[], search: Search = {}) => `/compare${query({ runlist: runIds.join(','), ...search })}`,
  experiments: (search: Search = {}) => `/experiments${query(search)}`,
  pipelines: (search: Search = {}) => `/pipelines${query(search)}`,
  artifacts: (search: Search = {}) => `/artifacts${query(search)}`,
  artifact: (artifactId: string, search: Search = {}) => path`/artifacts/${artifactId}` + query(search),
  cluster: (search: Search = {}) => `/cluster${query(search)}`,
} as const;
