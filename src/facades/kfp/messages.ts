// Experiments, pipelines and their versions as the REST API writes them.
import type { Experiment, Pipeline, PipelineVersion } from '../../records/mod.ts';
import { omitDefaults } from './defaults.ts';
import { timestamp } from './timestamp.ts';

export type ExperimentMessage = ReturnType<typeof experimentMessage>;

export function experimentMessage(row: Experiment) {
  return omitDefaults({
    experiment_id: row.experimentId,
    display_name: row.displayName,
    description: row.description,
    created_at: timestamp(row.createdAtMs),
    namespace: row.namespace,
    storage_state: row.storageState,
    last_run_created_at: timestamp(row.lastRunCreatedAtMs),
  });
}

export type PipelineMessage = ReturnType<typeof pipelineMessage>;

export function pipelineMessage(row: Pipeline) {
  return omitDefaults({
    pipeline_id: row.pipelineId,
    display_name: row.displayName,
    name: row.name,
    description: row.description,
    created_at: timestamp(row.createdAtMs),
    namespace: row.namespace,
    tags: row.tags,
  });
}

export type PipelineVersionMessage = ReturnType<typeof pipelineVersionMessage>;

export function pipelineVersionMessage(row: PipelineVersion) {
  return omitDefaults({
    pipeline_id: row.pipelineId,
    pipeline_version_id: row.pipelineVersionId,
    display_name: row.displayName,
    name: row.name,
    description: row.description,
    created_at: timestamp(row.createdAtMs),
    code_source_url: row.codeSourceUrl,
    pipeline_spec: row.pipelineSpec,
    tags: row.tags,
  });
}

export type VersionSummary = ReturnType<typeof versionSummary>;

/** For live lists: without the pipeline. */
export function versionSummary(row: PipelineVersion) {
  const { pipeline_spec: _spec, ...message } = pipelineVersionMessage(row);
  return message;
}
