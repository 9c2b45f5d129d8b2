// What a run leaves behind among the objects, its Pods and the claim of its workspace, goes some time after its end when its pipeline says
// so (the TTLs of dsl.PipelineConfig), as upstream's Workflow goes with all that it owns. Records, logs and artifacts stay.
import { isJsonObject, type KubeObject, type ObjectApi } from '../../base/mod.ts';
import { CLAIMS, RUN_ID_LABEL } from '../../api/mod.ts';
import type { Informer } from '../../client/mod.ts';
import { parsePipelineOnce } from '../../ir/mod.ts';
import type { Run } from '../../records/mod.ts';

/** Undefined for a run that has not ended, and where the pipeline gives no time. */
export function remainsGoAtMs({ pipelineSpec, state, finishedAtMs }: Run): number | undefined {
  if (finishedAtMs === undefined || pipelineSpec['platform_spec'] === undefined) return undefined;
  const parsed = parsePipelineOnce(pipelineSpec);
  const config = parsed.ok ? parsed.pipeline.kubernetes['pipelineConfig'] : undefined;
  if (!isJsonObject(config)) return undefined;
  const { resourceTtlOnCompletion, resourceTtlOnSuccess, resourceTtlOnFailure } = config;
  // 0 gives no time, as in a proto message that leaves it out.
  const seconds = Number((state === 'SUCCEEDED' ? resourceTtlOnSuccess : resourceTtlOnFailure) ?? 0) || Number(resourceTtlOnCompletion ?? 0);
  return seconds > 0 ? finishedAtMs + seconds * 1000 : undefined;
}

/** Runs that have left something behind, or are at work. */
export async function runsWithRemains(api: ObjectApi, pods: Informer): Promise<ReadonlySet<string>> {
  const claims = await api.list(CLAIMS, undefined, { labelSelector: RUN_ID_LABEL });
  const objects: readonly KubeObject[] = [...pods.list(), ...(claims.ok ? claims.value.items : [])];
  return new Set(objects.flatMap(({ metadata: { labels } }) => labels?.[RUN_ID_LABEL] ?? []));
}
