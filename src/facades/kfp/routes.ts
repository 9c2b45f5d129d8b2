// All routes of the dialect.
import type { Route } from '../../web/mod.ts';
import { kfpRoute, type KfpOptions } from './context.ts';
import { StreamCounter } from './event-stream.ts';
import { experimentRoutes } from './experiments.ts';
import { listEventRoutes } from './list-events.ts';
import { nodeArtifactRoutes } from './node-artifact.ts';
import { createPackageParser } from './package-parser.ts';
import { pipelineVersionRoutes } from './pipeline-versions.ts';
import { pipelineRoutes } from './pipelines.ts';
import { recurringRunRoutes } from './recurring-runs.ts';
import { jsonResponse } from './refusal.ts';
import { runEventRoutes } from './run-events.ts';
import { runRoutes } from './runs.ts';
import { taskLogRoutes } from './task-log.ts';
import { taskLogSearchRoutes } from './task-log-search.ts';
import { taskRoutes } from './tasks.ts';
import { uploadRoutes } from './uploads.ts';

/** The REST API of Kubeflow Pipelines, v2beta1, over records. */
export function createKfpRoutes(options: KfpOptions): Route[] {
  const parser = createPackageParser(options);
  const streams = new StreamCounter();
  return [
    healthzRoute(options),
    ...experimentRoutes(options),
    ...pipelineRoutes(options, parser),
    ...pipelineVersionRoutes(options, parser),
    ...uploadRoutes(options, parser),
    ...runRoutes(options, parser),
    ...taskRoutes(options),
    ...nodeArtifactRoutes(options),
    ...taskLogRoutes(options, streams),
    ...taskLogSearchRoutes(options),
    ...runEventRoutes(options, streams),
    ...listEventRoutes(options, streams),
    ...recurringRunRoutes(options, parser),
  ];
}

/** Plain JSON upstream too: here alone `false` is written. */
function healthzRoute({ version }: KfpOptions): Route {
  const body = { commit_sha: version.commit, tag_name: version.tag, multi_user: false, pipeline_store: 'database' };
  return {
    ...kfpRoute('GET', '/apis/v2beta1/healthz', () => jsonResponse(body)),
    authorization: { kind: 'public', why: 'clients ask for it before they log in, and it tells only the version' },
  };
}
